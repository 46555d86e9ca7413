// Events of the control plane as a list.

import type { Kysely } from 'kysely';
import type { ControlEventRow, ControlTables } from '../database/tables.ts';

/** Newest first, before the given number. */
export function listEvents(
  db: Kysely<ControlTables>,
  { customer, before, limit }: { customer?: string; before?: number; limit: number },
): Promise<ControlEventRow[]> {
  let query = db.selectFrom('control_event').selectAll().orderBy('seq', 'desc').limit(limit);
  if (customer !== undefined) query = query.where('customer', '=', customer);
  if (before !== undefined) query = query.where('seq', '<', before);
  return query.execute();
}
