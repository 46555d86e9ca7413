// Counts that are kept, not counted: changed with every commit, read at once.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { QueueTotals } from '../engine.ts';
import { type Changes, DEFERRED, HELD, QUARANTINED, QUEUED } from './changes.ts';

/** Recipients by status. */
type StatusCounts = Pick<QueueTotals, 'queued' | 'deferred' | 'held' | 'quarantined'>;

/** Reads the counts of recipients, of all or of a customer; also over a read-only connection. Mail of paused customers counts as held. */
export function readCounts(database: DatabaseSync, customer?: string): StatusCounts {
  const counters = database
    .prepare(
      `select status, count, customer in (select customer from customer_pause where until is null) as paused
      from counter ${customer === undefined ? '' : 'where customer = ?'}`,
    )
    .all(...(customer === undefined ? [] : [customer]));
  const totals = { queued: 0, deferred: 0, held: 0, quarantined: 0 };
  for (const row of counters) {
    const count = Number(row['count']);
    const status = Number(row['status']);
    if (status === QUARANTINED) totals.quarantined += count;
    else if (status === HELD || Number(row['paused']) === 1) totals.held += count;
    else if (status === QUEUED) totals.queued += count;
    else if (status === DEFERRED) totals.deferred += count;
  }
  return totals;
}

/** Reads all counts; also over a read-only connection. */
export function readTotals(database: DatabaseSync): QueueTotals {
  const state = database.prepare('select seq, accepted, final from state').get();
  return {
    ...readCounts(database),
    events_pending: Number(database.prepare('select coalesce(sum(count), 0) as n from outbox').get()?.['n']),
    accepted: Number(state?.['accepted']),
    final: Number(state?.['final']),
    seq: Number(state?.['seq']),
  };
}

/** Makes the operation that writes the differences of a transaction. */
export function prepareCounts(database: DatabaseSync): (changes: Changes, seq: number) => void {
  const add: StatementSync = database.prepare(
    'insert into counter values (?, ?, ?) on conflict do update set count = count + excluded.count',
  );
  const removeEmpty = database.prepare('delete from counter where customer = ? and status = ? and count = 0');
  const state = database.prepare(
    'update state set next_row = ?, seq = ?, accepted = accepted + ?, final = final + ? where one = 1',
  );
  return (changes, seq) => {
    for (const [customer, counts] of changes.counts) {
      for (const [status, difference] of counts.entries()) {
        if (difference === 0) continue;
        add.run(customer, status, difference);
        if (difference < 0) removeEmpty.run(customer, status);
      }
    }
    state.run(changes.nextRow, seq, changes.accepted, changes.final);
  };
}
