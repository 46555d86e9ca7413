// How long a customer took from the order to live: at each stage, whose turn it was, and how long each side was at work.

import type { Kysely } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import type { ControlTables } from '../database/tables.ts';
import { type Side, type Stage, turnOf } from './stages.ts';
import type { Step } from './step.ts';
import type { TouchRow, TransitionRow } from './tables.ts';

/** Acts less than this apart are one stretch of work. */
const STRETCH_MS = 15 * 60_000;
/** A single act is work too: reading, thinking, typing. */
const LEAST_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What the provisioning is measured against. */
export const TARGETS = { sideMs: HOUR_MS, totalMs: 24 * HOUR_MS } as const;

export interface StageTime {
  stage: Stage;
  side: Side;
  /** Milliseconds since 1970; absent: the customer is still there. */
  since: number;
  until?: number;
  durationMs: number;
}

export interface SideTime {
  /** The sum of its stages: how long it was this side's turn. */
  turnMs: number;
  /** Stretches in which it was at work. */
  workedMs: number;
  withinTarget: boolean;
}

export interface Times {
  stages: StageTime[];
  operator: SideTime;
  customer: SideTime;
  /** From the order to live, or to now. */
  totalMs: number;
  /** The customer is live, or was. */
  complete: boolean;
  withinTarget: boolean;
}

/** The times of a customer. */
export async function timesOf(db: Kysely<ControlTables>, customer: CustomerId, now: number): Promise<Times> {
  const transitions = await db
    .selectFrom('transition')
    .selectAll()
    .where('customer', '=', customer)
    .orderBy('seq')
    .execute();
  const touches = await db.selectFrom('touch').selectAll().where('customer', '=', customer).execute();
  return measure(transitions, touches, now);
}

/** The times that these rows, in their order, make. Only the first way to live counts. */
export function measure(transitions: readonly TransitionRow[], touches: readonly TouchRow[], now: number): Times {
  const live = transitions.findIndex(({ to }) => to === 'live');
  const way = live < 0 ? transitions : transitions.slice(0, live + 1);
  const stages = way.flatMap(({ to, at }, i): StageTime[] => {
    const side = turnOf(to);
    if (side === undefined) return [];
    const until = way[i + 1]?.at;
    return [{ stage: to, side, since: at, ...(until !== undefined && { until }), durationMs: (until ?? now) - at }];
  });
  const end = way.at(-1);
  const complete = live >= 0;
  const ended = end !== undefined && turnOf(end.to) === undefined ? end.at : now;
  const totalMs = way[0] === undefined ? 0 : ended - way[0].at;
  const sideTime = (side: Side): SideTime => {
    const workedMs = touches
      .filter((touch) => touch.side === side)
      .reduce((sum, one) => sum + Math.max(one.until - one.since, LEAST_MS), 0);
    const turnMs = stages.filter((stage) => stage.side === side).reduce((sum, { durationMs }) => sum + durationMs, 0);
    return { turnMs, workedMs, withinTarget: workedMs <= TARGETS.sideMs };
  };
  return {
    stages,
    operator: sideTime('operator'),
    customer: sideTime('customer'),
    totalMs,
    complete,
    withinTarget: totalMs <= TARGETS.totalMs,
  };
}

/** Within a change: this side is at work for the customer now. */
export async function noteWork({ trx, now }: Step, customer: CustomerId, side: Side): Promise<void> {
  const last = await trx
    .selectFrom('touch')
    .select(['since', 'until'])
    .where('customer', '=', customer)
    .where('side', '=', side)
    .orderBy('since', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined && now - last.until < STRETCH_MS) {
    const stretch = trx
      .updateTable('touch')
      .set({ until: Math.max(now, last.until) })
      .where('customer', '=', customer);
    await stretch.where('side', '=', side).where('since', '=', last.since).execute();
    return;
  }
  await trx.insertInto('touch').values({ customer, side, since: now, until: now }).execute();
}
