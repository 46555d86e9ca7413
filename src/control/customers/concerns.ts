// What is wrong with a customer, or waits for the operator: found with its list, and counted over all of them.

import { type Kysely, type SqlBool, sql } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import { isComing, type ShownState, STAGES } from './stages.ts';
import { TARGETS } from './times.ts';

/**
 * `check_failed`: DNS, a mail host or a source is not as it has to be. `source_waiting`: the customer added a source, which
 * waits for the operator. `portal_requested`: so does its wish for the portal. `late`: not live a day after the order.
 */
export const CONCERNS = ['suspended', 'check_failed', 'source_waiting', 'portal_requested', 'late'] as const;
export type Concern = (typeof CONCERNS)[number];

const COMING = STAGES.filter(isComing);

/** The condition on `account` under which a concern holds at this time. */
export function whereConcern(concern: Concern, now: number) {
  switch (concern) {
    case 'suspended':
      return sql<SqlBool>`account.holds > 0 and account.stage <> 'removed'`;
    case 'check_failed':
      // In these words the index of what is not as it should be is used.
      return sql<SqlBool>`account.id in (select customer from check_result where state = 'fail' and state <> 'ok')`;
    case 'source_waiting':
      return sql<SqlBool>`account.id in (select customer from waiting_source)`;
    case 'portal_requested':
      return sql<SqlBool>`account.portal = 'requested' and account.stage <> 'removed'`;
    case 'late':
      return sql<SqlBool>`account.stage in (${sql.join(COMING)}) and account.registered_at < ${now - TARGETS.totalMs}`;
    default:
      return concern satisfies never;
  }
}

/** The concerns of some customers, of those who have one. */
export async function concernsOf(
  db: Kysely<ControlTables>,
  ids: readonly string[],
  now: number,
): Promise<Map<string, Concern[]>> {
  const found = new Map<string, Concern[]>();
  if (ids.length === 0) return found;
  for (const concern of CONCERNS) {
    const rows = db.selectFrom('account').select('id').where('id', 'in', ids).where(whereConcern(concern, now));
    for (const { id } of await rows.execute()) found.set(id, [...(found.get(id) ?? []), concern]);
  }
  return found;
}

/** How many customers there are, by state and by concern. */
export interface CustomerCounts {
  total: number;
  states: Record<ShownState, number>;
  concerns: Record<Concern, number>;
}

/** Counts all customers; by indexes, so that a hundred thousand take some ten milliseconds. */
export async function countCustomers(db: Kysely<ControlTables>, now: number): Promise<CustomerCounts> {
  const states = Object.fromEntries([...STAGES, 'suspended'].map((state) => [state, 0])) as CustomerCounts['states'];
  const count = sql<number>`count(*)`.as('count');
  const all = await db.selectFrom('account').select(['stage', count]).groupBy('stage').execute();
  const held = db.selectFrom('account').select(['stage', count]).where('holds', '>', 0).groupBy('stage');
  for (const row of all) states[row.stage] = row.count;
  for (const row of await held.execute()) {
    if (row.stage === 'removed') continue;
    states[row.stage] -= row.count;
    states.suspended += row.count;
  }
  const concerns = {} as CustomerCounts['concerns'];
  for (const concern of CONCERNS) {
    const rows = db.selectFrom('account').select(count).where(whereConcern(concern, now));
    concerns[concern] = (await rows.executeTakeFirstOrThrow()).count;
  }
  return { total: all.reduce((sum, row) => sum + row.count, 0), states, concerns };
}
