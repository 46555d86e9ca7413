// One scanner.

import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { type Fact, Facts } from '../../parts/facts.tsx';
import { type Formats, useFormats } from '../../parts/formats.ts';
import { OwnText } from '../../parts/own-text.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Chip } from '../../parts/status-chip.tsx';
import { When } from '../../parts/when.tsx';
import type words from '../../words/en/protection.json';
import { Bars } from './bars.tsx';

type Scanners = Answer<'listScanners'>;
type Scanner = Scanners['entries'][number];
type ResultWord = keyof typeof words.scanners.result;

const TONES = { up: 'good', down: 'bad', unknown: 'idle' } as const;
const DAY_MS = 86_400_000;
/** As for the doctor: a scanner that gets no signatures for so long does not know what is about. */
const OLD_DAYS = 7;

export function ScannerCard({ scanner, all }: { scanner: Scanner; all: Scanners }) {
  const { t } = useTranslation('protection');
  const isFault = scanner.state === 'up' && scanner.incomplete === true;
  return (
    <Panel
      title={`${scanner.scanner} ${scanner.address}`}
      actions={
        <Group gap={6}>
          {isFault && <Chip tone="bad">{t('scanners.state.fault')}</Chip>}
          <Chip tone={TONES[scanner.state]}>{t(`scanners.state.${scanner.state}`)}</Chip>
        </Group>
      }
    >
      {scanner.incomplete === true && (
        <Alert
          color="red"
          icon={<IconAlertTriangle size={18} />}
          title={t('scanners.incompleteTitle')}
          styles={{ label: { color: 'light-dark(#8f1d1d, #ffb4b4)' } }}
        >
          {t('scanners.incomplete')}
        </Alert>
      )}
      <StateFacts scanner={scanner} />
      <LastHour scanner={scanner} all={all} />
    </Panel>
  );
}

function StateFacts({ scanner }: { scanner: Scanner }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const { since, engine, probe_ms: probe, last_fault: fault } = scanner;
  const facts: Fact[] = [
    { name: t('scanners.since'), value: since === null ? undefined : <When at={since} /> },
    { name: t('scanners.engine'), value: engine ?? undefined },
    {
      name: t('scanners.signatures'),
      value: scanner.scanner === 'clamd' && engine !== null ? <Signatures scanner={scanner} /> : undefined,
    },
    { name: t('scanners.probe'), value: probe === null ? undefined : formats.span(probe) },
    {
      name: t('scanners.limits'),
      value: t('scanners.limitsValue', {
        size: formats.size(scanner.max_size),
        count: scanner.connections,
        time: formats.span(scanner.timeout_ms),
      }),
    },
    {
      name: t('scanners.lastFault'),
      value:
        fault === null ? undefined : (
          <>
            <OwnText text={fault.detail} words={fault.words} name="detail" /> ({formats.dateTime(fault.at)})
          </>
        ),
    },
  ];
  return <Facts facts={facts} />;
}

function Signatures({ scanner: { signatures } }: { scanner: Scanner }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  if (signatures === null) return <>{t('scanners.noSignatures')}</>;
  const isOld = Date.now() - Date.parse(signatures.made_at) > OLD_DAYS * DAY_MS;
  return (
    <>
      {t('scanners.signaturesValue', { version: signatures.version, when: formats.dateTime(signatures.made_at) })}
      {isOld && ` · ${t('scanners.signaturesOld')}`}
    </>
  );
}

function LastHour({ scanner, all }: { scanner: Scanner; all: Scanners }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const { scans, unavailable, mean_ms: mean, results, slots } = scanner.last_hour;
  const name = `${scanner.scanner} ${scanner.address}`;
  if (scans === 0) return <Text size="sm">{t('scanners.noScans')}</Text>;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('scanners.hour')}
      </Text>
      <Facts
        facts={[
          { name: t('scanners.scans'), value: formats.number(scans) },
          { name: t('scanners.share'), value: shareOf(scanner, all, formats) },
          { name: t('scanners.mean'), value: mean === null ? undefined : formats.span(mean) },
          { name: t('scanners.unavailable'), value: unavailable === 0 ? undefined : formats.number(unavailable) },
          { name: t('scanners.results'), value: <Results results={results} /> },
        ]}
      />
      <Bars label={t('scanners.chart', { name })} values={slots} starts={all.starts} />
    </Stack>
  );
}

/** Where there are several of a kind: whether they take their turn. */
function shareOf(scanner: Scanner, { entries }: Scanners, formats: Formats): string | undefined {
  const same = entries.filter((one) => one.scanner === scanner.scanner);
  if (same.length < 2) return undefined;
  const sum = same.reduce((count, one) => count + one.last_hour.scans, 0);
  return formats.percent(scanner.last_hour.scans / Math.max(1, sum));
}

const RESULTS: readonly ResultWord[] = [
  'clean',
  'virus',
  'oversize',
  'limit',
  'encrypted',
  'unavailable',
  'no action',
  'greylist',
  'add header',
  'rewrite subject',
  'soft reject',
  'reject',
  'discard',
];

function Results({ results }: { results: Scanner['last_hour']['results'] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const named = results.map(({ result, scans }) => {
    const known = RESULTS.find((one) => one === result);
    return `${known === undefined ? result : t(`scanners.result.${known}`)} ${formats.number(scans)}`;
  });
  return <>{named.join(' · ')}</>;
}
