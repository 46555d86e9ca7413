// The scanners: whether each answers, how long it takes, what it found, what is learned.

import { Alert, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { useFormats } from '../../parts/formats.ts';
import { PageFrame } from '../../parts/page.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { LearningPanel } from './learning-panel.tsx';
import { ScannerCard } from './scanner-card.tsx';

type Scanners = Answer<'listScanners'>;
const EVERY_MS = 10_000;

export function Page() {
  const { t } = useTranslation('protection');
  const query = useCall('listScanners', {}, { everyMs: EVERY_MS });
  return (
    <PageFrame title={t('scanners.title')} lead={t('scanners.lead')}>
      <Answered query={query}>
        {(scanners) =>
          scanners.entries.length === 0 ? (
            <Empty title={t('scanners.empty.title')} hint={t('scanners.empty.hint')} />
          ) : (
            <Stack>
              <Summary scanners={scanners} />
              <SimpleGrid cols={{ base: 1, lg: 2 }}>
                {scanners.entries.map((scanner) => (
                  <ScannerCard key={`${scanner.scanner} ${scanner.address}`} scanner={scanner} all={scanners} />
                ))}
              </SimpleGrid>
              <SimpleGrid cols={{ base: 1, lg: 2 }}>
                <TimesPanel times={scanners.times} />
                <LearningPanel learning={scanners.learning} />
              </SimpleGrid>
            </Stack>
          )
        }
      </Answered>
    </PageFrame>
  );
}

/** Whether all is well, in one sentence. */
function Summary({ scanners: { entries } }: { scanners: Scanners }) {
  const { t } = useTranslation('protection');
  const down = entries.filter(({ state }) => state === 'down');
  const kinds = (['clamd', 'rspamd'] as const).filter((kind) => entries.some(({ scanner }) => scanner === kind));
  const gone = kinds.filter((kind) => entries.every(({ scanner, state }) => scanner !== kind || state === 'down'));
  return (
    <Stack gap="xs">
      {down.length === 0 ? (
        <Text size="sm">{t('scanners.all')}</Text>
      ) : (
        <Alert color={gone.length > 0 ? 'red' : 'yellow'} icon={<IconAlertTriangle size={18} />} role="status">
          {gone.length === 0
            ? t('scanners.someDown', { count: down.length })
            : gone
                .map((kind) =>
                  t('scanners.allDown', { kind: t(kind === 'clamd' ? 'scanners.virus' : 'scanners.spam') }),
                )
                .join(' ')}
        </Alert>
      )}
      {!kinds.includes('clamd') && <Text size="sm">{t('scanners.onlySpam')}</Text>}
      {!kinds.includes('rspamd') && <Text size="sm">{t('scanners.onlyVirus')}</Text>}
    </Stack>
  );
}

function TimesPanel({ times }: { times: Scanners['times'] }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  return (
    <Panel
      title={t('scanners.times')}
      hint={t('scanners.timesHint')}
      actions={
        <Text size="sm">
          <ScopedLink to="/messages" search={{ refused: 'only' }}>
            {t('scanners.toAll')}
          </ScopedLink>
        </Text>
      }
    >
      {times.length === 0 ? (
        <Text size="sm">{t('scanners.noScans')}</Text>
      ) : (
        <Table aria-label={t('scanners.times')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('scanners.kind')}</Table.Th>
              <Table.Th ta="end">{t('scanners.half')}</Table.Th>
              <Table.Th ta="end">{t('scanners.most')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {times.map(({ scanner, half_ms: half, most_ms: most }) => (
              <Table.Tr key={scanner}>
                <Table.Td>{scanner}</Table.Td>
                <Table.Td ta="end">{formats.span(half)}</Table.Td>
                <Table.Td ta="end">{formats.span(most)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
