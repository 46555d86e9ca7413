// What of a customer waits in the queue.

import { useCall } from '../../../api/queries.ts';
import { useMay } from '../../../session.ts';

export interface Queued {
  /** `undefined` until it is known, or where the person may not see it. */
  waiting: number | undefined;
  held: number | undefined;
  quarantined: number | undefined;
}

const UNKNOWN: Queued = { waiting: undefined, held: undefined, quarantined: undefined };

export function useQueued(customer: string): Queued {
  const may = useMay('queue:read');
  const groups = useCall('listQueueGroups', { query: { by: 'customer', customer, limit: 1 } }, { enabled: may });
  if (groups.data === undefined) return UNKNOWN;
  const [own] = groups.data.groups;
  if (own === undefined) return { waiting: 0, held: 0, quarantined: 0 };
  return { waiting: own.queued + own.deferred, held: own.held, quarantined: own.quarantined };
}
