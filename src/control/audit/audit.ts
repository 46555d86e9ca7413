// Who changed what, when, before and after.

import type { Kysely } from 'kysely';
import type { AuditRow, ControlTables } from '../database/tables.ts';

/** One change to be remembered. No secrets in it. */
export interface AuditedChange {
  action: string;
  object: string;
  before: unknown;
  after: unknown;
}

const ROWS = 500;

/** Writes the changes in the transaction that makes them. */
export async function recordAudit(
  db: Kysely<ControlTables>,
  changes: readonly AuditedChange[],
  by: { who: string; now: number },
): Promise<void> {
  for (let at = 0; at < changes.length; at += ROWS) {
    const rows = changes.slice(at, at + ROWS).map((change) => ({
      at: by.now,
      who: by.who,
      action: change.action,
      object: change.object,
      before: change.before === null ? null : JSON.stringify(change.before),
      after: change.after === null ? null : JSON.stringify(change.after),
    }));
    await db.insertInto('audit').values(rows).execute();
  }
}

/** Entries from the newest on, before the given one. */
export async function listAudit(
  db: Kysely<ControlTables>,
  page: { limit: number; before?: number; object?: string },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  if (page.object !== undefined) query = query.where('object', '=', page.object);
  return query.execute();
}
