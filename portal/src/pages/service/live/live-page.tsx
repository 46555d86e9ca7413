// Live traffic: what moves, as it moves.

import { Button, Group, SimpleGrid } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { PageFrame } from '../../../parts/page.tsx';
import { Failing, Loading } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useScope } from '../../../search.ts';
import { QueuePanels } from '../queue-panels.tsx';
import { FlowPanel, RefusalPanel } from './flow-panels.tsx';
import { LiveTiles } from './live-tiles.tsx';
import { ScannerPanel, ThreadPanel } from './relay-panels.tsx';
import { type Live, useLive } from './use-live.ts';

const NO_ANSWER = new ApiProblem({ status: 0, detail: '' });

export function Page() {
  const { t } = useTranslation('service');
  const customer = useScope();
  const live = useLive(customer);
  const { frames, paused, setPaused } = live;
  const last = frames.at(-1);
  const pause = (
    <Button
      size="xs"
      variant="default"
      leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
      onClick={() => setPaused(!paused)}
    >
      {t(paused ? 'live.goOn' : 'live.pause')}
    </Button>
  );
  return (
    <PageFrame title={t('live.title')} lead={<StateLine live={live} />} actions={pause}>
      {last === undefined && live.state === 'lost' && <Failing error={NO_ANSWER} retry={live.again} />}
      {last === undefined ? (
        live.state !== 'lost' && <Loading lines={8} />
      ) : (
        <>
          <LiveTiles frames={frames} last={last} />
          <FlowPanel frames={frames} />
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
            <QueuePanels survey={last.queue} />
            <RefusalPanel frames={frames} />
            {last.relay !== undefined && <ScannerPanel frames={frames} />}
            {last.relay !== undefined && <ThreadPanel relay={last.relay} />}
          </SimpleGrid>
        </>
      )}
    </PageFrame>
  );
}

const TONES = { connecting: 'idle', live: 'good', lost: 'warn', paused: 'info' } as const satisfies Record<
  string,
  Tone
>;

/** Whether it comes, in words: what does not move must not look as if it did. */
function StateLine({ live: { state, paused } }: { live: Live }) {
  const { t } = useTranslation('service');
  const word = paused ? 'paused' : state;
  return (
    <Group gap="xs" role="status" data-live={word}>
      <Chip tone={TONES[word]}>{t(`live.states.${word}`)}</Chip>
      <span>{t(`live.hints.${word}`)}</span>
    </Group>
  );
}
