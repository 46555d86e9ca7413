// Numbers at a glance: the state, what waits, what is held, what came back. Each leads to its list.

import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../parts/formats.ts';
import { useIsOperator } from '../../../search.ts';
import { messagesLink } from '../messages-link.ts';
import { Tile, Tiles } from '../tile.tsx';
import { bounceShare, type OverviewData, type Traffic } from './overview-data.ts';
import type { Range } from './range.ts';
import { waitingLink } from './to-do.ts';

interface StripProps {
  data: OverviewData;
  traffic: Traffic | undefined;
  range: Range;
}

export function OverviewStrip({ data, traffic, range }: StripProps) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  const isOperator = useIsOperator();
  const { survey } = data;
  const since = range.from;
  const shown = (value: number | undefined) => (value === undefined ? '–' : formats.number(value));
  const share = traffic === undefined ? undefined : bounceShare(traffic);
  const { totals } = traffic ?? {};
  return (
    <Tiles label={t('overview.numbers')}>
      {data.customer !== undefined && <StateTiles data={data} />}
      <Tile
        id="waiting"
        name={t('overview.tiles.waiting')}
        value={shown(survey === undefined ? undefined : survey.queued + survey.deferred)}
        hint={survey === undefined ? undefined : t('overview.tiles.deferred', { number: shown(survey.deferred) })}
        link={isOperator ? { to: '/queues', search: { tab: 'recipients' } } : waitingLink('queued,deferred', false)}
      />
      <Tile
        id="held"
        name={t('overview.tiles.held')}
        value={shown(survey === undefined ? undefined : survey.held + survey.quarantined)}
        link={{ to: '/quarantine', search: {} }}
        warn={survey !== undefined && survey.held + survey.quarantined > 0}
      />
      <Tile
        id="delivered"
        name={t('overview.tiles.delivered')}
        value={shown(totals?.delivered)}
        hint={t(`overview.ranges.${range.name}`)}
        link={messagesLink({ status: 'delivered', since })}
      />
      <Tile
        id="bounces"
        name={t('overview.tiles.bounceShare')}
        value={share === undefined ? '–' : formats.percent(share)}
        hint={
          totals === undefined
            ? undefined
            : t('overview.tiles.bounced', { number: shown(totals.bounced + totals.expired) })
        }
        link={messagesLink({ status: 'bounced,expired', since })}
      />
      <Tile
        id="rejected"
        name={t('overview.tiles.rejected')}
        value={shown(totals?.rejected)}
        hint={t(`overview.ranges.${range.name}`)}
        link={messagesLink({ status: 'rejected', since })}
      />
      <Tile
        id="size"
        name={t('overview.tiles.size')}
        value={totals === undefined ? '–' : formats.size(totals.octets)}
        hint={t(`overview.ranges.${range.name}`)}
      />
    </Tiles>
  );
}

/** How the customer is, and its DNS. */
function StateTiles({ data: { about, checks, customer } }: { data: OverviewData }) {
  const { t } = useTranslation('service');
  const isOperator = useIsOperator();
  const open = checks === undefined ? undefined : checks.fail + checks.warn + checks.waiting + checks.unknown;
  return (
    <>
      {about !== undefined && (
        <Tile
          id="state"
          name={t('overview.tiles.state')}
          value={t(`states.${about.state}`)}
          link={isOperator ? { to: `/customers/${customer ?? ''}`, search: {} } : undefined}
          warn={about.state !== 'live'}
        />
      )}
      {checks !== undefined && (
        <Tile
          id="dns"
          name={t('overview.tiles.dns')}
          value={open === 0 ? t('overview.dns.good') : t('overview.dns.open', { count: open ?? 0 })}
          link={{ to: '/domains', search: {} }}
          warn={checks.fail > 0}
        />
      )}
    </>
  );
}
