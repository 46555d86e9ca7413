// How much of a customer's mail arrived in the last day.

import { useCall } from '../../../api/queries.ts';
import { useMay } from '../../../session.ts';

export interface Day {
  delivered: number;
  /** Of what came to an end, the share that bounced; `undefined` where nothing did. */
  share: number | undefined;
}

export function useDay(customer: string): Day | undefined {
  const may = useMay('messages:read');
  const traffic = useCall('getTraffic', { query: { customer, by: 'hour' } }, { enabled: may });
  if (traffic.data === undefined) return undefined;
  const { delivered, bounced, expired } = traffic.data.totals;
  const ended = delivered + bounced + expired;
  return { delivered, share: ended === 0 ? undefined : (bounced + expired) / ended };
}
