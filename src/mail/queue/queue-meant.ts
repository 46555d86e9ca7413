// What a verb would be done to, told before it is done: counted over the same rows, by the same condition, as the verb
// itself goes by.

import type { DatabaseSync } from 'node:sqlite';
import type { QueryVerb } from './operations.ts';
import type { QueueEntry } from './queue.ts';
import { listMatching } from './queue-read.ts';
import { rowKey } from './row-key.ts';
import { meantBy, queryOf } from './sqlite/matching.ts';
import { matchedTables, spanTerm, walkRows } from './sqlite/row-walk.ts';

export interface Meant {
  recipients: number;
  messages: number;
  customers: NamedCount[];
  /** How many customers and destinations there are in all; of each the largest are named. */
  customer_count: number;
  destinations: NamedCount[];
  destination_count: number;
  /** `hold`: other recipients of the same messages, who wait as well. */
  along: number;
  /** Octets of the messages. */
  size: number;
  /** When the oldest of them was accepted. */
  oldest_at: string | null;
  /** Not all was looked at: there are more than these counts say. */
  more: boolean;
  /** Some of them, the oldest. */
  sample: QueueEntry[];
  /** Names the newest recipient there is: what comes later is not meant. */
  until: string;
}

/** A customer, or a destination, with its recipients. */
export interface NamedCount {
  name: string;
  recipients: number;
}

const LOOK_MS = 4000;
const NAMED = 20;
const SAMPLE = 20;

/** Counts what a verb would change now; of rows up to `until`, where that is named. */
export function countMeant(database: DatabaseSync, verb: QueryVerb, until = Number.MAX_SAFE_INTEGER): Meant {
  const query = queryOf(verb);
  const condition = meantBy(verb);
  const newest = Number(database.prepare('select coalesce(max(row), 0) as row from recipient').get()?.['row']);
  const read = database.prepare(`
    select r.customer, r.destination, count(*) as recipients, min(m.accepted_at) as oldest
    from ${matchedTables(query)} where ${spanTerm(query)} and ${condition.sql}
    group by r.customer, r.destination`);
  const ofMessages = database.prepare(`
    select count(*) as messages, coalesce(sum(size), 0) as size, coalesce(sum(others), 0) as others from (
      select m.size, ${verb.verb === 'hold' ? OTHERS : '0'} as others
      from ${matchedTables(query)} where ${spanTerm(query)} and ${condition.sql} group by m.row)`);
  const tally = new Tally();
  const walk = walkRows(database, query, { after: 0, ms: LOOK_MS });
  for (const { after, to } of walk.spans()) {
    if (after >= until) break;
    const end = Math.min(to, until);
    tally.addPlaces(read.all(after, end, ...condition.values));
    tally.addMessages(ofMessages.get(after, end, ...condition.values) as Row);
  }
  return {
    ...tally.told(),
    more: walk.reached !== undefined,
    sample: listMatching(database, { query, condition }, { limit: SAMPLE }).entries,
    until: rowKey(newest),
  };
}

/** Recipients of a message that are still there, and are not among those that are meant. */
const OTHERS = `
(select count(*) from recipient as e where e.row >= m.row and e.row < m.row + m.recipients) - count(*)`;

type Row = Record<string, unknown>;

class Tally {
  readonly #customers = new Map<string, number>();
  readonly #destinations = new Map<string, number>();
  #recipients = 0;
  #messages = 0;
  #size = 0;
  #along = 0;
  #oldest = Number.POSITIVE_INFINITY;

  addPlaces(rows: readonly Row[]): void {
    for (const { customer, destination, recipients, oldest } of rows) {
      const count = Number(recipients);
      this.#recipients += count;
      this.#oldest = Math.min(this.#oldest, Number(oldest));
      add(this.#customers, String(customer), count);
      add(this.#destinations, String(destination), count);
    }
  }

  addMessages({ messages, size, others }: Row): void {
    this.#messages += Number(messages);
    this.#size += Number(size);
    this.#along += Number(others);
  }

  told() {
    return {
      recipients: this.#recipients,
      messages: this.#messages,
      customers: largest(this.#customers),
      customer_count: this.#customers.size,
      destinations: largest(this.#destinations),
      destination_count: this.#destinations.size,
      along: this.#along,
      size: this.#size,
      oldest_at: Number.isFinite(this.#oldest) ? new Date(this.#oldest).toISOString() : null,
    };
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function largest(counts: ReadonlyMap<string, number>): NamedCount[] {
  return [...counts]
    .map(([name, recipients]) => ({ name, recipients }))
    .toSorted((a, b) => b.recipients - a.recipients)
    .slice(0, NAMED);
}
