// From what an operator means to SQL: `r` is recipient, `m` its message.

import type { QueueQuery } from '../queue.ts';

export interface Condition {
  /** Terms, joined with `and`; never empty. */
  sql: string;
  values: (string | number)[];
}

const PAUSED = '(r.customer in (select customer from customer_pause where until is null))';

const STATUS = {
  queued: `(r.status = 0 and not ${PAUSED})`,
  deferred: `(r.status = 1 and not ${PAUSED})`,
  held: `(r.status = 2 or (r.status < 2 and ${PAUSED}))`,
  quarantined: '(r.status = 3)',
} as const satisfies Record<NonNullable<QueueQuery['status']>, string>;

/** The condition of a query; values are bound, never written into the text. */
export function matching(query: QueueQuery): Condition {
  const terms: string[] = ['true'];
  const values: (string | number)[] = [];
  const term = (sql: string, ...bound: string[]) => {
    terms.push(sql);
    values.push(...bound);
  };
  if (query.id !== undefined) term('m.id = ?', query.id);
  if (query.customer !== undefined) term('r.customer = ?', query.customer);
  if (query.destination !== undefined) term('r.destination = ?', query.destination.toLowerCase());
  if (query.from !== undefined) address('m.sender', query.from, term);
  if (query.to !== undefined) address('r.address', query.to, term);
  if (query.cause !== undefined) term('r.last_cause = ?', query.cause);
  if (query.status !== undefined) term(STATUS[query.status]);
  if (query.hold === 'suspended') term(PAUSED);
  else if (query.hold !== undefined) {
    term(
      `(exists (select 1 from hold as h where h.message = m.row and h.kind = ?) or
      exists (select 1 from recipient_hold as h where h.recipient = r.row and h.kind = ?))`,
      query.hold,
      query.hold,
    );
  }
  return { sql: terms.join(' and '), values };
}

/** All that it means is held row by row, so the index of what is held finds it. A suspension holds no row. */
export function isHeldByRow(query: QueueQuery): boolean {
  return query.status === 'quarantined' || (query.hold !== undefined && query.hold !== 'suspended');
}

function address(column: string, wanted: string, term: (sql: string, ...bound: string[]) => void): void {
  const lower = wanted.toLowerCase();
  if (lower.startsWith('@')) term(`substr(lower(${column}), -length(?)) = ?`, lower, lower);
  else term(`lower(${column}) = ?`, lower);
}
