// One DNS record: what it is for, what to publish, what was found, and what to change.

import { Anchor, Box, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../api/call.ts';
import { type Check, CheckChip, isNothing, ofKey, useAdvice, useFound } from './check-state.tsx';
import { Copy } from './copy.tsx';
import { OwnText } from './own-text.tsx';
import { Chip } from './status-chip.tsx';
import { When } from './when.tsx';

export type DnsRecord = Answer<'getRecords'>['entries'][number];

interface DnsCardProps {
  record: DnsRecord;
  /** What the last look said. */
  check: Check | undefined;
  /** Level of its heading. */
  level?: 2 | 3 | 4;
}

/** A record that is as it should be is folded: its values are a click away. */
export function DnsCard({ record, check: given, level = 4 }: DnsCardProps) {
  const { t } = useTranslation('joining');
  const id = useId();
  const [isOpen, { toggle }] = useDisclosure(false);
  const check = record.purpose === 'dkim' && given !== undefined ? ofKey(given, record.host) : given;
  const isFolded = check?.state === 'ok' && !isOpen;
  return (
    <Paper component="article" withBorder p="sm" aria-labelledby={id}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs" align="flex-start">
          <Box style={{ flex: 1, minWidth: '12rem' }}>
            <Group gap="xs">
              <Title order={level} size="sm" id={id}>
                {t(`purpose.${record.purpose}`)}
              </Title>
              {record.optional && <Chip tone="idle">{t('record.optional')}</Chip>}
            </Group>
            <Text size="sm" c="dimmed">
              {t(`note.${record.purpose}`)}
            </Text>
          </Box>
          <Group gap="xs">
            {check?.state === 'ok' && (
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={toggle}
                aria-expanded={isOpen}
                aria-describedby={id}
              >
                {isOpen ? t('record.fold') : t('record.unfold')}
              </Anchor>
            )}
            {check !== undefined && <CheckChip state={check.state} />}
          </Group>
        </Group>
        {!isFolded && <Values record={record} check={check} />}
      </Stack>
    </Paper>
  );
}

function Values({ record, check }: Pick<DnsCardProps, 'record' | 'check'>) {
  const { t } = useTranslation('joining');
  const [advice, found] = [useAdvice(), useFound()];
  return (
    <>
      <Box component="dl" m={0} display="grid" style={COLUMNS}>
        <Value name={t('record.type')} value={record.type} />
        <Value name={t('record.host')} value={record.host} copied hint={relativeHint(record, t)} />
        <Value name={t('record.value')} value={record.value} copied />
        {check !== undefined && (
          <Value name={t('record.found')} value={found(check)} words={isNothing(check) ? undefined : check.words} />
        )}
      </Box>
      {check !== undefined && check.advice !== '' && (
        <Text size="sm" fw={500}>
          {advice(check)}
        </Text>
      )}
      {typeof check?.looked_at === 'string' && (
        <Text size="xs" c="dimmed">
          {t('record.looked')} <When at={check.looked_at} as="relative" />
        </Text>
      )}
    </>
  );
}

const COLUMNS = {
  gridTemplateColumns: 'minmax(4.5rem, max-content) minmax(0, 1fr)',
  columnGap: '0.75rem',
  rowGap: '0.4rem',
  alignItems: 'baseline',
};

interface ValueProps {
  name: string;
  value: string;
  copied?: boolean;
  hint?: string | undefined;
  /** Which sentence of the relay the value is. */
  words?: Check['words'];
}

function Value({ name, value, copied = false, hint, words }: ValueProps) {
  return (
    <>
      <Text component="dt" size="xs" c="dimmed" pt={3}>
        {name}
      </Text>
      <Box component="dd" m={0} miw={0}>
        <Group gap={4} wrap="nowrap" align="flex-start">
          <Code style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
            {words?.['found'] === undefined ? value : <OwnText text={value} words={words} name="found" />}
          </Code>
          {copied && <Copy text={value} what={name} />}
        </Group>
        {hint !== undefined && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
      </Box>
    </>
  );
}

/** Most providers want the name without the domain. */
function relativeHint({ host, domain }: DnsRecord, t: ReturnType<typeof useTranslation<'joining'>>['t']) {
  if (host === domain) return t('record.relative', { name: '@', domain });
  if (!host.endsWith(`.${domain}`)) return undefined;
  return t('record.relative', { name: host.slice(0, -domain.length - 1), domain });
}
