// From what an operator means to SQL: `r` is recipient, `m` its message.

import type { QueryVerb } from '../operations.ts';
import type { QueueQuery } from '../queue.ts';

export interface Condition {
  /** Terms, joined with `and`; never empty. */
  sql: string;
  values: (string | number)[];
}

/** What decides which address of ours mail leaves from; a JSON list: customer, destination, stream, direction. */
export const PATH = `json_array(r.customer, r.destination, json_extract(m.meta, '$.stream'), json_extract(m.meta, '$.direction'))`;

const PAUSED = '(r.customer in (select customer from customer_pause where until is null))';

const STATUS = {
  queued: `(r.status = 0 and not ${PAUSED})`,
  deferred: `(r.status = 1 and not ${PAUSED})`,
  held: `(r.status = 2 or (r.status < 2 and ${PAUSED}))`,
  quarantined: '(r.status = 3)',
} as const satisfies Record<NonNullable<QueueQuery['status']>, string>;

const HELD_AS = `
(exists (select 1 from hold as h where h.message = m.row and h.kind = ?) or
exists (select 1 from recipient_hold as h where h.recipient = r.row and h.kind = ?))`;

/** The condition of a query; values are bound, never written into the text. */
export function matching(query: QueueQuery): Condition {
  const terms: string[] = ['true'];
  const values: (string | number)[] = [];
  const term = (sql: string, ...bound: (string | number)[]) => {
    terms.push(sql);
    values.push(...bound);
  };
  if (query.id !== undefined) term('m.id = ?', query.id);
  if (query.rows !== undefined) term('r.row in (select value from json_each(?))', JSON.stringify(query.rows));
  if (query.leaves !== undefined) {
    term(`${PATH} in (select value from json_each(?))`, JSON.stringify(query.leaves.paths));
  }
  if (query.customer !== undefined) term('r.customer = ?', query.customer);
  if (query.destination !== undefined) term('r.destination = ?', query.destination.toLowerCase());
  if (query.from !== undefined) address('m.sender', query.from, term);
  if (query.to !== undefined) address('r.address', query.to, term);
  if (query.cause !== undefined) term('r.last_cause = ?', query.cause);
  if (query.direction !== undefined) term("json_extract(m.meta, '$.direction') = ?", query.direction);
  if (query.since !== undefined) term('m.accepted_at >= ?', query.since);
  if (query.before !== undefined) term('m.accepted_at < ?', query.before);
  if (query.status !== undefined) term(STATUS[query.status]);
  if (query.hold === 'suspended') term(PAUSED);
  else if (query.hold !== undefined) term(HELD_AS, query.hold, query.hold);
  return { sql: terms.join(' and '), values };
}

/** What a verb would do something to: of what its query means, that which is not so already. */
export function meantBy(verb: QueryVerb): Condition {
  const { sql, values } = matching(verb.query);
  switch (verb.verb) {
    case 'hold':
      return {
        sql: `${sql} and not exists (select 1 from hold as own where own.message = m.row and own.kind = ?)`,
        values: [...values, verb.reason.kind],
      };
    case 'release':
      return { sql: `${sql} and ${HELD_AS}`, values: [...values, verb.kind, verb.kind] };
    case 'retry':
      return { sql: `${sql} and r.status < 2`, values };
    case 'remove':
    case 'reroute':
      return { sql, values };
    default:
      return verb satisfies never;
  }
}

/** The query of a verb with what follows from the verb itself, so that the index of what is held finds it. */
export function queryOf(verb: QueryVerb): QueueQuery {
  const { query } = verb;
  return verb.verb === 'release' && query.hold === undefined ? { ...query, hold: verb.kind } : query;
}

/** All that it means is held row by row, so the index of what is held finds it. A suspension holds no row. */
export function isHeldByRow(query: QueueQuery): boolean {
  return query.status === 'quarantined' || (query.hold !== undefined && query.hold !== 'suspended');
}

function address(column: string, wanted: string, term: (sql: string, ...bound: string[]) => void): void {
  const lower = wanted === '<>' ? '' : wanted.toLowerCase();
  if (lower.startsWith('@')) term(`substr(lower(${column}), -length(?)) = ?`, lower, lower);
  else term(`lower(${column}) = ?`, lower);
}
