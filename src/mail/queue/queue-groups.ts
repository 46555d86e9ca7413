// The queue by destination, customer, sender or place in the network of ours: how much waits where, since when, why.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { QueueQuery } from './queue.ts';
import { matching, PATH } from './sqlite/matching.ts';
import { matchedTables } from './sqlite/row-walk.ts';

export type QueueGrouping = 'destination' | 'customer' | 'sender' | 'path';

/** A part of the queue. */
export interface QueueGroup {
  /** Destination, customer or sender; of `path` a JSON list: customer, destination, stream, direction. */
  name: string;
  recipients: number;
  queued: number;
  deferred: number;
  held: number;
  quarantined: number;
  /** When its oldest message was accepted. */
  oldest_at: string | null;
  /** When the first of those that were put off is tried again. */
  next_attempt_at: string | null;
  /** Why the oldest of those was put off last. */
  last_cause: string | null;
}

export interface QueueGroups {
  /** The largest. */
  groups: QueueGroup[];
  /** How many there are. */
  count: number;
}

const NAMES = {
  destination: 'r.destination',
  customer: 'r.customer',
  sender: 'm.sender',
  path: PATH,
} as const satisfies Record<QueueGrouping, string>;

/** 2 for mail of a suspended customer, whatever its row says. */
const STATE = `
case when r.status < 2 and r.customer in (select customer from customer_pause where until is null) then 2
else r.status end`;

/** The parts of what a query means, the largest first. */
export function groupQueue(
  database: DatabaseSync,
  query: QueueQuery,
  { by, limit }: { by: QueueGrouping; limit: number },
): QueueGroups {
  const parts = new Map<string, Part>();
  // What waits is counted in an index, where nothing of the messages is asked; what is held, in another.
  for (const which of ['ready', 'held'] as const) {
    for (const row of countBy(database, query, { by, which })) addTo(parts, row);
  }
  const largest = [...parts.values()].toSorted((a, b) => b.recipients - a.recipients || (a.name < b.name ? -1 : 1));
  const told = prepareTold(database);
  return { groups: largest.slice(0, limit).map(told), count: parts.size };
}

const MESSAGE = 'cross join message as m on m.row = r.row - r.position';

type Row = Record<string, SQLOutputValue>;

interface Part {
  name: string;
  recipients: number;
  /** By status. */
  counts: [number, number, number, number];
  firstRow: number;
  firstDeferred: number | undefined;
  due: number | undefined;
}

function countBy(
  database: DatabaseSync,
  query: QueueQuery,
  { by, which }: { by: QueueGrouping; which: 'ready' | 'held' },
): Iterable<Row> {
  const { sql, values } = matching(query);
  const recipients = query.rows === undefined ? `recipient as r indexed by ${which}` : 'recipient as r';
  const alone = by !== 'sender' && by !== 'path' && !sql.includes('m.');
  const joined = query.id === undefined ? `${recipients} ${MESSAGE}` : matchedTables(query);
  const tables = alone ? recipients : joined;
  return database
    .prepare(`
      select ${NAMES[by]} as name, ${STATE} as state, count(*) as count, min(r.row) as row, min(r.due) as due
      from ${tables} where r.status ${which === 'ready' ? '<' : '>='} 2 and ${sql} group by 1, 2`)
    .iterate(...values);
}

function addTo(parts: Map<string, Part>, { name: found, state, count, row, due }: Row): void {
  const name = String(found);
  const part = parts.get(name) ?? newPart(name);
  parts.set(name, part);
  const status = Number(state) as 0 | 1 | 2 | 3;
  part.recipients += Number(count);
  part.counts[status] += Number(count);
  part.firstRow = Math.min(part.firstRow, Number(row));
  if (status !== 1) return;
  part.firstDeferred = Math.min(part.firstDeferred ?? Number.MAX_SAFE_INTEGER, Number(row));
  part.due = Math.min(part.due ?? Number.MAX_SAFE_INTEGER, Number(due));
}

function newPart(name: string): Part {
  return {
    name,
    recipients: 0,
    counts: [0, 0, 0, 0],
    firstRow: Number.MAX_SAFE_INTEGER,
    firstDeferred: undefined,
    due: undefined,
  };
}

function prepareTold(database: DatabaseSync): (part: Part) => QueueGroup {
  const accepted = database.prepare(
    'select m.accepted_at from recipient as r join message as m on m.row = r.row - r.position where r.row = ?',
  );
  const cause = database.prepare('select last_cause from recipient where row = ?');
  return ({ name, recipients, counts: [queued, deferred, held, quarantined], firstRow, firstDeferred, due }) => {
    const oldest = accepted.get(firstRow)?.['accepted_at'];
    const last = firstDeferred === undefined ? null : cause.get(firstDeferred)?.['last_cause'];
    return {
      name,
      recipients,
      queued,
      deferred,
      held,
      quarantined,
      oldest_at: oldest === undefined ? null : new Date(Number(oldest)).toISOString(),
      next_attempt_at: due === undefined ? null : new Date(due).toISOString(),
      last_cause: typeof last === 'string' ? last : null,
    };
  };
}
