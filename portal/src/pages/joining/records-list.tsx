// DNS records by domain, each with what was found; and those checks that no record belongs to yet.

import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Check, CheckChip, useAdvice } from '../../parts/check-state.tsx';
import { DnsCard, type DnsRecord } from '../../parts/dns-card.tsx';

interface RecordsListProps {
  records: readonly DnsRecord[];
  checks: readonly Check[];
  /** Level of the first headings. Default 3. */
  level?: 2 | 3;
}

/** The order in which they are published. */
const ORDER = ['ownership', 'spf', 'dkim', 'dmarc', 'mx'] as const;

export function RecordsList({ records, checks, level = 3 }: RecordsListProps) {
  const domains = [...new Set(records.map(({ domain }) => domain))];
  return (
    <Stack gap="lg">
      {domains.map((domain) => (
        <Stack key={domain} gap="sm" component="section">
          <Title order={level} size="h3">
            {domain}
          </Title>
          <DomainRecords domain={domain} records={records} checks={checks} level={level === 2 ? 3 : 4} />
        </Stack>
      ))}
    </Stack>
  );
}

interface DomainRecordsProps {
  domain: string;
  records: readonly DnsRecord[];
  checks: readonly Check[];
  /** Level of the cards' headings. */
  level: 2 | 3 | 4;
}

export function DomainRecords({ domain, records, checks, level }: DomainRecordsProps) {
  const own = records.filter((record) => record.domain === domain);
  const ofDomain = checks.filter(({ kind, object }) => object === domain && ORDER.some((one) => one === kind));
  const shown = ORDER.flatMap((purpose) => own.filter((record) => record.purpose === purpose));
  const bare = ofDomain.filter(({ kind }) => !own.some(({ purpose }) => purpose === kind));
  return (
    <Stack gap="sm">
      {shown.map((record) => (
        <DnsCard
          key={`${record.purpose} ${record.host} ${record.value}`}
          record={record}
          level={level}
          check={ofDomain.find(({ kind }) => kind === record.purpose)}
        />
      ))}
      {bare.map((check) => (
        <BareCheck key={check.kind} check={check} />
      ))}
    </Stack>
  );
}

/** Such as a key that is made later. */
function BareCheck({ check }: { check: Check }) {
  const { t } = useTranslation('joining');
  const advice = useAdvice();
  if (check.kind === 'mailhost' || check.kind === 'source' || check.kind === 'grant') return null;
  return (
    <Alert variant="default" p="sm">
      <Group justify="space-between" gap="xs" align="flex-start">
        <Text size="sm" style={{ flex: '1 1 14rem' }}>
          <strong>{t(`purpose.${check.kind}`)}</strong>
          {check.advice !== '' && ` · ${advice(check)}`}
        </Text>
        <CheckChip state={check.state} />
      </Group>
    </Alert>
  );
}

/** How far the needed and the optional ones are. */
export function useRecordsSentence(): (records: readonly DnsRecord[], checks: readonly Check[]) => string {
  const { t } = useTranslation('joining');
  return (records, checks) => {
    const kinds = new Set(records.map(({ domain, purpose }) => `${domain} ${purpose}`));
    const known = checks.filter(({ kind, object }) => kinds.has(`${object} ${kind}`));
    const needed = known.filter(({ required }) => required);
    const seen = needed.filter(({ state }) => state === 'ok' || state === 'warn').length;
    if (needed.length === 0) return t('records.none');
    if (seen < needed.length) return t('records.missing', { seen, count: needed.length });
    if (known.some(({ state }) => state === 'fail')) return t('records.change');
    return known.some(({ state }) => state === 'warn') ? t('records.better') : t('records.allSeen');
  };
}
