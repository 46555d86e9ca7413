// What is in quarantine goes when its days are over, and never without having been told of: first the announcement, to
// people and webhooks, then the removal at the time that was announced. Each message by itself, so that nothing waits for
// another.

import type { QueueId } from '../../mail/message.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { valueOf } from '../api/problem.ts';
import { makeStep } from '../customers/step.ts';
import { readersOf } from '../notices/readers.ts';
import { dayOf } from '../termination/days.ts';
import { entriesFor, subjectsOf } from './entries.ts';
import type { HeldCustomer } from './held-customers.ts';
import { expiryOf, shortestStay } from './in-force.ts';
import type { RoundParts } from './parts.ts';
import { auditOf, noteActs } from './record.ts';
import { removeMessage } from './remove.ts';

const DAY_MS = 86_400_000;
/** How long before its removal a message is announced; where it stays no longer than twice that, half of its stay. */
const ANNOUNCED_MS = 3 * DAY_MS;
/** However late the announcement comes: so long it stands before anything is removed. */
const LEAST_NOTICE_MS = DAY_MS;
const PAGE = 500;
/** Of one customer in one round; the rest comes with the next. */
const MOST_ANNOUNCED = 10_000;
/** Ids that an event names, and messages that a mail names. */
const IDS_TOLD = 100;
const NAMED = 30;

/** Removes what was announced and is over now. False: some could not be; look again soon. */
export async function removeOver(parts: RoundParts): Promise<boolean> {
  const now = parts.clock.now();
  const over = await parts.database.reads
    .selectFrom('quarantine_told')
    .select('message')
    .where('until', '<=', now)
    .orderBy('until')
    .limit(MOST_ANNOUNCED)
    .execute();
  let fine = true;
  for (const { message } of over) {
    try {
      await removeOne(parts, message as QueueId, now);
    } catch (err) {
      fine = false;
      parts.log.error('a message was not removed from quarantine', { err, id: message });
    }
  }
  return fine;
}

async function removeOne(parts: RoundParts, id: QueueId, now: number): Promise<void> {
  const [message] = valueOf(await parts.reader.heldList({ id }, { limit: 1 }), 'id').entries;
  // The settings may keep it longer by now: it is announced again at its time.
  if (message !== undefined && expiryOf(parts, message) <= now) {
    const act = { message, recipients: message.recipientCount };
    await makeStep(parts.changes, RELAY_ACTOR, (step) => noteActs(step, 'expired', [act], auditOf('expired', act)));
    await removeMessage(parts, RELAY_ACTOR, message, 'its time in quarantine is over');
  }
  await makeStep(parts.changes, RELAY_ACTOR, async ({ trx }) => {
    await trx.deleteFrom('quarantine_told').where('message', '=', id).execute();
  });
}

/** Announces what leaves soon, once for each message and once a day for each customer. Rejects where the queue cannot be read. */
export async function announceSoon(parts: RoundParts, held: HeldCustomer): Promise<void> {
  const now = parts.clock.now();
  const { customer, streams } = held;
  if (await wasToldToday(parts, customer)) return;
  const stay = shortestStay(parts, customer, streams);
  const soon: HeldMessage[] = [];
  for (let after: string | undefined; soon.length < MOST_ANNOUNCED; ) {
    const page = { limit: PAGE, ...(after !== undefined && { after }) };
    const before = now - stay + announcedBefore(stay);
    const { entries, next } = valueOf(await parts.reader.heldList({ customer, before }, page), 'query');
    const told = await toldAmong(parts, entries);
    soon.push(...entries.filter((message) => !told.has(message.id) && isSoon(parts, message, now)));
    if (next === undefined) break;
    after = next;
  }
  if (soon.length > 0) await announce(parts, held, soon);
}

/** People get one such mail a day at most. */
async function wasToldToday({ database, clock, config }: RoundParts, customer: string): Promise<boolean> {
  const { last } = await database.reads
    .selectFrom('quarantine_told')
    .select((query) => query.fn.max('at').as('last'))
    .where('customer', '=', customer)
    .executeTakeFirstOrThrow();
  const zone = config().operator.time_zone;
  return last !== null && dayOf(last, zone) === dayOf(clock.now(), zone);
}

function isSoon(parts: RoundParts, message: HeldMessage, now: number): boolean {
  const expiry = expiryOf(parts, message);
  return expiry - now <= announcedBefore(expiry - message.heldSince);
}

function announcedBefore(stay: number): number {
  return Math.min(ANNOUNCED_MS, stay / 2);
}

async function toldAmong({ database }: RoundParts, messages: readonly HeldMessage[]): Promise<Set<string>> {
  const ids = messages.map(({ id }) => id);
  const rows = await database.reads
    .selectFrom('quarantine_told')
    .select('message')
    .where('message', 'in', ids)
    .execute();
  return new Set(rows.map(({ message }) => message));
}

/** People are told before the rows count: a crash in between tells twice rather than never. */
async function announce(parts: RoundParts, held: HeldCustomer, messages: readonly HeldMessage[]): Promise<void> {
  const { customer } = held;
  const now = parts.clock.now();
  const rows = messages.map((message) => ({
    message: message.id,
    customer,
    until: Math.max(now + LEAST_NOTICE_MS, expiryOf(parts, message)),
    at: now,
  }));
  const until = rows.reduce((first, row) => Math.min(first, row.until), Number.POSITIVE_INFINITY);
  await tellPeople(parts, held, messages, until);
  await makeStep(parts.changes, RELAY_ACTOR, async ({ trx, events }) => {
    for (let from = 0; from < rows.length; from += PAGE) {
      await trx
        .insertInto('quarantine_told')
        .values(rows.slice(from, from + PAGE))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const data = {
      messages: messages.length,
      until: new Date(until).toISOString(),
      ids: messages.slice(0, IDS_TOLD).map(({ id }) => id),
    };
    events.push({ type: 'quarantine.expiring', customer, data });
  });
}

/** Rejects where nobody of those who are to be told could be: nothing is removed of which nobody heard. */
async function tellPeople(
  parts: RoundParts,
  { customer, name }: HeldCustomer,
  messages: readonly HeldMessage[],
  until: number,
): Promise<void> {
  const named = messages.slice(0, NAMED);
  const subjects = await subjectsOf(parts, named);
  const { url: base } = parts.config().http;
  const readers = await readersOf(parts.database.reads, customer);
  const faults: unknown[] = [];
  for (const to of readers) {
    const entries = entriesFor(named, to, { box: parts.box, base, now: parts.clock.now(), subjects });
    const values = { customer: name, count: messages.length, until, entries };
    await parts.notices.tell('quarantine_expiring', to, values, { customer }).catch((err: unknown) => {
      parts.log.error('nobody was told what leaves quarantine', { err, customer });
      faults.push(err);
    });
  }
  if (readers.length > 0 && faults.length === readers.length) {
    throw new Error('nobody was told what leaves quarantine', { cause: faults[0] });
  }
}

/** First people whom nobody followed are forgotten. */
export async function forgetOld({ changes }: Pick<RoundParts, 'changes'>): Promise<void> {
  await makeStep(changes, RELAY_ACTOR, async ({ trx, now }) => {
    await trx.deleteFrom('quarantine_virus').where('expires_at', '<', now).execute();
  });
}
