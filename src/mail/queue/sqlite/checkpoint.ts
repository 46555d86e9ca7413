// Moves the log into the queue's file. The checkpoint thread moves most of it while the store thread goes on writing;
// only when next to nothing is left does the store thread move the rest itself, so that the log begins again from its
// start. Without that thread, or where it cannot keep up, the store thread moves all of it.
//
// SQLite's own checkpoints after a commit tell nobody when a sync failed, so they are off: here it is a fault.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openWriteAheadLog, type WriteAheadLog } from './write-ahead-log.ts';

/** 64 MB of log before it is begun again: rows that come and go meanwhile are never written twice. */
export const LOG_PAGES = 8192;
/** What the store thread moves by itself while the checkpoint thread is there: some milliseconds. */
const FEW_PAGES = 512;
/** At 256 MB of log nobody waits for the checkpoint thread any longer. */
const MOST_PAGES = 4 * LOG_PAGES;

export class Checkpoints {
  readonly #log: WriteAheadLog;
  readonly #run: StatementSync;
  readonly #helped: boolean;

  /** `helped`: a checkpoint thread is there. */
  constructor(database: DatabaseSync, helped: boolean) {
    database.exec('pragma wal_autocheckpoint = 0');
    this.#log = openWriteAheadLog(database);
    this.#run = database.prepare('pragma wal_checkpoint(passive)');
    this.#helped = helped;
  }

  /** After each commit. Throws what SQLite says where the log could not be moved or synced. */
  afterCommit(): void {
    const { frames, pending } = this.#log.length();
    if (frames < LOG_PAGES || (this.#helped && pending > FEW_PAGES && frames < MOST_PAGES)) return;
    // Busy is no fault: the checkpoint thread is at it, or a reader needs the log; the next commit tries again.
    this.#run.get();
  }
}
