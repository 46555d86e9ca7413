// Numbers of the relay, each with the way to its list.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { Tile, Tiles } from '../tile.tsx';
import type { Health } from './health-page.tsx';

/** So many events wait for the trace before it is worth a look. */
const MANY_EVENTS = 20_000;

export function HealthTiles({ health }: { health: Health }) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  const { queue, disk, relay } = health;
  const shown = (value: number | null | undefined) =>
    value === undefined || value === null ? '–' : formats.number(value);
  const freshWait = (ms: number | null) => {
    if (ms === null) return '–';
    return ms === 0 ? t('health.tiles.nothing') : formats.span(ms);
  };
  const waiting = queue === null ? null : queue.queued + queue.deferred;
  return (
    <Tiles label={t('health.numbers')}>
      <Tile
        id="state"
        name={t('health.tiles.state')}
        value={t(`health.relay.${relayWord(relay.state)}`)}
        hint={t('health.tiles.since', { at: formats.relative(relay.started_at) })}
        warn={relay.state !== 'ready'}
      />
      <Tile
        id="alarms"
        name={t('health.tiles.alarms')}
        value={formats.number(health.alarms.length)}
        warn={health.alarms.length > 0}
      />
      <Tile
        id="waiting"
        name={t('overview.tiles.waiting')}
        value={shown(waiting)}
        hint={t('overview.tiles.deferred', { number: shown(queue?.deferred) })}
        link={{ to: '/queues', search: { tab: 'recipients' } }}
      />
      <Tile
        id="held"
        name={t('overview.tiles.held')}
        value={shown(queue === null ? null : queue.held + queue.quarantined)}
        link={{ to: '/quarantine', search: {} }}
      />
      <Tile
        id="fresh"
        name={t('health.tiles.fresh')}
        value={freshWait(health.fresh_age_ms)}
        link={{ to: '/queues', search: { tab: 'recipients', status: 'queued' } }}
      />
      <Tile
        id="disk"
        name={t('health.tiles.disk')}
        value={disk.free === null ? '–' : formats.size(disk.free)}
        hint={t('health.tiles.ofDisk', { total: formats.size(disk.total), low: formats.size(disk.low_water) })}
        warn={disk.full}
      />
      <Tile
        id="events"
        name={t('health.tiles.events')}
        value={shown(health.events_pending)}
        warn={(health.events_pending ?? 0) > MANY_EVENTS}
        link={{ to: '/messages', search: {} }}
      />
      <Tile
        id="reconciler"
        name={t('health.tiles.reconciler')}
        value={t(`health.reconciler.${health.reconciler.state}`)}
        hint={
          health.reconciler.at === null
            ? undefined
            : t('health.tiles.looked', { at: formats.relative(health.reconciler.at) })
        }
        warn={health.reconciler.state === 'fault'}
      />
    </Tiles>
  );
}

const RELAY_WORDS = ['starting', 'ready', 'draining', 'stopping'] as const;

function relayWord(state: string): (typeof RELAY_WORDS)[number] {
  return RELAY_WORDS.find((word) => word === state) ?? 'starting';
}
