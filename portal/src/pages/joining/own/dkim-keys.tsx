// The keys that mail is signed with: which signs, which waits for its record, which may go; and their rotation.

import { Box, Button, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { IconKey, IconRotate } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Entry, useAct, usePages } from '../../../api/queries.ts';
import { CopyLine } from '../../../parts/copy.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { MoreFoot } from '../../../parts/more-foot.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { Answered, Empty, Failing } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { When } from '../../../parts/when.tsx';
import { useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';

type Key = Entry<'listDkimKeys'>;

const TONES: Readonly<Record<Key['state'], Tone>> = {
  waiting: 'warn',
  active: 'good',
  retiring: 'info',
  retired: 'idle',
};

export function DkimKeys({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const [search, change] = useSearchState();
  const domains = usePages('listDomains', { path: { customer }, query: { limit: 1000 } });
  const names = (domains.entries ?? []).filter(({ outbound }) => outbound).map(({ name }) => name);
  const domain = search['of'];
  const query = usePages('listDkimKeys', { query: { customer, limit: 50, ...(domain !== undefined && { domain }) } });
  const keys = query.entries ?? [];
  return (
    <Stack>
      <Text size="sm" c="dimmed" maw={760}>
        {t('keys.lead')}
      </Text>
      <Group align="flex-end">
        <Select
          w={280}
          label={t('keys.domain')}
          placeholder={t('keys.allDomains')}
          clearable
          clearButtonProps={{ 'aria-label': t('keys.allDomains') }}
          searchable
          data={names}
          value={domain ?? null}
          onChange={(of) => change({ of: of ?? undefined })}
        />
        {domain !== undefined && <KeyActs domain={domain} hasKey={(query.entries?.length ?? 0) > 0} />}
      </Group>
      <Answered query={query}>
        {() =>
          keys.length === 0 ? (
            <Empty title={t('keys.empty')} hint={t('keys.emptyHint')} />
          ) : (
            <Stack gap="sm">
              {keys.map((key) => (
                <KeyCard key={`${key.domain} ${key.selector}`} dkimKey={key} />
              ))}
              {query.hasNextPage && (
                <Button variant="default" onClick={() => void query.fetchNextPage()}>
                  {t('ownDomains.more')}
                </Button>
              )}
              <MoreFoot query={query} count={keys.length} />
            </Stack>
          )
        }
      </Answered>
    </Stack>
  );
}

function KeyActs({ domain, hasKey }: { domain: string; hasKey: boolean }) {
  const { t } = useTranslation('joining');
  const changes = ['listDkimKeys', 'getRecords', 'getChecks'] as const;
  const rotate = useAct('rotateDkimKeys', { changes });
  const create = useAct('createDkimKey', { changes });
  const look = useAct('checkDkimRecords', { changes });
  const mayChange = useMay('dkim:write');
  const error = rotate.error ?? create.error ?? look.error;
  if (!mayChange) return null;
  return (
    <>
      <Button variant="default" loading={look.isPending} onClick={() => look.mutate({ path: { domain } })}>
        {t('records.look')}
      </Button>
      {hasKey ? (
        <Button
          leftSection={<IconRotate size={16} />}
          loading={rotate.isPending}
          onClick={() => rotate.mutate({ path: { domain }, body: {} })}
        >
          {t('keys.rotate')}
        </Button>
      ) : (
        <Button
          leftSection={<IconKey size={16} />}
          loading={create.isPending}
          onClick={() => create.mutate({ body: { domain } })}
        >
          {t('keys.create')}
        </Button>
      )}
      {error !== null && (
        <Box w="100%">
          <Failing error={error} />
        </Box>
      )}
    </>
  );
}

function KeyCard({ dkimKey: key }: { dkimKey: Key }) {
  const { t } = useTranslation('joining');
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${key.selector} ${key.domain}`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600}>
            {key.selector} · {key.domain}
          </Text>
          <Chip tone={TONES[key.state]}>{t(`keys.state.${key.state}`)}</Chip>
        </Group>
        <Text size="sm" c="dimmed">
          {t(`keys.hint.${key.state}`)}
        </Text>
        <Facts
          facts={[
            { name: t('record.host'), value: <CopyLine text={key.record.name} what={t('record.host')} /> },
            { name: t('record.value'), value: <CopyLine text={key.record.text} what={t('record.value')} /> },
            { name: t('keys.algorithm'), value: key.algorithm === 'rsa' ? 'RSA' : 'Ed25519' },
            { name: t('keys.stream'), value: key.stream },
            { name: t('keys.made'), value: <When at={key.made_at} /> },
            { name: t('keys.active'), value: key.active_at === null ? undefined : <When at={key.active_at} /> },
            {
              name: t('keys.keepUntil'),
              value: key.keep_record_until === null ? undefined : <When at={key.keep_record_until} />,
            },
            {
              name: t('record.looked'),
              value: key.checked_at === null ? undefined : <When at={key.checked_at} as="relative" />,
            },
            {
              name: t('record.found'),
              value: key.fault && <OwnText text={key.fault} words={key.words} name="fault" />,
            },
          ]}
        />
      </Stack>
    </Paper>
  );
}
