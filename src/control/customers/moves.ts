// Moves a customer from one stage to the next: checked against the state machine, written down, told to the mail path,
// to the queue and to whoever listens.

import type { CustomerFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { customerFact } from '../database/facts.ts';
import type { ControlEvent } from '../events/control-events.ts';
import { type Account, needAccount } from './accounts.ts';
import { type Mover, mailState, mayMove, type Stage } from './stages.ts';
import type { Step } from './step.ts';

/** A move that was made. */
export interface StageChange {
  customer: CustomerId;
  from: Stage;
  to: Stage;
  /** Milliseconds since 1970. */
  at: number;
}

export interface MoveOptions {
  id: CustomerId;
  to: Stage;
  why: string;
  mover: Mover;
}

/** Within a change: moves the customer. Throws a Problem where there is none, or the state machine has no such way. */
export async function moveWithin(step: Step, { id, to, why, mover }: MoveOptions): Promise<StageChange> {
  const account = await needAccount(step.trx, id);
  const verdict = mayMove(account.stage, to, mover);
  if (!verdict.ok) throw verdict.refused;
  const { now: at, by } = step;
  await step.trx
    .updateTable('account')
    .set(({ eb }) => ({ stage: to, stage_at: at, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await step.trx
    .insertInto('transition')
    .values({ customer: id, from: account.stage, to, at, who: by.who, why })
    .execute();
  step.audit.push({
    action: `customer.${to}`,
    object: `customer ${id}`,
    customer: id,
    before: { stage: account.stage },
    after: { stage: to, why },
  });
  step.events.push(...eventsOf(account, to, why));
  await tellState(step, { ...account, stage: to });
  return { customer: id, from: account.stage, to, at };
}

function eventsOf({ id, stage }: Account, to: Stage, reason: string): ControlEvent[] {
  const type = (
    {
      submitted: 'customer.onboarding_submitted',
      live: 'customer.activated',
      notice: 'customer.notice_given',
      deactivated: 'customer.deactivated',
      removed: 'customer.removed',
    } as const satisfies Partial<Record<Stage, ControlEvent['type']>>
  )[to as 'live'];
  return type === undefined ? [] : [{ type, customer: id, data: { customer: id, from: stage, to, reason } }];
}

/** Within a change: gives the mail path the state that stage and suspensions make. */
export async function tellState(step: Step, account: Pick<Account, 'id' | 'stage' | 'holds'>): Promise<void> {
  const { id, stage, holds } = account;
  const row = await step.trx.selectFrom('customer').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return;
  const state: CustomerFact['state'] | undefined = mailState(stage, holds > 0);
  if (state === undefined || state === row.state) return;
  await step.trx.updateTable('customer').set({ state }).where('id', '=', id).execute();
  step.directory.push({ kind: 'customer', id, fact: { ...customerFact(row), state } });
}

/** Within a change: the account, where its version is counted up because something of the customer's changed. */
export async function touchVersion(step: Step, id: CustomerId): Promise<void> {
  await step.trx
    .updateTable('account')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
