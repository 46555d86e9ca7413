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
  const last = await db.selectFrom('audit').select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
  let id = last?.id ?? 0;
  let before = last?.hash ?? CHAIN_START;
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
    object: change.object,
    customer: change.customer ?? null,
    reason: by.reason ?? null,
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

/** Entries from the newest on, before the given one. */
export async function listAudit(
  db: Kysely<ControlTables>,
  page: { limit: number; before?: number; object?: string; customer?: string },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  if (page.object !== undefined) query = query.where('object', '=', page.object);
  if (page.customer !== undefined) query = query.where('customer', '=', page.customer);
  return query.execute();
}
