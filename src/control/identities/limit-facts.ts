// Limits of senders as the mail path looks them up: one fact for all of a customer.

import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { DirectoryChange, ProtectionFact } from '../../mail/authorise/directory.ts';
import { limitsKey, type SenderLimit } from '../../mail/identities/limits.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { ControlTables } from '../database/tables.ts';
import type { IdentityLimitRow } from './tables.ts';

/** All facts; nothing else may use the database meanwhile. */
export function* limitFacts(raw: DatabaseSync): Generator<ProtectionFact> {
  let rows: IdentityLimitRow[] = [];
  for (const each of raw.prepare('select * from identity_limit order by customer, name, kind').iterate()) {
    const row = each as unknown as IdentityLimitRow;
    if (rows[0] !== undefined && rows[0].customer !== row.customer) {
      yield factOf(rows[0].customer, rows);
      rows = [];
    }
    rows.push(row);
  }
  if (rows[0] !== undefined) yield factOf(rows[0].customer, rows);
}

/** Within a change: what the mail path hears of a customer's limits as they are now. */
export async function limitsChange(db: Kysely<ControlTables>, customer: string): Promise<DirectoryChange> {
  const rows = await db.selectFrom('identity_limit').selectAll().where('customer', '=', customer).execute();
  const fact = factOf(customer, rows);
  return { kind: 'protection', key: fact.key, fact: rows.length === 0 ? null : fact };
}

function factOf(customer: string, rows: readonly IdentityLimitRow[]): ProtectionFact {
  return { key: limitsKey(customer as CustomerId), value: rows.map(limitOf) };
}

function limitOf({ kind, name, level, until, per_minute: perMinute }: IdentityLimitRow): SenderLimit {
  return {
    kind,
    name,
    level,
    ...(perMinute !== null && { perMinute }),
    ...(until !== null && { until }),
  };
}
