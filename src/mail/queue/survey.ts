// What waits, for people who look at the whole of it: by age and by destination. Read over a connection of the caller's;
// it takes as long as the queue is long, so nobody asks it every second.

import type { DatabaseSync } from 'node:sqlite';
import type { CustomerId } from '../message.ts';
import { readCounts } from './sqlite/counts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Upper ends of the ages, milliseconds; the last has none. */
export const AGES_MS = [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS] as const;

/** Destinations of an answer. */
const DESTINATIONS = 10;

/** Recipients in the queue. Mail of paused customers counts as held. */
export interface QueueSurvey {
  /** ISO 8601: when it was looked at. */
  at: string;
  queued: number;
  deferred: number;
  held: number;
  quarantined: number;
  /** By how long ago they were accepted; `to_ms` is null for the last. */
  ages: { from_ms: number; to_ms: number | null; waiting: number; held: number }[];
  /** ISO 8601: when the oldest was accepted; null where there is none. */
  oldest: string | null;
  /** Where most of what waits goes, the most first. */
  destinations: { destination: string; waiting: number; deferred: number }[];
}

/** Looks through the queue. */
export function surveyQueue(
  database: DatabaseSync,
  { now, customer }: { now: number; customer?: CustomerId | undefined },
): QueueSurvey {
  const totals = readCounts(database, customer);
  return {
    at: new Date(now).toISOString(),
    ...totals,
    ...agesOf(database, now, customer),
    destinations: destinationsOf(database, customer),
  };
}

/** Rows grow with the time of acceptance, so an age is a stretch of rows. */
function agesOf(
  database: DatabaseSync,
  now: number,
  customer: CustomerId | undefined,
): Pick<QueueSurvey, 'ages' | 'oldest'> {
  const count = database.prepare(`
    select count(*) as n, min(row - position) as first, coalesce(sum(status >= 2 or
      customer in (select customer from customer_pause where until is null)), 0) as held
    from recipient where row >= ? and row < ? ${customer === undefined ? '' : 'and customer = ?'}`);
  let end = Number.MAX_SAFE_INTEGER;
  let first: unknown = null;
  const ages = [...AGES_MS, undefined].map((to, i) => {
    const begin = to === undefined ? 0 : firstRowSince(database, now - to);
    const found = count.get(begin, end, ...(customer === undefined ? [] : [customer]));
    end = begin;
    first = found?.['first'] ?? first;
    const held = Number(found?.['held']);
    return { from_ms: AGES_MS[i - 1] ?? 0, to_ms: to ?? null, waiting: Number(found?.['n']) - held, held };
  });
  return { ages, oldest: first === null ? null : acceptedAt(database, Number(first)) };
}

/** The row of the first message that was accepted then or later; past all where there is none. */
function firstRowSince(database: DatabaseSync, since: number): number {
  const next = database.prepare('select row, accepted_at from message where row >= ? order by row limit 1');
  const last = Number(database.prepare('select max(row) as row from message').get()?.['row'] ?? 0) + 1;
  let [low, high] = [0, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = next.get(middle);
    if (found === undefined || Number(found['accepted_at']) >= since) high = middle;
    else low = Number(found['row']) + 1;
  }
  // Rows behind a message are those of its recipients, and as old as it is.
  return Number(next.get(low)?.['row'] ?? Number.MAX_SAFE_INTEGER);
}

function acceptedAt(database: DatabaseSync, row: number): string | null {
  const found = database.prepare('select accepted_at from message where row = ?').get(row);
  return found === undefined ? null : new Date(Number(found['accepted_at'])).toISOString();
}

function destinationsOf(database: DatabaseSync, customer: CustomerId | undefined): QueueSurvey['destinations'] {
  return database
    .prepare(`
      select destination, count(*) as waiting, sum(status = 1) as deferred from recipient indexed by ready
      where status < 2 ${customer === undefined ? '' : 'and customer = ?'}
      group by destination order by waiting desc, destination limit ${DESTINATIONS}`)
    .all(...(customer === undefined ? [] : [customer]))
    .map((row) => ({
      destination: String(row['destination']),
      waiting: Number(row['waiting']),
      deferred: Number(row['deferred']),
    }));
}
