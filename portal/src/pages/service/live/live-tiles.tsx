// Rates and states, each with the way to its list.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { messagesLink } from '../messages-link.ts';
import { Tile, Tiles } from '../tile.tsx';
import { bothOf, rateOf } from './live-sums.ts';
import type { Frame, RelayNow } from './use-live.ts';

const QUARTER_MS = 900_000;

export function LiveTiles({ frames, last }: { frames: readonly Frame[]; last: Frame }) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  const since = Date.parse(last.at) - QUARTER_MS;
  const rate = (pick: (frame: Frame) => number) =>
    t('live.perSecond', { number: formats.number(rateOf(frames, pick)) });
  const { queue, relay } = last;
  const waiting = queue === null ? undefined : queue.queued + queue.deferred;
  return (
    <Tiles label={t('live.numbers')}>
      <Tile
        id="in"
        name={t('live.tiles.accepted')}
        value={rate(bothOf('messages'))}
        hint={t('live.tiles.octets', { size: formats.size(rateOf(frames, bothOf('octets'))) })}
        link={messagesLink({ since })}
      />
      <Tile
        id="out"
        name={t('live.tiles.delivered')}
        value={rate(bothOf('delivered'))}
        link={messagesLink({ status: 'delivered', since })}
      />
      <Tile
        id="deferred"
        name={t('live.tiles.deferred')}
        value={rate(bothOf('deferred'))}
        link={messagesLink({ status: 'deferred', since })}
      />
      <Tile
        id="rejected"
        name={t('live.tiles.rejected')}
        value={rate(refusalsOfFrame)}
        link={messagesLink({ status: 'rejected', since })}
      />
      <Tile
        id="waiting"
        name={t('overview.tiles.waiting')}
        value={waiting === undefined ? '–' : formats.number(waiting)}
        link={{ to: '/queues', search: { tab: 'recipients' } }}
      />
      {relay !== undefined && <RelayTiles relay={relay} />}
    </Tiles>
  );
}

/** Connections that were refused have no direction, and count here too. */
function refusalsOfFrame({ refusals }: Frame): number {
  return Object.values(refusals).reduce((sum, count) => sum + count, 0);
}

function RelayTiles({ relay }: { relay: RelayNow }) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  const health = { to: '/health', search: {} };
  return (
    <>
      <Tile
        id="sessions"
        name={t('live.tiles.sessions')}
        value={formats.number(relay.sessions)}
        link={{ to: '/limits', search: {} }}
      />
      <Tile
        id="disk"
        name={t('health.tiles.disk')}
        value={formats.size(relay.disk.free)}
        link={health}
        warn={relay.disk.full}
      />
      <Tile
        id="reconciler"
        name={t('health.tiles.reconciler')}
        value={t(`health.reconciler.${relay.reconciler}`)}
        link={health}
        warn={relay.reconciler === 'fault'}
      />
    </>
  );
}
