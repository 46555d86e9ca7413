// The checkpoint thread: moves what the store thread has committed from the log into the queue's file, so that no
// commit waits for it. It writes no transaction: of those the store thread is the only writer.

import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { LOG_PAGES } from './sqlite/checkpoint.ts';
import { faultCode } from './sqlite/fault.ts';
import { openWriteAheadLog } from './sqlite/write-ahead-log.ts';
import { EXIT_DISK_FAILED } from './store-thread.ts';

/** Half of a log is moved at once: what comes and goes meanwhile is never written to the file. */
const PAGES_AT_ONCE = LOG_PAGES / 2;
const LOOK_EVERY_MS = 100;
/** Once the log is to begin again, the thread keeps close behind, so that the store thread finds little left. */
const CLOSE_BEHIND = { pages: 128, lookEveryMs: 10 };
/** After the disk was full. */
const AGAIN_MS = 5000;
/** After a crash the store thread may be reading the log when this one opens the file. Nothing else is waited for. */
const RECOVERY_MS = 10_000;

/** workerData of the checkpoint thread. Path of this file is the worker's entry. It ends when it gets any message. */
export interface CheckpointWorkerData {
  role: 'checkpoint';
  /** `queue.db`; it need not be there yet. */
  path: string;
}

async function moveForEver(path: string, signal: AbortSignal): Promise<void> {
  // The store thread makes the file, and the index with it.
  while (!existsSync(`${path}-shm`)) await wait(LOOK_EVERY_MS, undefined, { signal });
  const database = new DatabaseSync(path, { timeout: RECOVERY_MS });
  database.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0');
  const log = openWriteAheadLog(database);
  const checkpoint = database.prepare('pragma wal_checkpoint(passive)');
  for (;;) {
    const { frames, pending } = log.length();
    const near = frames >= LOG_PAGES;
    const due = pending >= (near ? CLOSE_BEHIND.pages : PAGES_AT_ONCE);
    const moved = !due || move(checkpoint);
    const pause = near ? CLOSE_BEHIND.lookEveryMs : LOOK_EVERY_MS;
    await wait(moved ? pause : AGAIN_MS, undefined, { signal });
  }
}

/** False where there was no space for it. */
function move(checkpoint: StatementSync): boolean {
  try {
    checkpoint.get();
    return true;
  } catch (error) {
    // A sync that failed must not be tried again as if nothing were: what is on the disk is unknown.
    if (faultCode(error) === 'broken') throw error;
    return false;
  }
}

async function runAsWorker({ path }: CheckpointWorkerData, main: MessagePort): Promise<void> {
  const ended = new AbortController();
  main.once('message', () => ended.abort());
  try {
    await moveForEver(path, ended.signal);
  } catch (error) {
    if (ended.signal.aborted) process.exit(0);
    if (faultCode(error) !== 'broken') throw error;
    process.exit(EXIT_DISK_FAILED);
  }
}

const given = workerData as Partial<CheckpointWorkerData> | null;
if (!isMainThread && parentPort !== null && given?.role === 'checkpoint') {
  await runAsWorker(given as CheckpointWorkerData, parentPort);
}
