// In which hours of the week a sender usually sends: a map of 7 by 24, and the same as a table.

import { Box, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const HOURS = 24;
const CELL = 12;
const LEFT = 34;

export function WeekMap({ week }: { week: readonly number[] }) {
  const { t } = useTranslation('protection');
  const most = Math.max(...week, 0);
  if (most === 0) return <Text size="sm">{t('senders.panel.weekEmpty')}</Text>;
  const of = (day: number, hour: number) => week[(day - 1) * HOURS + hour] ?? 0;
  return (
    <Box>
      <svg
        role="img"
        aria-label={t('senders.panel.week')}
        viewBox={`0 0 ${LEFT + HOURS * CELL} ${7 * CELL + 14}`}
        width="100%"
      >
        {DAYS.map((day) => (
          <text key={day} x={0} y={(day - 1) * CELL + 9} fontSize="8" fill="currentColor">
            {t(`weekday.${day}`)}
          </text>
        ))}
        {DAYS.flatMap((day) =>
          Array.from({ length: HOURS }, (_, hour) => (
            <rect
              key={`${day} ${hour}`}
              x={LEFT + hour * CELL}
              y={(day - 1) * CELL}
              width={CELL - 1}
              height={CELL - 1}
              fill={of(day, hour) === 0 ? 'light-dark(#e9ecef, #343a40)' : 'light-dark(#0b6e75, #4da9b1)'}
              fillOpacity={of(day, hour) === 0 ? 1 : 0.35 + (0.65 * of(day, hour)) / most}
            />
          )),
        )}
        {[0, 6, 12, 18].map((hour) => (
          <text key={hour} x={LEFT + hour * CELL} y={7 * CELL + 10} fontSize="8" fill="currentColor">
            {hour}
          </text>
        ))}
      </svg>
      <details>
        <Text component="summary" size="xs" c="dimmed" style={{ cursor: 'pointer' }}>
          {t('senders.panel.weekTable')}
        </Text>
        <Table aria-label={t('senders.panel.week')} fz="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('senders.panel.day')}</Table.Th>
              <Table.Th>{t('senders.panel.hours')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {DAYS.map((day) => (
              <Table.Tr key={day}>
                <Table.Td>{t(`weekday.${day}`)}</Table.Td>
                <Table.Td>
                  {Array.from({ length: HOURS }, (_, hour) => hour)
                    .filter((hour) => of(day, hour) > 0)
                    .join(', ')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Box>
  );
}
