// Suspensions: the operator's act against abuse, with a reason, at once. Several may stand side by side, each is lifted
// alone, and mail goes on when the last is gone. Holds of other kinds on queued mail are not touched by any of it.

import type { CustomerId } from '../../mail/message.ts';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { needAccount } from './accounts.ts';
import type { CustomerCore } from './core.ts';
import { tellState } from './moves.ts';
import { makeStep, type Step } from './step.ts';
import type { SuspensionRow } from './tables.ts';

export interface Suspensions {
  /** New mail is refused and queued mail waits from now on. Throws a 404, or a 409 for a customer that is removed. */
  add(by: Actor, customer: CustomerId, reason: string): Promise<SuspensionRow>;
  /** Lifts one; mail goes on when no other stands. A 404 where it does not stand. */
  lift(by: Actor, customer: CustomerId, id: number, reason: string): Promise<{ standing: number }>;
  /** All of a customer, the newest first. */
  list(customer: CustomerId): Promise<SuspensionRow[]>;
  /** Tells the queue again who is suspended, and who no longer: a crash may have come between the store and the queue. */
  repeat(): Promise<void>;
}

export function openSuspensions(core: CustomerCore): Suspensions {
  const { db } = core.database;
  return {
    add: (by, customer, reason) => makeStep(core.changes, by, (step) => add(core, step, { customer, reason })),
    lift: (by, customer, id, reason) =>
      makeStep(core.changes, by, (step) => lift(core, step, { customer, id, reason })),
    list: (customer) =>
      db
        .selectFrom('suspension')
        .selectAll()
        .where('customer', '=', customer)
        .orderBy('id', 'desc')
        .limit(1000)
        .execute(),
    repeat: async () => {
      const rows = await db
        .selectFrom('suspension')
        .select(['customer', 'reason', 'by'])
        .where('lifted_at', 'is', null)
        .execute();
      for (const { customer, reason, by } of rows) await hold(core, customer as CustomerId, { reason, by });
      for (const customer of await liftedLately(core)) {
        await core.store().apply({ verb: 'resume', customer, by: RELAY_ACTOR.who });
      }
    },
  };
}

/** No relay is off for longer without a look at its queue. */
const LATELY_MS = 30 * 86_400_000;

/** Customers whose last suspension was lifted lately. Mail of those that a file removed meanwhile stays where it is. */
async function liftedLately({ database, clock }: CustomerCore): Promise<CustomerId[]> {
  const rows = await database.db
    .selectFrom('suspension')
    .innerJoin('account', 'account.id', 'suspension.customer')
    .select('suspension.customer')
    .distinct()
    .where('suspension.lifted_at', '>', clock.now() - LATELY_MS)
    .where('account.holds', '=', 0)
    .where('account.stage', '<>', 'removed')
    .execute();
  return rows.map(({ customer }) => customer as CustomerId);
}

async function add(
  core: CustomerCore,
  step: Step,
  { customer, reason }: { customer: CustomerId; reason: string },
): Promise<SuspensionRow> {
  const account = await needAccount(step.trx, customer);
  if (account.stage === 'removed') throw problem('customer-removed');
  const row = await step.trx
    .insertInto('suspension')
    .values({ customer, reason, at: step.now, by: step.by.who, lifted_at: null, lifted_by: null, lift_reason: null })
    .returningAll()
    .executeTakeFirstOrThrow();
  await setHolds(step, customer, account.holds + 1);
  step.audit.push({
    action: 'customer.suspended',
    object: `customer ${customer}`,
    customer,
    before: { holds: account.holds },
    after: { suspension: row.id, reason, holds: account.holds + 1 },
  });
  step.events.push({ type: 'customer.suspended', customer, data: { customer, suspension: row.id, reason } });
  await tellState(step, { ...account, holds: account.holds + 1 });
  step.after.push(() => hold(core, customer, { reason, by: step.by.who }));
  return row;
}

async function lift(
  core: CustomerCore,
  step: Step,
  { customer, id, reason }: { customer: CustomerId; id: number; reason: string },
): Promise<{ standing: number }> {
  const account = await needAccount(step.trx, customer);
  const lifted = await step.trx
    .updateTable('suspension')
    .set({ lifted_at: step.now, lifted_by: step.by.who, lift_reason: reason })
    .where('id', '=', id)
    .where('customer', '=', customer)
    .where('lifted_at', 'is', null)
    .returning('reason')
    .executeTakeFirst();
  if (lifted === undefined) throw problem('no-such-suspension');
  const standing = await standingOf(step, customer);
  await setHolds(step, customer, standing);
  step.audit.push({
    action: 'customer.resumed',
    object: `customer ${customer}`,
    customer,
    before: { suspension: id, reason: lifted.reason, holds: account.holds },
    after: { reason, holds: standing },
  });
  step.events.push({ type: 'customer.resumed', customer, data: { customer, suspension: id, reason, standing } });
  await tellState(step, { ...account, holds: standing });
  if (standing === 0) {
    step.after.push(async () => {
      await core.store().apply({ verb: 'resume', customer, by: step.by.who });
    });
  }
  return { standing };
}

async function standingOf({ trx }: Step, customer: CustomerId): Promise<number> {
  const row = await trx
    .selectFrom('suspension')
    .select(({ fn }) => fn.countAll<number>().as('standing'))
    .where('customer', '=', customer)
    .where('lifted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.standing;
}

async function setHolds(step: Step, customer: CustomerId, holds: number): Promise<void> {
  await step.trx
    .updateTable('account')
    .set(({ eb }) => ({ holds, version: eb('version', '+', 1) }))
    .where('id', '=', customer)
    .execute();
}

async function hold(
  core: CustomerCore,
  customer: CustomerId,
  { reason, by }: { reason: string; by: string },
): Promise<void> {
  await core.store().apply({ verb: 'suspend', customer, note: reason, by });
}
