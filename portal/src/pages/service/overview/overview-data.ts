// What the overview is made of: what was counted, what waits, how the customer is.

import type { Answer } from '../../../api/call.ts';
import { useCall } from '../../../api/queries.ts';
import { useIsOperator, useScope } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import type { Range } from './range.ts';

export type Traffic = Answer<'getTraffic'>;
export type Survey = Answer<'getQueueSurvey'>;

const AGAIN_MS = 30_000;
/** As many locked senders as are counted; past it there are "more than". */
const LOCKED = 100;

export interface OverviewData {
  customer: string | undefined;
  survey: Survey | undefined;
  about: Answer<'getCustomer'> | undefined;
  checks: Answer<'getHoldings'>['checks'] | undefined;
  /** Senders that are locked. */
  locked: number | undefined;
  /** Alarms of the relay; for the operator's overview of all. */
  alarms: number | undefined;
  /** Whether all of it has arrived: nothing is called well before, or without, a look at it. */
  looked: 'on the way' | 'all' | 'not all';
}

export function useTraffic({ by, from, zone }: Range) {
  const customer = useScope();
  const query = { by, zone, from: new Date(from).toISOString(), ...(customer !== undefined && { customer }) };
  return useCall('getTraffic', { query }, { everyMs: AGAIN_MS, keep: true });
}

/** What else there is to know; each arrives by itself. */
export function useOverviewData(): OverviewData {
  const customer = useScope();
  const isOperator = useIsOperator();
  const path = { customer: customer ?? '' };
  const scope = customer === undefined ? {} : { customer };
  const of = { enabled: customer !== undefined, everyMs: AGAIN_MS };
  const survey = useCall('getQueueSurvey', { query: scope }, { everyMs: AGAIN_MS, enabled: useMay('queue:read') });
  const about = useCall('getCustomer', { path }, { ...of, enabled: of.enabled && useMay('customers:read') });
  const holdings = useCall('getHoldings', { path }, { ...of, enabled: of.enabled && useMay('customers:read') });
  const locked = useCall(
    'listLimitedSenders',
    { query: { ...scope, level: 'locked', limit: LOCKED } },
    { everyMs: AGAIN_MS, enabled: useMay('protection:read') },
  );
  const health = useCall(
    'getHealth',
    {},
    { everyMs: AGAIN_MS, enabled: isOperator && customer === undefined && useMay('relay:read') },
  );
  const asked = [survey, about, holdings, locked, health];
  return {
    customer,
    looked: asked.some(({ isError }) => isError)
      ? 'not all'
      : asked.some(({ isLoading }) => isLoading)
        ? 'on the way'
        : 'all',
    survey: survey.data,
    about: about.data,
    checks: holdings.data?.checks,
    locked: locked.data?.entries.length,
    alarms: health.data?.alarms.length,
  };
}

/** Recipients that came to an end, and how many of them badly; nothing where none did. */
export function bounceShare({ totals }: Traffic): number | undefined {
  const bad = totals.bounced + totals.expired;
  const ended = totals.delivered + bad;
  return ended === 0 ? undefined : bad / ended;
}
