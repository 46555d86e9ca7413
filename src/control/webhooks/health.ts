// How a webhook fares, kept over restarts.

import type { Deliveries } from './deliveries.ts';

export interface Health {
  /** Since when nothing was taken although it was tried, milliseconds since 1970. */
  failing_since: number | null;
  /** Its people were told of that. */
  warned: boolean;
  /** Attempts without success in a row. */
  failures: number;
  last_success: number | null;
  last_failure: number | null;
  /** Events that found no room, when the first and the last of them was dropped. */
  dropped: number;
  dropped_first: number | null;
  dropped_last: number | null;
}

const SOUND: Health = {
  failing_since: null,
  warned: false,
  failures: 0,
  last_success: null,
  last_failure: null,
  dropped: 0,
  dropped_first: null,
  dropped_last: null,
};

/** What is kept of a webhook. */
export function readHealth(deliveries: Deliveries, webhook: string): Health {
  const row = deliveries.all('select * from health where webhook = ?', [webhook])[0];
  if (row === undefined) return { ...SOUND };
  return { ...SOUND, ...(row as unknown as Health), warned: row['warned'] === 1 };
}

export function writeHealth(deliveries: Deliveries, webhook: string, health: Health): void {
  deliveries.run(
    `insert or replace into health (webhook, failing_since, warned, failures, last_success, last_failure, dropped,
      dropped_first, dropped_last) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      webhook,
      health.failing_since,
      health.warned ? 1 : 0,
      health.failures,
      health.last_success,
      health.last_failure,
      health.dropped,
      health.dropped_first,
      health.dropped_last,
    ],
  );
}
