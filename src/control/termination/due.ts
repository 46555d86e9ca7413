// What is due today, over all customers, in the order in which it has to happen: what was taken back first, then what
// begins, notices, deactivations, removals. Every step looks again within its own change, so nothing is done on old news.

import type { CustomerId } from '../../mail/message.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { makeStep, type Step } from '../customers/step.ts';
import type { Reader } from '../notices/kinds.ts';
import { sendPending } from './mails.ts';
import type { TerminationParts } from './parts.ts';
import { dueStep, type Progress } from './plan.ts';
import { queueState } from './queue-state.ts';
import { lookAtDueRecords } from './records-look.ts';
import { begin, deactivate, endRow, giveNotice, queueMails, remove, runningOf, stop, todayOf } from './steps.ts';
import { hasSubscription, lastEnd, withoutSubscription } from './subscriptions.ts';
import type { TerminationRow } from './tables.ts';

/** Ends that are looked at in one stretch. */
const STRETCH = 500;

/** Does all that is due. False: mails wait, or something failed; look again soon. */
export async function doWhatIsDue(parts: TerminationParts): Promise<boolean> {
  let fine = await overRunning(parts, takeBack);
  fine = (await beginAll(parts)) && fine;
  // Before anything is done on the ground that somebody was told.
  fine = (await sendPending(parts)) && fine;
  fine = (await overRunning(parts, nextStep)) && fine;
  fine = (await removeAll(parts)) && fine;
  await lookAtDueRecords(parts);
  await forgetReaders(parts);
  return (await sendPending(parts)) && fine;
}

/** Customers without a subscription beside Easymail: their end begins. */
async function beginAll(parts: TerminationParts): Promise<boolean> {
  let fine = true;
  for await (const customers of withoutSubscription(parts.database.db, todayOf(parts))) {
    for (const customer of customers) {
      fine = (await safely(parts, customer, (step) => beginFor(step, parts, customer as CustomerId))) && fine;
    }
  }
  return fine;
}

/** What changed for some customers: subscriptions, stages, or what somebody did by hand. False: as above. */
export async function lookAtCustomers(parts: TerminationParts, customers: readonly CustomerId[]): Promise<boolean> {
  let fine = true;
  for (const customer of customers)
    fine = (await safely(parts, customer, (step) => lookAtOne(step, parts, customer))) && fine;
  return (await sendPending(parts)) && fine;
}

async function lookAtOne(step: Step, parts: TerminationParts, customer: CustomerId): Promise<void> {
  const row = await runningOf(step.trx, customer);
  if (row === undefined) await beginFor(step, parts, customer);
  else await takeBack(step, parts, row);
}

async function beginFor(step: Step, parts: TerminationParts, customer: CustomerId): Promise<void> {
  const ended = await lastEnd(step.trx, customer, todayOf(parts));
  const account = await step.trx.selectFrom('account').select('stage').where('id', '=', customer).executeTakeFirst();
  if (ended === undefined || account?.stage !== 'live' || (await runningOf(step.trx, customer)) !== undefined) return;
  if (await wasTakenBack(step, customer, ended)) return;
  await begin(step, parts, customer, {
    cause: 'subscription',
    reason: `the last subscription beside Easymail ended on ${ended}`,
    ended,
  });
}

/** Whether somebody took back what this end of a subscription began: it does not begin that again. */
async function wasTakenBack({ trx }: Step, customer: string, ended: string): Promise<boolean> {
  const row = await trx
    .selectFrom('termination')
    .select('id')
    .where('customer', '=', customer)
    .where('cause', '=', 'subscription')
    .where('stopped_by', '=', 'hand')
    .where('ended', '>=', ended)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

type OnRunning = (step: Step, parts: TerminationParts, row: TerminationRow) => Promise<void>;

/** Every running end in turn, each in a change of its own. What fails keeps nobody else waiting. */
async function overRunning(parts: TerminationParts, work: OnRunning): Promise<boolean> {
  let fine = true;
  for (let after = 0; ; ) {
    const rows = await parts.database.db
      .selectFrom('termination')
      .select(['id', 'customer'])
      .where('removed_at', 'is', null)
      .where('stopped_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(STRETCH)
      .execute();
    for (const { customer } of rows) {
      const done = await safely(parts, customer, async (step) => {
        const row = await runningOf(step.trx, customer);
        if (row !== undefined) await work(step, parts, row);
      });
      fine = done && fine;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < STRETCH) return fine;
    after = last.id;
  }
}

async function safely(
  parts: TerminationParts,
  customer: string,
  work: (step: Step) => Promise<void>,
): Promise<boolean> {
  try {
    await makeStep(parts.changes, RELAY_ACTOR, work);
    return true;
  } catch (err) {
    parts.log.error('a step of the end of a customer failed', { err, customer });
    return false;
  }
}

/** A new subscription takes back what the end of the last one began; and what others did counts. */
async function takeBack(step: Step, parts: TerminationParts, row: TerminationRow): Promise<void> {
  const account = await step.trx
    .selectFrom('account')
    .select('stage')
    .where('id', '=', row.customer)
    .executeTakeFirst();
  if (account === undefined || !['notice', 'deactivated'].includes(account.stage)) {
    await endRow(step, row, 'hand');
    if (account?.stage === 'live' && row.noticed !== null) {
      await queueMails(step, row, 'termination_stopped', JSON.parse(row.readers) as Reader[]);
    }
    return;
  }
  if (row.cause !== 'subscription') return;
  if (await hasSubscription(step.trx, row.customer, todayOf(parts))) {
    await stop(step, parts, row, 'the customer has another subscription again');
  }
}

async function nextStep(step: Step, parts: TerminationParts, row: TerminationRow): Promise<void> {
  const due = dueStep(progressOf(row), todayOf(parts), parts.config().termination);
  switch (due) {
    case 'give-notice':
      if (!(await giveNotice(step, parts, row))) {
        await wait(step, row, 'nobody is known who could be told: name a contact or an administrator of the customer');
      }
      return;
    case 'remind':
      await queueMails(step, row, 'termination_reminder', JSON.parse(row.readers) as Reader[]);
      await step.trx.updateTable('termination').set({ reminded_at: step.now }).where('id', '=', row.id).execute();
      return;
    case 'deactivate':
      if (await wasTold(step, row)) return deactivate(step, parts, row, 'the time of the notice is over');
      return wait(step, row, 'no notice has reached the queue yet');
    case 'remove': // removeAll
    case 'nothing':
      return;
    default:
      due satisfies never;
  }
}

/** Customers whose day of removal has come, all of them: those that wait for their queue stand in nobody's way. */
async function removeAll(parts: TerminationParts): Promise<boolean> {
  let fine = true;
  for (let after = 0; ; ) {
    const rows = await parts.database.db
      .selectFrom('termination')
      .select(['id', 'customer'])
      .where('deactivated_at', 'is not', null)
      .where('removed_at', 'is', null)
      .where('stopped_at', 'is', null)
      .where('removal', '<=', todayOf(parts))
      .where('id', '>', after)
      .orderBy('id')
      .limit(STRETCH)
      .execute();
    for (const { customer } of rows) fine = (await removeWhereEmpty(parts, customer as CustomerId)) && fine;
    const last = rows.at(-1);
    if (last === undefined || rows.length < STRETCH) return fine;
    after = last.id;
  }
}

/** The queue is asked before the change: that takes its time. */
async function removeWhereEmpty(parts: TerminationParts, customer: CustomerId): Promise<boolean> {
  const queue = await queueState(parts, customer);
  return safely(parts, customer, async (step) => {
    const row = await runningOf(step.trx, customer);
    if (row === undefined || dueStep(progressOf(row), todayOf(parts), parts.config().termination) !== 'remove') return;
    if (queue === 'empty') await remove(step, parts, row, 'the time after the deactivation is over');
    else await wait(step, row, queue.message);
  });
}

/** How far the end has come. */
export function progressOf(row: TerminationRow): Progress {
  const { noticed, deactivation, removal } = row;
  if (row.removed_at !== null) return { at: 'removed' };
  if (row.deactivated_at !== null && removal !== null) return { at: 'deactivated', removal };
  if (noticed === null || deactivation === null || removal === null) return { at: 'begun' };
  return { at: 'noticed', plan: { noticed, deactivation, removal }, reminded: row.reminded_at !== null };
}

async function wasTold({ trx }: Step, { id }: TerminationRow): Promise<boolean> {
  const sent = await trx
    .selectFrom('termination_mail')
    .select('id')
    .where('termination', '=', id)
    .where('kind', '=', 'termination_notice')
    .where('sent_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return sent !== undefined;
}

async function wait({ trx }: Step, row: TerminationRow, waits: string): Promise<void> {
  if (row.waits === waits) return;
  await trx.updateTable('termination').set({ waits }).where('id', '=', row.id).execute();
}

/** Addresses of people are kept while there is something to tell them. */
async function forgetReaders({ database, changes, clock, config }: TerminationParts): Promise<void> {
  const past = clock.now() - config().retention.records;
  const over = await database.db
    .selectFrom('termination')
    .select('id')
    .where('readers', '<>', '[]')
    .where((where) =>
      where.or([
        where('stopped_at', 'is not', null),
        where('removed_at', '<=', past),
        where.and([where('removed_at', 'is not', null), where('gone_at', 'is not', null)]),
      ]),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('termination_mail')
            .select('termination_mail.id')
            .whereRef('termination_mail.termination', '=', 'termination.id')
            .where('termination_mail.sent_at', 'is', null),
        ),
      ),
    )
    .limit(STRETCH)
    .execute();
  if (over.length === 0) return;
  const ids = over.map(({ id }) => id);
  await makeStep(changes, RELAY_ACTOR, async ({ trx }) => {
    await trx.updateTable('termination').set({ readers: '[]' }).where('id', 'in', ids).execute();
    await trx.deleteFrom('termination_mail').where('termination', 'in', ids).execute();
  });
}
