// Where most of the mail goes.

import { Box, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { messagesLink } from '../messages-link.ts';
import { QuietNote } from '../quiet-note.tsx';
import type { Traffic } from './overview-data.ts';
import type { Range } from './range.ts';

const SHOWN = 10;
const COLUMNS = ['recipients', 'delivered', 'deferred', 'bounced'] as const;

export function TopDomains({ traffic, range }: { traffic: Traffic; range: Range }) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  const { domains, other_domains: others } = traffic;
  return (
    <Panel title={t('domains.title')} hint={t('domains.hint')}>
      {domains.length === 0 ? (
        <QuietNote>{t('domains.empty')}</QuietNote>
      ) : (
        <Box
          role="region"
          aria-label={t('parts:chart.tableOf', { what: t('domains.title') })}
          tabIndex={0}
          style={{ overflowX: 'auto' }}
        >
          <Table verticalSpacing={4} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('domains.domain')}</Table.Th>
                {COLUMNS.map((name) => (
                  <Table.Th key={name} scope="col" ta="right">
                    {name === 'recipients' ? t('domains.recipients') : t(`parts:status.${name}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {domains.slice(0, SHOWN).map((one) => (
                <Table.Tr key={one.domain}>
                  <Table.Th scope="row" fw={400} style={{ overflowWrap: 'anywhere' }}>
                    <ScopedLink {...messagesLink({ to: one.domain, since: range.from })}>{one.domain}</ScopedLink>
                  </Table.Th>
                  {COLUMNS.map((name) => (
                    <Table.Td key={name} ta="right">
                      {formats.number(one[name])}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      )}
      {others > 0 && (
        <Text size="sm" c="dimmed">
          {t('domains.others', { count: others, number: formats.number(others) })}
        </Text>
      )}
    </Panel>
  );
}
