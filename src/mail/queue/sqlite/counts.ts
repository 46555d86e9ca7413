// Counts that are kept, not counted: changed with every commit, read at once.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { QueueTotals } from '../engine.ts';
import { type Changes, DEFERRED, HELD, QUARANTINED, QUEUED } from './changes.ts';

/** Reads the counts; also over a read-only connection. Mail of paused customers counts as held. */
export function readTotals(database: DatabaseSync): QueueTotals {
  const counters = database
    .prepare(
      `select status, count, customer in (select customer from customer_pause where until is null) as paused
      from counter`,
    )
    .all();
  const totals: QueueTotals = {
    queued: 0,
    deferred: 0,
    held: 0,
    quarantined: 0,
    events_pending: Number(database.prepare('select coalesce(sum(count), 0) as n from outbox').get()?.['n']),
    accepted: 0,
    final: 0,
    seq: 0,
  };
  for (const row of counters) {
    const count = Number(row['count']);
    const status = Number(row['status']);
    if (status === QUARANTINED) totals.quarantined += count;
    else if (status === HELD || Number(row['paused']) === 1) totals.held += count;
    else if (status === QUEUED) totals.queued += count;
    else if (status === DEFERRED) totals.deferred += count;
  }
  const state = database.prepare('select seq, accepted, final from state').get();
  totals.accepted = Number(state?.['accepted']);
  totals.final = Number(state?.['final']);
  totals.seq = Number(state?.['seq']);
  return totals;
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
