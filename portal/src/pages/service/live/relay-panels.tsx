// Threads and scanners, as they are now.

import { Box, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { QuietNote } from '../quiet-note.tsx';
import { ThreadBars } from '../thread-bars.tsx';
import { scannersOf } from './live-sums.ts';
import type { Frame, RelayNow } from './use-live.ts';

export function ThreadPanel({ relay }: { relay: RelayNow }) {
  const { t } = useTranslation(['service', 'parts']);
  return (
    <Panel title={t('threads.title')} hint={t('threads.hintNow')}>
      <ThreadBars threads={relay.threads} />
    </Panel>
  );
}

export function ScannerPanel({ frames }: { frames: readonly Frame[] }) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  const scanners = scannersOf(frames);
  return (
    <Panel
      title={t('scanners.title')}
      hint={t('scanners.hintNow')}
      actions={<ScopedLink to="/scanners">{t('scanners.all')}</ScopedLink>}
    >
      {scanners.length === 0 ? (
        <QuietNote>{t('scanners.idle')}</QuietNote>
      ) : (
        <Box
          role="region"
          aria-label={t('parts:chart.tableOf', { what: t('scanners.title') })}
          tabIndex={0}
          style={{ overflowX: 'auto' }}
        >
          <Table verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('scanners.scanner')}</Table.Th>
                <Table.Th scope="col" ta="right">
                  {t('scanners.scans')}
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  {t('scanners.mean')}
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  {t('scanners.unavailable')}
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {scanners.map(({ scanner, address, scans, mean_ms, unavailable }) => (
                <Table.Tr key={`${scanner} ${address}`}>
                  <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
                    {scanner} {address}
                  </Table.Th>
                  <Table.Td ta="right">{formats.number(scans)}</Table.Td>
                  <Table.Td ta="right">{mean_ms === null ? '–' : formats.span(mean_ms)}</Table.Td>
                  <Table.Td ta="right">{formats.number(unavailable)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      )}
    </Panel>
  );
}
