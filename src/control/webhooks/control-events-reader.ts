// Events of the control store, over a connection that cannot write.

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { ControlEventRow } from '../database/tables.ts';

export interface ControlEventsReader {
  /** The number of the last event; 0 where there is none. */
  last(): number;
  /** Events after this number, `limit` at most. */
  read(seq: number, limit: number): ControlEventRow[];
  find(seq: number): ControlEventRow | undefined;
  close(): void;
}

/** Opens the control database for reading. */
export function openControlEvents(path: string): ControlEventsReader {
  const db = new DatabaseSync(path, { readOnly: true });
  db.exec('pragma busy_timeout = 1000');
  const rows = (statement: StatementSync, ...values: number[]) =>
    statement.all(...values) as unknown as ControlEventRow[];
  const read = db.prepare('select * from control_event where seq > ? order by seq limit ?');
  const find = db.prepare('select * from control_event where seq = ?');
  // The greatest number that was ever given, also where its event is gone.
  const last = db.prepare("select seq from sqlite_sequence where name = 'control_event'");
  return {
    last: () => Number(last.get()?.['seq'] ?? 0),
    read: (seq, limit) => rows(read, seq, limit),
    find: (seq) => rows(find, seq)[0],
    close: () => db.close(),
  };
}
