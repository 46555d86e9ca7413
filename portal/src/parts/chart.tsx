// A chart with its table: the chart for a look, the table for reading it out and for every value's link. The drawing is
// loaded when the first chart is shown.

import {
  ActionIcon,
  Box,
  Group,
  Skeleton,
  Stack,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
} from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchState } from '../search.ts';
import { useSession } from '../session.ts';
import classes from './chart.module.css';
import { colourOf } from './chart-colours.ts';
import type { ChartData, ChartSeries } from './chart-data.ts';
import { ChartTable } from './chart-table.tsx';

const ChartCanvas = lazy(async () => ({ default: (await import('./chart-canvas.tsx')).ChartCanvas }));

interface ChartProps extends ChartData {
  /** What is shown, in a few words. */
  label: string;
  /** Heading of the column of points in the table. */
  pointName: string;
  height?: number;
  /** One sentence on what it shows, for those who do not see the drawing. */
  summary?: string;
}

export function Chart({ label, pointName, height: given, summary, ...data }: ChartProps) {
  const { t } = useTranslation('parts');
  const scheme = useComputedColorScheme('light');
  const open = useOpenLink();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [asTable, setAsTable] = useState(false);
  const toggle = (id: string) => setHidden((before) => without(before, id));
  const height = given ?? heightOf(data);
  const shown = { ...data, series: data.series.filter(({ id }) => !hidden.has(id)) };
  return (
    <Stack gap="xs" component="figure" m={0}>
      <Group justify="space-between" align="flex-start" gap="xs" wrap="nowrap">
        {data.series.length > 1 || !asTable ? (
          <Legend series={data.series} hidden={hidden} toggle={toggle} />
        ) : (
          <span />
        )}
        <Tooltip label={t(asTable ? 'chart.asChart' : 'chart.asTable')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-pressed={asTable}
            aria-label={t('chart.tableOf', { what: label })}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <IconChartBar size={18} stroke={1.6} /> : <IconTable size={18} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      {asTable ? (
        <ChartTable label={label} pointName={pointName} data={shown} height={height} />
      ) : (
        <Box role="img" aria-label={summary === undefined ? label : `${label}: ${summary}`} h={height}>
          <Suspense fallback={<Skeleton h={height} radius="sm" />}>
            <ChartCanvas data={shown} scheme={scheme} height={height} open={open} />
          </Suspense>
        </Box>
      )}
    </Stack>
  );
}

/** Lying bars take as much room as they are. */
function heightOf({ lying = false, points }: ChartData): number {
  return lying ? points.length * 26 + 40 : 240;
}

/** Buttons, each of which takes a series out of the drawing or puts it back. */
function Legend({
  series,
  hidden,
  toggle,
}: {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  toggle: (id: string) => void;
}) {
  const { t } = useTranslation('parts');
  const scheme = useComputedColorScheme('light');
  return (
    <Group gap={4} role="group" aria-label={t('chart.series')}>
      {series.map(({ id, name, tone }) => (
        <UnstyledButton
          key={id}
          className={classes['entry'] ?? ''}
          aria-pressed={!hidden.has(id)}
          data-series={id}
          onClick={() => toggle(id)}
        >
          <Box component="span" className={classes['mark'] ?? ''} style={{ background: colourOf(tone, scheme) }} />
          {name}
        </UnstyledButton>
      ))}
    </Group>
  );
}

function without(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return after;
}

/** Opens the list of what a value counts; the scope goes along. */
function useOpenLink(): (series: ChartSeries, point: number) => void {
  const navigate = useNavigate();
  const [search] = useSearchState();
  const { user } = useSession();
  const customer = user.customer === undefined ? search['customer'] : undefined;
  return (series, point) => {
    const link = series.link?.(point);
    if (link !== undefined) void navigate({ to: link.to, search: { customer, ...link.search } });
  };
}
