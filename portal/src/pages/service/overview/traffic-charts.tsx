// What happened to the mail, in charts with their tables.

import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../parts/chart.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { Panel } from '../../../parts/panel.tsx';
import { useClassName } from '../class-name.ts';
import { messagesLink } from '../messages-link.ts';
import { QuietNote } from '../quiet-note.tsx';
import { RefusalBars } from '../refusal-bars.tsx';
import { delaysOf, fateSeries, flowSeries, refusalSeries, usePoints } from './chart-series.ts';
import type { Traffic } from './overview-data.ts';
import type { Range } from './range.ts';
import { TopDomains } from './top-domains.tsx';

interface ChartsProps {
  traffic: Traffic;
  range: Range;
}

export function TrafficCharts({ traffic, range }: ChartsProps) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  const points = usePoints(traffic);
  const { totals } = traffic;
  const shared = {
    points,
    kind: 'bars' as const,
    stacked: true,
    format: (value: number) => formats.number(value),
    pointName: t('charts.time'),
  };
  return (
    <>
      <Panel title={t('charts.flow.title')} hint={t('charts.flow.hint')}>
        <Chart
          {...shared}
          label={t('charts.flow.title')}
          summary={t('charts.flow.summary', { number: formats.number(totals.messages) })}
          series={flowSeries(traffic, t)}
        />
      </Panel>
      <Panel title={t('charts.fate.title')} hint={t('charts.fate.hint')}>
        <Chart
          {...shared}
          label={t('charts.fate.title')}
          summary={t('charts.fate.summary', { number: formats.number(totals.delivered) })}
          series={fateSeries(traffic, t)}
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Panel title={t('charts.delays.title')} hint={t('charts.delays.hint')}>
          {totals.delivered === 0 ? (
            <QuietNote>{t('charts.delays.empty')}</QuietNote>
          ) : (
            <Chart
              {...delaysOf(traffic, t)}
              format={(value) => formats.number(value)}
              pointName={t('charts.delays.point')}
              label={t('charts.delays.title')}
            />
          )}
        </Panel>
        <Panel title={t('charts.refusals.title')} hint={t('charts.refusals.hint')}>
          <Chart {...shared} label={t('charts.refusals.title')} series={refusalSeries(traffic, t)} />
        </Panel>
        <Reasons traffic={traffic} range={range} />
        <BounceClasses traffic={traffic} range={range} />
      </SimpleGrid>
      <TopDomains traffic={traffic} range={range} />
    </>
  );
}

function Reasons({ traffic, range }: ChartsProps) {
  const { t } = useTranslation('service');
  const { refusals } = traffic;
  return (
    <Panel title={t('charts.reasons.title')} hint={t('charts.reasons.hint')}>
      {refusals.length === 0 ? (
        <QuietNote good>{t('charts.reasons.empty')}</QuietNote>
      ) : (
        <RefusalBars label={t('charts.reasons.title')} refusals={refusals} since={range.from} />
      )}
    </Panel>
  );
}

function BounceClasses({ traffic, range }: ChartsProps) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  const nameOf = useClassName();
  const { bounces } = traffic;
  const link = (point: number) => messagesLink({ class: bounces[point]?.class ?? '', since: range.from });
  return (
    <Panel title={t('charts.bounces.title')} hint={t('charts.bounces.hint')}>
      {bounces.length === 0 ? (
        <QuietNote good>{t('charts.bounces.empty')}</QuietNote>
      ) : (
        <Chart
          kind="bars"
          lying
          label={t('charts.bounces.title')}
          pointName={t('charts.bounces.point')}
          format={(value) => formats.number(value)}
          points={bounces.map((one) => ({ id: one.class, short: nameOf(one.class), name: nameOf(one.class) }))}
          series={[
            {
              id: 'bounced',
              name: t('parts:status.bounced'),
              tone: 'bad',
              values: bounces.map(({ count }) => count),
              link,
            },
          ]}
        />
      )}
    </Panel>
  );
}
