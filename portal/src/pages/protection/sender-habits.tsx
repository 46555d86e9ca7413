// What a sender did in the last hour, and what is usual for it.

import { Box, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { When } from '../../parts/when.tsx';
import { Bars } from './bars.tsx';
import { WeekMap } from './week-map.tsx';

export type Habits = NonNullable<Answer<'showSender'>['habits']>;

export function SenderHabits({ habits }: { habits: Habits }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const { slots, points, locks, first_seen: first, last_seen: last } = habits;
  const starts = slots.map(({ at }) => at);
  const charts = [
    {
      label: t('senders.panel.chartRecipients'),
      values: slots.map(({ recipients }) => recipients),
      tone: 'plain' as const,
    },
    { label: t('senders.panel.chartRefused'), values: slots.map(({ refused }) => refused), tone: 'bad' as const },
    { label: t('senders.panel.chartBad'), values: slots.map(({ bad }) => bad), tone: 'bad' as const },
  ];
  return (
    <>
      <Panel title={t('senders.panel.hour')}>
        <NowAndUsual habits={habits} />
        {charts
          .filter(({ values }) => values.some((value) => value > 0))
          .map((chart) => (
            <Box key={chart.label}>
              <Text size="xs" c="dimmed">
                {chart.label}
              </Text>
              <Bars {...chart} starts={starts} />
            </Box>
          ))}
        <Facts
          facts={[
            { name: t('senders.panel.points'), value: `${formats.number(points)} (${t('senders.panel.pointsHint')})` },
            { name: t('senders.panel.locks'), value: formats.number(locks) },
            { name: t('senders.panel.first'), value: <When at={first} /> },
            { name: t('senders.panel.last'), value: <When at={last} /> },
          ]}
        />
      </Panel>
      <Panel title={t('senders.panel.week')} hint={t('senders.panel.weekHint')}>
        <WeekMap week={habits.week} />
      </Panel>
    </>
  );
}

function NowAndUsual({ habits }: { habits: Habits }) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const { last_hour: now, usual } = habits;
  const rows = [
    { name: t('senders.panel.messages'), value: now.messages, usual: '' },
    {
      name: t('senders.panel.recipients'),
      value: now.recipients,
      usual: t('senders.panel.busiest', { count: usual.busiest_hour }),
    },
    { name: t('senders.panel.held'), value: now.held, usual: '' },
    { name: t('senders.panel.refused'), value: now.refused, usual: '' },
    { name: t('senders.panel.bad'), value: now.bad, usual: '' },
    {
      name: t('senders.panel.fresh'),
      value: now.new_destinations,
      usual: t('senders.panel.known', { count: habits.known_destinations }),
    },
  ];
  return (
    <Stack gap={0}>
      <Table aria-label={t('senders.panel.hour')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('senders.panel.measure')}</Table.Th>
            <Table.Th ta="end">{t('senders.panel.now')}</Table.Th>
            <Table.Th>{t('senders.panel.usual')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td ta="end">{formats.number(row.value)}</Table.Td>
              <Table.Td c="dimmed">{row.usual}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
