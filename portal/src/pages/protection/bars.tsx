// A small chart of a few bars, with the same numbers as a table.

import { Box, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../parts/formats.ts';

interface BarsProps {
  /** What the bars count. */
  label: string;
  values: readonly number[];
  /** Begin of each. */
  starts: readonly string[];
  height?: number;
  tone?: 'plain' | 'bad';
}

const STEP = 10;
const WIDTH = 8;
const COLOURS = { plain: 'light-dark(#0b6e75, #4da9b1)', bad: 'light-dark(#b42318, #ff8f85)' } as const;

export function Bars({ label, values, starts, height = 44, tone = 'plain' }: BarsProps) {
  const { t } = useTranslation('protection');
  const formats = useFormats();
  const most = Math.max(1, ...values);
  const total = values.reduce((sum, value) => sum + value, 0);
  return (
    <Box>
      <svg
        role="img"
        aria-label={`${label}: ${t('chart.total', { count: total })}`}
        viewBox={`0 0 ${values.length * STEP} ${height}`}
        preserveAspectRatio="none"
        width="100%"
        height={height}
      >
        <line
          x1="0"
          x2={values.length * STEP}
          y1={height - 0.5}
          y2={height - 0.5}
          stroke="light-dark(#ced4da, #495057)"
          strokeWidth="1"
        />
        {values.map((value, index) => {
          const tall = value === 0 ? 0 : Math.max(2, (value / most) * (height - 4));
          return (
            <rect
              key={starts[index] ?? index}
              x={index * STEP + 1}
              y={height - 1 - tall}
              width={WIDTH}
              height={tall}
              fill={COLOURS[tone]}
            />
          );
        })}
      </svg>
      <details>
        <Text component="summary" size="xs" c="dimmed" style={{ cursor: 'pointer' }}>
          {t('chart.table')}
        </Text>
        <Table aria-label={label} fz="xs" maw={320}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('chart.time')}</Table.Th>
              <Table.Th ta="end">{t('chart.value')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {values.map((value, index) => (
              <Table.Tr key={starts[index] ?? index}>
                <Table.Td>{starts[index] === undefined ? '' : formats.time(starts[index])}</Table.Td>
                <Table.Td ta="end">{formats.number(value)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Box>
  );
}
