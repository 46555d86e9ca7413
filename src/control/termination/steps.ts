// The steps of an end, each within one change: the notice, the deactivation, the removal, and the way back.

import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import { isMark } from '../../mail/erased-address.ts';
import type { CustomerId } from '../../mail/message.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { type Account, needAccount } from '../customers/accounts.ts';
import type { Mover } from '../customers/stages.ts';
import type { Step } from '../customers/step.ts';
import type { ControlTables } from '../database/tables.ts';
import type { NoticeKind, Reader } from '../notices/kinds.ts';
import { readersOf } from '../notices/readers.ts';
import { dayOf } from './days.ts';
import { recordsOf } from './dns-records.ts';
import { issueCertificate } from './issue.ts';
import type { TerminationParts } from './parts.ts';
import { type Plan, planFrom, removalAfter } from './plan.ts';
import type { TerminationRow } from './tables.ts';
import { tallyOf } from './tally.ts';

/** Why an end begins. */
export interface Cause {
  cause: TerminationRow['cause'];
  reason: string;
  /** First day without a subscription beside Easymail. */
  ended: string;
}

/** The end that is running for a customer. */
export async function runningOf(
  trx: Transaction<ControlTables>,
  customer: string,
): Promise<TerminationRow | undefined> {
  return trx
    .selectFrom('termination')
    .selectAll()
    .where('customer', '=', customer)
    .where('removed_at', 'is', null)
    .where('stopped_at', 'is', null)
    .executeTakeFirst();
}

/** The same; a 404 where there is none. */
export async function needRunning(trx: Transaction<ControlTables>, customer: string): Promise<TerminationRow> {
  const row = await runningOf(trx, customer);
  if (row === undefined) throw problem('service-not-ending');
  return row;
}

/** Today, where the operator is. */
export function todayOf({ config, clock }: TerminationParts): string {
  return dayOf(clock.now(), config().operator.time_zone);
}

/**
 * Begins the end of a live customer: the notice, where there is somebody to give it to. One that a file deactivated goes on
 * from there. Throws a 409 for others.
 */
export async function begin(step: Step, parts: TerminationParts, customer: CustomerId, why: Cause): Promise<void> {
  const account = await needAccount(step.trx, customer);
  if ((await runningOf(step.trx, customer)) !== undefined) throw problem('service-ending-already');
  if (account.stage === 'deactivated') return beginDeactivated(step, parts, account, why);
  if (account.stage !== 'live') {
    throw problem('notice-needs-live', { stage: account.stage });
  }
  const readers = await readersOf(step.trx, customer);
  const plan = readers.length === 0 ? {} : planFrom(todayOf(parts), parts.config().termination);
  await parts.customers.moveWithin(step, { id: customer, to: 'notice', why: why.reason, mover: moverOf(step) });
  tellDates(step, { ended: why.ended, ...plan });
  const row = await insertRow(step, account, why, { ...plan, readers: JSON.stringify(readers) });
  await queueMails(step, row, 'termination_notice', readers);
}

/** It takes no mail already: its months begin today. */
async function beginDeactivated(step: Step, parts: TerminationParts, account: Account, why: Cause): Promise<void> {
  const today = todayOf(parts);
  const { removal } = planFrom(today, parts.config().termination);
  const readers = await readersOf(step.trx, account.id);
  const row = await insertRow(step, account, why, {
    noticed: today,
    deactivation: today,
    removal,
    deactivated_at: account.stageAt,
    asked_at: step.now,
    readers: JSON.stringify(readers),
  });
  await askForRecords(step, parts, row);
  await queueMails(step, row, 'deactivated', readers);
}

async function insertRow(
  step: Step,
  { id, name, language }: Account,
  why: Cause,
  more: Pick<TerminationRow, 'readers'> & Partial<TerminationRow>,
): Promise<TerminationRow> {
  const row = await step.trx
    .insertInto('termination')
    .values({ customer: id, name, language, ...why, by: step.by.who, begun_at: step.now, ...more })
    .returningAll()
    .executeTakeFirstOrThrow();
  const { readers: _people, ...after } = row;
  step.audit.push({ action: 'termination.begun', object: `termination ${id}`, customer: id, before: null, after });
  return row;
}

/** The notice of an end that began when nobody was there to be told. False: there still is nobody. */
export async function giveNotice(step: Step, parts: TerminationParts, row: TerminationRow): Promise<boolean> {
  const readers = await readersOf(step.trx, row.customer);
  if (readers.length === 0) return false;
  await movePlan(step, row, planFrom(todayOf(parts), parts.config().termination));
  await step.trx
    .updateTable('termination')
    .set({ readers: JSON.stringify(readers), waits: null })
    .where('id', '=', row.id)
    .execute();
  await queueMails(step, row, 'termination_notice', readers);
  return true;
}

/** New dates, since the notice runs from the day on which it was really given. */
export async function movePlan(step: Step, row: TerminationRow, plan: Plan): Promise<void> {
  await step.trx.updateTable('termination').set(plan).where('id', '=', row.id).execute();
  const { noticed, deactivation, removal } = row;
  step.audit.push({
    action: 'termination.dated',
    object: `termination ${row.customer}`,
    customer: row.customer,
    before: { noticed, deactivation, removal },
    after: plan,
  });
}

/** New mail is refused from now on; the customer is asked to take its records out of DNS. */
export async function deactivate(step: Step, parts: TerminationParts, row: TerminationRow, why: string): Promise<void> {
  const { config, customers } = parts;
  const customer = row.customer as CustomerId;
  const today = todayOf(parts);
  const plan = planFrom(today, config().termination);
  const removal = removalAfter(today, row.removal ?? plan.removal, config().termination);
  const readers = await currentReaders(step, row);
  await customers.moveWithin(step, { id: customer, to: 'deactivated', why, mover: moverOf(step) });
  await step.trx
    .updateTable('termination')
    .set({
      deactivated_at: step.now,
      noticed: row.noticed ?? today,
      deactivation: row.deactivation ?? today,
      removal,
      readers: JSON.stringify(readers),
      asked_at: step.now,
      waits: null,
    })
    .where('id', '=', row.id)
    .execute();
  tellDates(step, { removal });
  await askForRecords(step, parts, row);
  await queueMails(step, row, 'deactivated', readers);
}

/** The records that the customer is to take out, to be looked for from now on. */
async function askForRecords({ trx }: Step, { config }: TerminationParts, { id, customer }: TerminationRow) {
  for (const record of await recordsOf(trx, customer, config())) {
    await trx
      .insertInto('termination_record')
      .values({ ...record, termination: id, state: 'unknown', looked_at: null, gone_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Back to a live customer: possible until the removal. */
export async function stop(step: Step, parts: TerminationParts, row: TerminationRow, why: string): Promise<void> {
  const readers = JSON.parse(row.readers) as Reader[];
  await parts.customers.moveWithin(step, {
    id: row.customer as CustomerId,
    to: 'live',
    why,
    mover: moverOf(step),
  });
  await endRow(step, row, moverOf(step) === 'relay' ? 'subscription' : 'hand');
  if (row.noticed !== null) await queueMails(step, row, 'termination_stopped', readers);
}

/** The row of an end that is over without a removal. */
export async function endRow(step: Step, row: TerminationRow, by: 'hand' | 'subscription'): Promise<void> {
  await step.trx
    .updateTable('termination')
    .set({ stopped_at: step.now, stopped_by: by, waits: null })
    .where('id', '=', row.id)
    .execute();
  await step.trx
    .deleteFrom('termination_mail')
    .where('termination', '=', row.id)
    .where('sent_at', 'is', null)
    .execute();
  await step.trx.deleteFrom('termination_record').where('termination', '=', row.id).execute();
}

/** A file took the customer away before its time: the end is over, and nobody is told of a later step. */
export async function endByFile(step: Step, customer: string): Promise<void> {
  const row = await runningOf(step.trx, customer);
  if (row !== undefined) await endRow(step, row, 'hand');
}

/** Changes in which a removal gets its certificate. */
const certified = new WeakSet<Step>();

/** Throws a 409 where a customer that had mail is removed past its end: nobody would look at its queue, or certify it. */
export async function assertCertified(step: Step, customer: string): Promise<void> {
  if (certified.has(step)) return;
  const last = await step.trx
    .selectFrom('transition')
    .select('from')
    .where('customer', '=', customer)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.from === 'deactivated' || last?.from === 'notice') {
    throw problem('removed-by-termination');
  }
}

/** Everything of the customer goes, and the certificate says so. The caller has seen that its queue is empty. */
export async function remove(step: Step, parts: TerminationParts, row: TerminationRow, why: string): Promise<string> {
  const customer = row.customer as CustomerId;
  const readers = await currentReaders(step, row);
  const { holds } = await needAccount(step.trx, customer);
  const removed = await tallyOf(step.trx, customer);
  certified.add(step);
  await parts.customers.moveWithin(step, { id: customer, to: 'removed', why, mover: moverOf(step) });
  await step.trx
    .updateTable('termination')
    .set({ removed_at: step.now, readers: JSON.stringify(readers), waits: null })
    .where('id', '=', row.id)
    .execute();
  const number = `EM-${todayOf(parts).replaceAll('-', '')}-${randomBytes(4).toString('hex').toUpperCase()}`;
  await issueCertificate(step, parts, { row, removed, number });
  tellDates(step, { certificate: number });
  await queueMails(step, row, 'removed', readers);
  // The log of the database may still hold the keys: it is emptied into the file, where zeros stand in their place.
  step.after.push(async () => parts.database.raw.exec('pragma wal_checkpoint(truncate)'));
  if (holds > 0) {
    step.after.push(async () => {
      await parts.store().apply({ verb: 'resume', customer, by: RELAY_ACTOR.who });
    });
  }
  return number;
}

/** A mail to each reader, sent once the change is on disk (mails.ts). */
export async function queueMails(
  { trx, now }: Step,
  { id }: Pick<TerminationRow, 'id'>,
  kind: NoticeKind,
  readers: readonly Reader[],
): Promise<void> {
  for (const { address, language } of readers) {
    if (isMark(address)) continue; // asked to be forgotten
    await trx
      .insertInto('termination_mail')
      .values({ termination: id, kind, recipient: address, language, made_at: now })
      .execute();
  }
}

/** As they are now; those of before where nobody is left. */
async function currentReaders({ trx }: Step, row: TerminationRow): Promise<Reader[]> {
  const readers = await readersOf(trx, row.customer);
  return readers.length > 0 ? readers : (JSON.parse(row.readers) as Reader[]);
}

function moverOf({ by }: Step): Mover {
  return by.who === RELAY_ACTOR.who ? 'relay' : 'operator';
}

/** The event of the move says the dates too. */
function tellDates({ events }: Step, dates: Record<string, unknown>): void {
  const event = events.findLast(({ type }) => type.startsWith('customer.'));
  if (event !== undefined) event.data = { ...event.data, ...dates };
}
