// What the charts of the overview draw, from what was counted.

import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import type { ChartData, ChartPoint, ChartSeries } from '../../../parts/chart-data.ts';
import { type Formats, useFormats } from '../../../parts/formats.ts';
import { type Meant, messagesLink } from '../messages-link.ts';
import type { Traffic } from './overview-data.ts';

type Words = TFunction<readonly ['service', 'parts'] | 'service'>;
type Bucket = Traffic['buckets'][number];

const DELAYS = [
  'within_1s',
  'within_5s',
  'within_30s',
  'within_2m',
  'within_10m',
  'within_1h',
  'within_6h',
  'later',
] as const;
const DAY_HOURS = 24;

/** The stretches of time, in short for the axis and in full for the table. */
export function usePoints({ buckets, by }: Traffic): ChartPoint[] {
  const formats = useFormats();
  return useMemo(
    () =>
      buckets.map(({ at }) => ({
        id: at,
        short:
          by === 'day'
            ? formats.shortDate(at)
            : buckets.length > DAY_HOURS
              ? dayBegun(at, formats)
              : formats.time(at).replace(/:00(?=\D*$)/, ''),
        name: by === 'day' ? formats.date(at) : formats.dateTime(at),
      })),
    [buckets, by, formats],
  );
}

/** The day, at its first hour; the other hours of several days have no room on the axis. */
function dayBegun(at: string, formats: Formats): string {
  return new Date(at).getHours() === 0 ? formats.shortDate(at) : '';
}

/** The messages of one stretch. */
function linkOf(
  { buckets, to }: Traffic,
  meant: Meant,
): (point: number) => ReturnType<typeof messagesLink> | undefined {
  return (point) => {
    const at = buckets[point]?.at;
    if (at === undefined) return undefined;
    const until = Date.parse(buckets[point + 1]?.at ?? to);
    return messagesLink({ ...meant, since: Date.parse(at), until });
  };
}

export function flowSeries(traffic: Traffic, t: Words): ChartSeries[] {
  const values = (pick: (bucket: Bucket) => number) => traffic.buckets.map(pick);
  return [
    {
      id: 'outbound',
      name: t('charts.outbound'),
      tone: 'main',
      values: values(({ outbound }) => outbound),
      link: linkOf(traffic, { direction: 'outbound' }),
    },
    {
      id: 'inbound',
      name: t('charts.inbound'),
      tone: 'second',
      values: values(({ inbound }) => inbound),
      link: linkOf(traffic, { direction: 'inbound' }),
    },
  ];
}

export function fateSeries(traffic: Traffic, t: Words): ChartSeries[] {
  const series = (
    id: 'delivered' | 'deferred' | 'bounced' | 'held',
    tone: ChartSeries['tone'],
    values: (counts: Bucket['counts']) => number,
  ): ChartSeries => ({
    id,
    name: t(`parts:status.${id}`),
    tone,
    values: traffic.buckets.map(({ counts }) => values(counts)),
    link: linkOf(traffic, { status: id === 'held' ? 'held,quarantined' : id === 'bounced' ? 'bounced,expired' : id }),
  });
  return [
    series('delivered', 'good', ({ delivered }) => delivered),
    series('deferred', 'warn', ({ deferred }) => deferred),
    series('bounced', 'bad', ({ bounced, expired }) => bounced + expired),
    series('held', 'held', ({ held, quarantined }) => held + quarantined),
  ];
}

export function refusalSeries(traffic: Traffic, t: Words): ChartSeries[] {
  return [
    {
      id: 'rejected',
      name: t('parts:status.rejected'),
      tone: 'refused',
      values: traffic.buckets.map(({ counts }) => counts.rejected),
      link: linkOf(traffic, { status: 'rejected' }),
    },
  ];
}

/** Delivered recipients by how long it took. */
export function delaysOf({ totals }: Traffic, t: Words): Pick<ChartData, 'kind' | 'lying' | 'points' | 'series'> {
  return {
    kind: 'bars',
    lying: true,
    points: DELAYS.map((id) => ({ id, short: t(`charts.delays.${id}`), name: t(`charts.delays.${id}`) })),
    series: [
      { id: 'delivered', name: t('parts:status.delivered'), tone: 'good', values: DELAYS.map((id) => totals[id]) },
    ],
  };
}
