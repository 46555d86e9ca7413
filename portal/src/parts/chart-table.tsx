// The values of a chart as a table; each leads to its list.

import { Box, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ChartData, ChartSeries } from './chart-data.ts';
import { ScopedLink } from './scoped-link.tsx';

interface ChartTableProps {
  label: string;
  pointName: string;
  data: ChartData;
  height: number;
}

export function ChartTable({ label, pointName, data, height }: ChartTableProps) {
  const { t } = useTranslation('parts');
  const { points, series, lying = false } = data;
  const known = points.map((_, i) => i).filter((i) => series.some(({ values }) => typeof values[i] === 'number'));
  // Of times the newest is asked for most; names come in their own order.
  const order = lying ? known : known.toReversed();
  return (
    <Box
      role="region"
      aria-label={t('chart.tableOf', { what: label })}
      tabIndex={0}
      mah={Math.max(height, 320)}
      style={{ overflow: 'auto' }}
    >
      <Table striped stickyHeader verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{pointName}</Table.Th>
            {series.map(({ id, name }) => (
              <Table.Th key={id} scope="col" ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {order.map((i) => (
            <Table.Tr key={points[i]?.id}>
              <Table.Th scope="row" fw={400} style={{ whiteSpace: lying ? 'normal' : 'nowrap' }}>
                {points[i]?.name}
              </Table.Th>
              {series.map((one) => (
                <Table.Td key={one.id} ta="right">
                  <Value series={one} point={i} format={data.format} name={`${points[i]?.name ?? ''}: ${one.name}`} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

function Value({
  series,
  point,
  format,
  name,
}: {
  series: ChartSeries;
  point: number;
  format: ChartData['format'];
  name: string;
}) {
  const value = series.values[point];
  if (value === undefined || value === null) return '–';
  const link = value === 0 ? undefined : series.link?.(point);
  if (link === undefined) return format(value);
  return (
    <ScopedLink to={link.to} search={link.search} label={`${name}: ${format(value)}`}>
      {format(value)}
    </ScopedLink>
  );
}
