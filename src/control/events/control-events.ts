// Events of the control plane, written with the change that they tell of. Webhooks read them.

import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import type { ControlEventType } from './event-types.ts';

/** An event that is no message's: its `data` is what the webhook's `data` says. No content, no secrets. */
export interface ControlEvent {
  type: ControlEventType;
  /** Whose webhooks get it; absent: the operator's alone. */
  customer?: string;
  data: Record<string, unknown>;
}

/** SQLite takes 32,766 values a statement. */
const ROWS = 500;

/** Writes events in the transaction of what they tell. */
export async function recordEvents(
  db: Kysely<ControlTables>,
  events: readonly ControlEvent[],
  now: number,
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ type, customer, data }) => ({
    id: `evt_${randomBytes(16).toString('hex')}`,
    type,
    at: now,
    customer: customer ?? null,
    data: JSON.stringify(data),
  }));
  for (let at = 0; at < rows.length; at += ROWS) {
    await db
      .insertInto('control_event')
      .values(rows.slice(at, at + ROWS))
      .execute();
  }
}
