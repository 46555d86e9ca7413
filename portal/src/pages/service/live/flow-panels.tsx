// What comes in and goes out every second, and what is refused.

import { useTranslation } from 'react-i18next';
import { Chart } from '../../../parts/chart.tsx';
import type { ChartSeries } from '../../../parts/chart-data.ts';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { messagesLink } from '../messages-link.ts';
import { QuietNote } from '../quiet-note.tsx';
import { RefusalBars } from '../refusal-bars.tsx';
import { bothOf, ratesOf, refusalsOf } from './live-sums.ts';
import { type Frame, SHOWN_FRAMES } from './use-live.ts';

const MINUTE_MS = 60_000;

function padded(one: ChartSeries, by: number): ChartSeries {
  return {
    ...one,
    values: [...Array.from({ length: by }, () => null), ...one.values],
    link: (point) => one.link?.(point - by),
  };
}

export function FlowPanel({ frames }: { frames: readonly Frame[] }) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  const points = frames.map(({ at }) => ({ id: at, short: formats.time(at), name: formats.time(at) }));
  // What was before one looked: it moves in from the right from the beginning.
  const before = Array.from({ length: SHOWN_FRAMES - frames.length }, (_, i) => ({
    id: `before-${i}`,
    short: '',
    name: '',
  }));
  const link = (status?: string) => (point: number) => {
    const at = Date.parse(frames[point]?.at ?? '');
    // Messages are found by when they came; a second alone would hold few.
    return messagesLink({ ...(status !== undefined && { status }), since: at - MINUTE_MS, until: at + 1000 });
  };
  const series: ChartSeries[] = [
    {
      id: 'inbound',
      name: t('live.acceptedIn'),
      tone: 'second',
      values: ratesOf(frames, ({ inbound }) => inbound.messages),
      link: link(),
    },
    {
      id: 'outbound',
      name: t('live.acceptedOut'),
      tone: 'main',
      values: ratesOf(frames, ({ outbound }) => outbound.messages),
      link: link(),
    },
    {
      id: 'delivered',
      name: t('parts:status.delivered'),
      tone: 'good',
      values: ratesOf(frames, bothOf('delivered')),
      link: link('delivered'),
    },
    {
      id: 'deferred',
      name: t('parts:status.deferred'),
      tone: 'warn',
      values: ratesOf(frames, bothOf('deferred')),
      link: link('deferred'),
    },
  ];
  return (
    <Panel title={t('live.flow.title')} hint={t('live.flow.hint')}>
      <Chart
        kind="lines"
        label={t('live.flow.title')}
        pointName={t('charts.time')}
        format={(value) => formats.number(value)}
        points={[...before, ...points]}
        series={series.map((one) => padded(one, before.length))}
      />
    </Panel>
  );
}

export function RefusalPanel({ frames }: { frames: readonly Frame[] }) {
  const { t } = useTranslation('service');
  const refusals = refusalsOf(frames).slice(0, 10);
  const since = Date.parse(frames[0]?.at ?? '');
  return (
    <Panel title={t('live.refusals.title')} hint={t('live.refusals.hint')}>
      {refusals.length === 0 ? (
        <QuietNote good>{t('live.refusals.empty')}</QuietNote>
      ) : (
        <RefusalBars label={t('live.refusals.title')} refusals={refusals} since={since} />
      )}
    </Panel>
  );
}
