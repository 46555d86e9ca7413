// Events of each commit, one row, until the trace has them.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OutboxRow } from '../engine.ts';

export class Outbox {
  /** Events not acknowledged. */
  pending: number;
  readonly #insert: StatementSync;
  readonly #countTraced: StatementSync;
  readonly #deleteTraced: StatementSync;
  readonly #read: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('insert into outbox values (?, ?, ?)');
    this.#countTraced = database.prepare('select coalesce(sum(count), 0) as n from outbox where seq <= ?');
    this.#deleteTraced = database.prepare('delete from outbox where seq <= ?');
    this.#read = database.prepare('select seq, count, events from outbox where seq > ? order by seq');
    this.pending = Number(database.prepare('select coalesce(sum(count), 0) as n from outbox').get()?.['n']);
  }

  write(seq: number, events: readonly string[]): OutboxRow {
    const row = { seq, count: events.length, events: events.join('\n') };
    this.#insert.run(row.seq, row.count, row.events);
    return row;
  }

  /** Deletes what the trace has; gives the number of events. */
  forget(traced: number): number {
    const count = Number(this.#countTraced.get(traced)?.['n']);
    this.#deleteTraced.run(traced);
    return count;
  }

  read(after: number, octets: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    let size = 0;
    for (const row of this.#read.iterate(after)) {
      const events = String(row['events']);
      rows.push({ seq: Number(row['seq']), count: Number(row['count']), events });
      size += events.length;
      if (size >= octets) break;
    }
    return rows;
  }
}
