// Who changed what, when, from where, before and after: a chain in which no row can be changed without being found.

import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Actor } from '../actor.ts';
import type { AuditRow, ControlTables } from '../database/tables.ts';

/** One change to be remembered. No secrets in it. */
export interface AuditedChange {
  action: string;
  object: string;
  /** Whose thing it is; absent: the operator's own. */
  customer?: string;
  before: unknown;
  after: unknown;
}

/** SQLite takes 32,766 values a statement. */
const ROWS = 500;

/** What the hash of the first row follows. */
export const CHAIN_START = new Uint8Array(32);

/** Writes the changes in the transaction that makes them. */
export async function recordAudit(
  db: Kysely<ControlTables>,
  changes: readonly AuditedChange[],
  by: Actor & { now: number },
): Promise<void> {
  if (changes.length === 0) return;
  const end = await chainEnd(db);
  let { id } = end;
  let before = end.hash;
  for (let at = 0; at < changes.length; at += ROWS) {
    const rows = changes.slice(at, at + ROWS).map((change) => {
      id += 1;
      const row = auditRow(change, by, id);
      before = chainHash(before, row);
      return { ...row, hash: before };
    });
    await db.insertInto('audit').values(rows).execute();
  }
}

function auditRow(change: AuditedChange, by: Actor & { now: number }, id: number): Omit<AuditRow, 'hash'> {
  return {
    id,
    at: by.now,
    who: by.who,
    from: by.from ?? null,
    action: change.action,
    object: change.object.toWellFormed(),
    customer: change.customer ?? null,
    // As the database keeps it: a lone surrogate would be another text once it is read again.
    reason: by.reason?.toWellFormed() ?? null,
    before: jsonOrNull(change.before),
    after: jsonOrNull(change.after),
  };
}

function jsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** The hash of a row: SHA-256 over the hash before it and the row as a JSON list. */
export function chainHash(before: Uint8Array, row: Omit<AuditRow, 'hash'>): Uint8Array {
  const { id, at, who, from, action, object, customer, reason } = row;
  const text = JSON.stringify([id, at, who, from, action, object, customer, reason, row.before, row.after]);
  return hash('sha256', Buffer.concat([before, Buffer.from(text)]), 'buffer');
}

/** The newest entry, or the anchor that takes its place: what the next entry follows. */
export async function chainEnd(db: Kysely<ControlTables>): Promise<{ id: number; hash: Uint8Array }> {
  const last = await db.selectFrom('audit').select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
  return last ?? chainBegin(db);
}

/** What the oldest entry that is kept follows. */
export async function chainBegin(db: Kysely<ControlTables>): Promise<{ id: number; hash: Uint8Array }> {
  const anchor = db.selectFrom('audit_anchor').select(['id', 'hash']).orderBy('id', 'desc').limit(1);
  return (await anchor.executeTakeFirst()) ?? { id: 0, hash: CHAIN_START };
}

/** Which entries; all that is given must fit. */
export interface AuditQuery {
  limit: number;
  /** Entries with a smaller id. */
  before?: number;
  /** This entry alone. */
  id?: number;
  /** Such as `customer acme`. */
  object?: string;
  customer?: string;
  who?: string;
  action?: string;
  /** Milliseconds since 1970; `since` is included, `until` is not. */
  since?: number;
  until?: number;
}

/** Entries from the newest on. */
export async function listAudit(db: Kysely<ControlTables>, query: AuditQuery): Promise<AuditRow[]> {
  let rows = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(query.limit);
  if (query.before !== undefined) rows = rows.where('id', '<', query.before);
  if (query.id !== undefined) rows = rows.where('id', '=', query.id);
  if (query.object !== undefined) rows = rows.where('object', '=', query.object);
  if (query.customer !== undefined) rows = rows.where('customer', '=', query.customer);
  if (query.who !== undefined) rows = rows.where('who', '=', query.who);
  if (query.action !== undefined) rows = rows.where('action', '=', query.action);
  if (query.since !== undefined)
    rows = rows.where('at', '>=', query.since).where('id', '>=', await firstAt(db, query.since));
  if (query.until !== undefined) rows = rows.where('at', '<', query.until);
  if (query.until !== undefined) rows = rows.where('id', '<=', await lastBefore(db, query.until));
  return rows.execute();
}

/** No entry of that time or later has a smaller id, so that those before need not be walked through. */
async function firstAt(db: Kysely<ControlTables>, time: number): Promise<number> {
  const row = await db
    .selectFrom('audit')
    .select((of) => of.fn.min('id').as('id'))
    .where('at', 'in', (times) => times.selectFrom('audit').select('at').where('at', '>=', time).orderBy('at').limit(1))
    .executeTakeFirst();
  return row?.id ?? Number.MAX_SAFE_INTEGER;
}

async function lastBefore(db: Kysely<ControlTables>, time: number): Promise<number> {
  const row = await db
    .selectFrom('audit')
    .select('id')
    .where('at', '<', time)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}
