// Whether the audit is as it was written. A short chain is verified at once; a long one takes its time, and is asked for.

import { Button, Code, Group, List, Text } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { Copy } from '../../parts/copy.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Notice } from '../../parts/notice.tsx';
import { OwnText } from '../../parts/own-text.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Answered } from '../../parts/states.tsx';
import { Chip } from '../../parts/status-chip.tsx';

/** A million entries take ten seconds. */
const VERIFIED_AT_ONCE = 20_000;

export function AuditChain() {
  const { t } = useTranslation('governance');
  const [asked, setAsked] = useState(false);
  const newest = useCall('listAudit', { query: { limit: 1 } });
  const isShort = (newest.data?.entries[0]?.id ?? Number.POSITIVE_INFINITY) <= VERIFIED_AT_ONCE;
  const verdict = useCall('verifyAudit', {}, { enabled: asked || isShort });
  return (
    <Panel
      title={t('chain.title')}
      hint={t('chain.hint')}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconLink size={14} />}
          loading={verdict.isFetching}
          onClick={() => (asked || isShort ? void verdict.refetch() : setAsked(true))}
        >
          {t('chain.verify')}
        </Button>
      }
    >
      {asked || isShort ? (
        <Answered query={verdict} lines={1}>
          {(data) => <Verdict verdict={data} />}
        </Answered>
      ) : (
        <Text size="sm">{t('chain.notYet')}</Text>
      )}
    </Panel>
  );
}

function Verdict({ verdict }: { verdict: Answer<'verifyAudit'> }) {
  const { t } = useTranslation('governance');
  const formats = useFormats();
  return (
    <>
      <Group gap="xs">
        <Chip tone={verdict.ok ? 'good' : 'bad'}>{verdict.ok ? t('chain.ok') : t('chain.broken')}</Chip>
        <Text size="sm">
          {t('chain.entries', { count: verdict.entries, shown: formats.number(verdict.entries) })}{' '}
          {t('chain.heads', { count: verdict.heads, shown: formats.number(verdict.heads) })}
        </Text>
      </Group>
      <Group gap={4} wrap="nowrap">
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t('chain.head')} <Code>{verdict.head}</Code>
        </Text>
        <Copy text={verdict.head} what={t('chain.headWhat')} />
      </Group>
      {!verdict.ok && (
        <Notice tone="bad" role="alert" title={t('chain.faults')}>
          <List size="sm">
            {verdict.faults.map(({ id, what, words }) => (
              <List.Item key={`${id} ${what}`}>
                {t('chain.fault', { id })} <OwnText text={what} words={words} name="what" />
              </List.Item>
            ))}
          </List>
        </Notice>
      )}
    </>
  );
}
