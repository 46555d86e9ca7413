// How long the log of the queue's file is, and how much of it is not in the file yet.
//
// SQLite is asked, and never the files beside the database: to close a descriptor of one of them, as the end of a thread
// does too, gives up the locks that this process has on it (https://sqlite.org/howtocorrupt.html, 2.2). Another process
// that then opens the queue takes itself for the only one, and removes the log that is in use.

import type { DatabaseSync } from 'node:sqlite';

export interface LogLength {
  /** Pages in the log. */
  frames: number;
  /** Those that are not in the file. */
  pending: number;
}

export interface WriteAheadLog {
  /** Takes no lock and some two microseconds. Outside of a transaction only. */
  length(): LogLength;
}

/** The log of this database, seen over a connection of this thread's own. */
export function openWriteAheadLog(database: DatabaseSync): WriteAheadLog {
  const ask = database.prepare('pragma wal_checkpoint(noop)');
  return {
    length() {
      const answer = ask.get();
      const frames = Math.max(0, Number(answer?.['log']));
      return { frames, pending: Math.max(0, frames - Number(answer?.['checkpointed'])) };
    },
  };
}
