// One mail in place of many: what a person was not told for being too much in an hour is counted, and told once the hour
// is over.

import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import { titles } from './catalogue.ts';
import { type Language, languageOf } from './languages.ts';
import type { Notices } from './notices.ts';

export interface SummariesOptions {
  database: ControlDatabase;
  clock: Clock;
  log: Log;
  tell: Notices['tell'];
}

const HOUR_MS = 3_600_000;
const LOOK_MS = 10 * 60_000;
/** Mails of one look. */
const AT_ONCE = 200;

interface Withheld {
  recipient: string;
  kind: string;
  customer: string | null;
  language: string;
  count: number;
  first: number;
  last: number;
}

/** Looks every ten minutes. */
export function startSummaries(options: SummariesOptions): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const look = () => {
    running = running
      .then(() => sumUp(options))
      .catch((err: unknown) => options.log.error('notices not summed up', { err }));
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    close: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

/** Tells what was withheld where the first of it is an hour old. */
export async function sumUp({ database, clock, tell }: SummariesOptions): Promise<void> {
  const { db } = database;
  const groups: Withheld[] = await db
    .selectFrom('notice_sent')
    .select(['recipient', 'kind', 'customer', 'language'])
    .select((query) => [
      query.fn.countAll<number>().as('count'),
      query.fn.min('at').as('first'),
      query.fn.max('at').as('last'),
    ])
    .where('state', '=', 'withheld')
    .groupBy(['recipient', 'kind', 'customer'])
    .having((query) => query.fn.min('at'), '<=', clock.now() - HOUR_MS)
    .limit(AT_ONCE)
    .execute();
  for (const { recipient, kind, customer, language, count, first, last } of groups) {
    // Before the mail: nobody is told twice.
    await db
      .updateTable('notice_sent')
      .set({ state: 'summed' })
      .where('state', '=', 'withheld')
      .where('recipient', '=', recipient)
      .where('kind', '=', kind)
      .where('customer', customer === null ? 'is' : '=', customer)
      .where('at', '<=', last)
      .execute();
    const reader = { address: recipient, language: languageOf(language) };
    const about = titleOf(kind, reader.language);
    const values = { count, about, from: first, to: last, ...(customer !== null && { customer }) };
    await tell('summary', reader, values, customer === null ? {} : { customer });
  }
}

function titleOf(kind: string, language: Language): string {
  const known: Readonly<Record<string, string>> = titles[language];
  return known[kind] ?? kind;
}
