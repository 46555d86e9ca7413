// Once a day or a week people of a customer are told what came into its quarantine.

import type { Direction } from '../../mail/message.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { valueOf } from '../api/problem.ts';
import { makeStep } from '../customers/step.ts';
import { readersOf } from '../notices/readers.ts';
import { addDays, dayOf } from '../termination/days.ts';
import { entriesFor, subjectsOf } from './entries.ts';
import type { HeldCustomer } from './held-customers.ts';
import { settingsOf } from './in-force.ts';
import type { RoundParts } from './parts.ts';

const DAY_MS = 86_400_000;
/** Messages that a mail names; the others are counted. */
const NAMED = 30;
const MOST_COUNTED = 1000;
/** What was accepted within it may not be in the queue yet: the next digest tells of it. */
const STILL_COMING_MS = 120_000;

type Often = 'off' | 'daily' | 'weekly';

/** Tells what is new where it is time to, by the days of the operator's zone. Rejects where the queue cannot be read. */
export async function digestOf(parts: RoundParts, held: HeldCustomer): Promise<void> {
  const { customer } = held;
  const now = parts.clock.now();
  const often = { inbound: oftenOf(parts, held, 'inbound'), outbound: oftenOf(parts, held, 'outbound') };
  if (often.inbound === 'off' && often.outbound === 'off') return;
  const weekly = often.inbound !== 'daily' && often.outbound !== 'daily';
  const last = await parts.database.reads
    .selectFrom('quarantine_digest')
    .selectAll()
    .where('customer', '=', customer)
    .executeTakeFirst();
  if (last !== undefined && !isTime(parts, last.at, weekly ? 7 : 1)) return;
  const since = last?.told_until ?? now - (weekly ? 7 : 1) * DAY_MS;
  const before = now - STILL_COMING_MS;
  const { entries } = valueOf(
    await parts.reader.heldList({ customer, since, before }, { limit: MOST_COUNTED }),
    'query',
  );
  const news = entries.filter(({ direction }) => often[direction] !== 'off');
  if (news.length > 0) await tellPeople(parts, held, news);
  // Behind the mails: a crash in between tells twice rather than never.
  const row = { customer, told_until: before, at: now };
  await makeStep(parts.changes, RELAY_ACTOR, async ({ trx }) => {
    await trx.replaceInto('quarantine_digest').values(row).execute();
  });
}

function oftenOf(parts: RoundParts, { customer }: HeldCustomer, direction: Direction): Often {
  return settingsOf(parts, { customer, direction, stream: '' }).quarantine_digest;
}

function isTime({ clock, config }: RoundParts, last: number, days: number): boolean {
  const zone = config().operator.time_zone;
  return addDays(dayOf(last, zone), days) <= dayOf(clock.now(), zone);
}

async function tellPeople(
  parts: RoundParts,
  { customer, name }: HeldCustomer,
  messages: readonly HeldMessage[],
): Promise<void> {
  const named = messages.slice(0, NAMED);
  const subjects = await subjectsOf(parts, named);
  const { url: base } = parts.config().http;
  const more = messages.length - named.length;
  for (const to of await readersOf(parts.database.reads, customer)) {
    const entries = entriesFor(named, to, { box: parts.box, base, now: parts.clock.now(), subjects });
    const values = { customer: name, count: messages.length, entries, ...(more > 0 && { more }) };
    await parts.notices
      .tell('quarantine_digest', to, values, { customer })
      .catch((err: unknown) => parts.log.error('nobody was told what is in quarantine', { err, customer }));
  }
}
