// What waits: by age, and where to.

import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { Chart } from '../../parts/chart.tsx';
import { useFormats } from '../../parts/formats.ts';
import { Panel } from '../../parts/panel.tsx';
import { Loading } from '../../parts/states.tsx';
import { When } from '../../parts/when.tsx';
import { QuietNote } from './quiet-note.tsx';

type Survey = Answer<'getQueueSurvey'>;

export function QueuePanels({ survey }: { survey: Survey | null }) {
  const { t } = useTranslation('service');
  return (
    <>
      <Panel
        title={t('queue.ages.title')}
        hint={survey === null || survey.oldest === null ? t('queue.ages.hint') : <Oldest at={survey.oldest} />}
      >
        {survey === null ? <Loading lines={3} /> : <Ages survey={survey} />}
      </Panel>
      <Panel title={t('queue.destinations.title')} hint={t('queue.destinations.hint')}>
        {survey === null ? <Loading lines={3} /> : <Destinations survey={survey} />}
      </Panel>
    </>
  );
}

function Oldest({ at }: { at: string }) {
  const { t } = useTranslation('service');
  return (
    <>
      {t('queue.ages.oldest')} <When at={at} as="relative" />
    </>
  );
}

function Ages({ survey: { ages } }: { survey: Survey }) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  if (ages.every(({ waiting, held }) => waiting + held === 0)) return <QuietNote good>{t('queue.empty')}</QuietNote>;
  const name = ({ from_ms, to_ms }: Survey['ages'][number]) =>
    to_ms === null
      ? t('queue.ages.over', { span: formats.span(from_ms) })
      : t('queue.ages.under', { span: formats.span(to_ms) });
  const link = (status: string) => () => ({ to: '/queues', search: { tab: 'recipients', status } });
  return (
    <Chart
      kind="bars"
      lying
      stacked
      label={t('queue.ages.title')}
      pointName={t('queue.ages.point')}
      format={(value) => formats.number(value)}
      points={ages.map((age) => ({ id: String(age.from_ms), short: name(age), name: name(age) }))}
      series={[
        {
          id: 'waiting',
          name: t('queue.waiting'),
          tone: 'main',
          values: ages.map(({ waiting }) => waiting),
          link: () => ({ to: '/queues', search: { tab: 'recipients' } }),
        },
        {
          id: 'held',
          name: t('parts:status.held'),
          tone: 'held',
          values: ages.map(({ held }) => held),
          link: link('held'),
        },
      ]}
    />
  );
}

function Destinations({ survey: { destinations } }: { survey: Survey }) {
  const { t } = useTranslation(['service', 'parts']);
  const formats = useFormats();
  if (destinations.length === 0) return <QuietNote good>{t('queue.empty')}</QuietNote>;
  const link = (status?: string) => (point: number) => ({
    to: '/queues',
    search: { tab: 'recipients', destination: destinations[point]?.destination, status },
  });
  const points = destinations.map(({ destination }) => ({ id: destination, short: destination, name: destination }));
  return (
    <Chart
      kind="bars"
      lying
      stacked
      label={t('queue.destinations.title')}
      pointName={t('queue.destinations.point')}
      format={(value) => formats.number(value)}
      points={points}
      series={[
        {
          id: 'queued',
          name: t('parts:status.queued'),
          tone: 'main',
          values: destinations.map(({ waiting, deferred }) => waiting - deferred),
          link: link('queued'),
        },
        {
          id: 'deferred',
          name: t('parts:status.deferred'),
          tone: 'warn',
          values: destinations.map(({ deferred }) => deferred),
          link: link('deferred'),
        },
      ]}
    />
  );
}
