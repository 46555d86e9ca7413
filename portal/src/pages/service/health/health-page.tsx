// Health: whether all is well with the relay, in one sentence, and what everybody asks who wants to know.

import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useSearchState } from '../../../search.ts';
import { QueuePanels } from '../queue-panels.tsx';
import { ThreadBars } from '../thread-bars.tsx';
import { AlarmPanel } from './alarm-panel.tsx';
import { ExaminationPanel } from './examination-panel.tsx';
import { HealthTiles } from './health-tiles.tsx';
import { BackupPanel, CertificatePanel, KeepingPanel, ScannerPanel } from './parts-panels.tsx';
import { RunbookPanel } from './runbook-panel.tsx';

export type Health = Answer<'getHealth'>;

const AGAIN_MS = 10_000;

export function Page() {
  const { t } = useTranslation('service');
  const [search, change] = useSearchState();
  const health = useCall('getHealth', {}, { everyMs: AGAIN_MS });
  const runbook = search['runbook'];
  return (
    <PageFrame title={t('health.title')} lead={<HealthLead health={health.data} />}>
      <Answered query={health} lines={10}>
        {(now) => (
          <>
            <HealthTiles health={now} />
            <AlarmPanel alarms={now.alarms} />
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
              <QueuePanels survey={now.queue} />
              <Panel title={t('threads.title')} hint={t('threads.hint')}>
                <ThreadBars threads={now.threads} />
              </Panel>
              <ScannerPanel health={now} />
              <BackupPanel health={now} />
              <CertificatePanel health={now} />
              <KeepingPanel health={now} />
            </SimpleGrid>
          </>
        )}
      </Answered>
      <ExaminationPanel />
      {runbook !== undefined && <RunbookPanel name={runbook} close={() => change({ runbook: undefined })} />}
    </PageFrame>
  );
}

const TONES: Readonly<Record<Health['state'], Tone>> = { well: 'good', attention: 'warn', trouble: 'bad' };

function HealthLead({ health }: { health: Health | undefined }) {
  const { t } = useTranslation('service');
  if (health === undefined) return <span>{t('health.looking')}</span>;
  const { state, alarms, relay } = health;
  return (
    <span data-health={state}>
      <Chip tone={TONES[state]}>{t(`health.states.${state}`)}</Chip>{' '}
      {state === 'trouble' ? t('health.sentence.trouble', { count: alarms.length }) : t(`health.sentence.${state}`)}{' '}
      {t('health.about', { hostname: relay.hostname, version: relay.version })}
    </span>
  );
}
