// Who names a pool: it cannot go while somebody's mail is to leave from it.

import type { DatabaseSync } from 'node:sqlite';
import { type Kysely, sql } from 'kysely';
import type { StreamFact } from '../../mail/authorise/directory.ts';
import type { ControlTables } from '../database/tables.ts';

/** Told of at most. */
const MOST = 20;

/** The first customers whose mail, or a stream of it, is to leave from the pool. */
export function customersOf(raw: DatabaseSync, pool: string): { customers: string[]; more: boolean } {
  // Names of pools need no escape in JSON, so in quotes they stand there as they are.
  const quoted = JSON.stringify(pool);
  const rows = raw
    .prepare('select id, pools, streams from customer where instr(pools, ?) > 0 or instr(streams, ?) > 0 order by id')
    .iterate(quoted, quoted) as Iterable<{ id: string; pools: string; streams: string }>;
  const customers: string[] = [];
  for (const { id, pools, streams } of rows) {
    // A stream may have the name of a pool: then the text alone says nothing.
    if (!pools.includes(quoted) && !isOfStream(streams, pool)) continue;
    if (customers.length === MOST) return { customers, more: true };
    customers.push(id);
  }
  return { customers, more: false };
}

function isOfStream(streams: string, pool: string): boolean {
  return (JSON.parse(streams) as StreamFact[]).some((stream) => stream.pools.includes(pool));
}

/** How many customers' mail leaves from a pool. */
export interface PoolUsage {
  /** Whose business mail, or a stream of it, names the pool. */
  customers: number;
  /** Of those, whose business mail has no other pool. */
  alone: number;
}

/** Counts who names a pool; a hundred thousand customers are gone through in some ten milliseconds. */
export async function usageOf(db: Kysely<ControlTables>, pool: string): Promise<PoolUsage> {
  const quoted = JSON.stringify(pool);
  const { rows } = await sql<{ customers: number; alone: number | null }>`
    select count(*) as customers, sum(pools = ${`[${quoted}]`}) as alone from customer
    where instr(pools, ${quoted}) > 0 or (instr(streams, ${quoted}) > 0 and exists (
      select 1 from json_each(streams) as stream, json_each(stream.value, '$.pools') as named where named.value = ${pool}))
  `.execute(db);
  return { customers: rows[0]?.customers ?? 0, alone: rows[0]?.alone ?? 0 };
}
