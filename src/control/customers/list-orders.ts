// Customers between the order and live, the oldest order first: how far each is, whose turn it is, and how long it has
// taken.

import { type Kysely, sql } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import type { ControlTables } from '../database/tables.ts';
import { hasText } from './has-text.ts';
import { isComing, type Side, STAGES, type Stage, turnOf } from './stages.ts';
import { hasPassed, testStateSchema } from './test-state.ts';
import { type Times, timesOf } from './times.ts';

export interface OrderQuery {
  limit: number;
  /** Key of the last entry of the page before. */
  after?: readonly [registeredAt: number, id: string] | undefined;
  customer?: string | undefined;
  stage?: Stage | undefined;
  turn?: Side | undefined;
  /** A part of the id or of the name. */
  text?: string | undefined;
}

/** One order. Times in milliseconds since 1970. */
export interface ListedOrder {
  id: string;
  name: string;
  stage: Stage;
  stageAt: number;
  registeredAt: number;
  turn: Side;
  portal: 'none' | 'requested' | 'approved';
  suspended: boolean;
  times: Times;
  /** What was entered, or is in force. */
  entered: { domains: number; mailhosts: number; sources: number };
  /** Checks by their state. */
  checks: Partial<Record<string, number>>;
  test: 'none' | 'waiting' | 'passed';
  /** The onboarding link that counts. */
  link?: { expiresAt: number; usedAt?: number };
}

type Db = Kysely<ControlTables>;

/** Stages that lie before live. */
export const COMING = STAGES.filter(isComing);

/** `limit` orders and one more, where there are more. */
export async function listOrders(db: Db, query: OrderQuery, now: number): Promise<ListedOrder[]> {
  const { limit, after, customer, stage, turn, text } = query;
  const stages = COMING.filter((one) => turn === undefined || turnOf(one) === turn);
  let rows = db
    .selectFrom('account')
    .selectAll()
    .where('stage', 'in', stage === undefined ? stages : [stage]);
  if (stage !== undefined && !stages.includes(stage)) return [];
  if (customer !== undefined) rows = rows.where('id', '=', customer);
  if (text !== undefined) rows = rows.where(hasText(text, ['id', 'name']));
  if (after !== undefined) rows = rows.where(sql<boolean>`(registered_at, id) > (${after[0]}, ${after[1]})`);
  const page = await rows
    .orderBy('registered_at')
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  const orders: ListedOrder[] = [];
  for (const row of page) {
    const { id, name, portal } = row;
    orders.push({
      id,
      name,
      portal,
      stage: row.stage,
      stageAt: row.stage_at,
      registeredAt: row.registered_at,
      turn: turnOf(row.stage) ?? 'operator',
      suspended: row.holds > 0,
      times: await timesOf(db, id as CustomerId, now),
      entered: await enteredOf(db, id),
      checks: await checksOf(db, id),
      test: testOf(row.test),
      ...(await linkOf(db, id, now)),
    });
  }
  return orders;
}

async function enteredOf(db: Db, customer: string): Promise<ListedOrder['entered']> {
  const count = (list: string) => sql<number>`coalesce(json_array_length(content, ${`$.${list}`}), 0)`;
  const row = await db
    .selectFrom('entry')
    .select([count('domains').as('domains'), count('mailhosts').as('mailhosts'), count('sources').as('sources')])
    .where('customer', '=', customer)
    .executeTakeFirst();
  return row ?? { domains: 0, mailhosts: 0, sources: 0 };
}

async function checksOf(db: Db, customer: string): Promise<ListedOrder['checks']> {
  const rows = await db
    .selectFrom('check_result')
    .select(['state', sql<number>`count(*)`.as('count')])
    .where('customer', '=', customer)
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

function testOf(test: string | null): ListedOrder['test'] {
  if (test === null) return 'none';
  return hasPassed(testStateSchema.parse(JSON.parse(test))) ? 'passed' : 'waiting';
}

async function linkOf(db: Db, customer: string, now: number): Promise<Pick<ListedOrder, 'link'>> {
  const row = await db
    .selectFrom('link')
    .select(['expires_at', 'used_at'])
    .where('customer', '=', customer)
    .where('kind', '=', 'onboarding')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return {};
  return { link: { expiresAt: row.expires_at, ...(row.used_at !== null && { usedAt: row.used_at }) } };
}
