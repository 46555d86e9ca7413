// The thread that makes a backup: slow by intent, so that mail goes on as before. It asks main to have the store thread keep
// what a copy needs.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type BackupTask, makeBackup } from './make-backup.ts';
import type { Manifest } from './manifest.ts';

/** What the thread is given. */
export type BackupThreadTask = { role: 'backup'; pacePerSecond: number } & Omit<
  BackupTask,
  'now' | 'pace' | 'keep' | 'progress'
>;

/** Thread to main. */
export type FromBackup =
  | { op: 'keep'; on: boolean }
  | { op: 'progress'; step: string; octets: number; done: number }
  | { op: 'made'; manifest: Manifest }
  | { op: 'failed'; message: string };

/** Main to thread: the store thread keeps, or let go; or it could not be asked. */
export interface KeptAnswer {
  kept: boolean;
}

/** The lowest: mail comes first. */
const PRIORITY = 19;
/** Waits shorter than this are saved up. */
const SHORTEST_WAIT_MS = 20;

const given = workerData as BackupThreadTask | null;
if (given?.role === 'backup' && parentPort !== null) {
  const port = parentPort;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  const tell = (message: FromBackup) => port.postMessage(message);
  // On Linux 0 is the calling thread, not the process.
  setPriority(0, PRIORITY);
  let done = 0;
  const pace = createPace(given.pacePerSecond);
  const task: BackupTask = {
    ...given,
    now: Date.now,
    pace: (octets) => {
      done += octets;
      pace(octets);
    },
    keep: (on) =>
      new Promise((resolve, reject) => {
        port.once('message', ({ kept }: KeptAnswer) => {
          if (kept) resolve();
          else reject(new Error('the store thread is being started again; try once more'));
        });
        tell({ op: 'keep', on });
      }),
    progress: (step, octets) => tell({ op: 'progress', step, octets, done }),
  };
  makeBackup(task).then(
    (manifest) => tell({ op: 'made', manifest }),
    (err: unknown) => tell({ op: 'failed', message: err instanceof Error ? err.message : String(err) }),
  );
}

/** Waits as long as so many octets may take; the thread has nothing else to do. */
function createPace(perSecond: number): (octets: number) => void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let due = performance.now();
  return (octets) => {
    const now = performance.now();
    // What was not used is not saved up: no burst after a pause.
    due = Math.max(due, now) + (octets / perSecond) * 1000;
    if (due - now > SHORTEST_WAIT_MS) Atomics.wait(cell, 0, 0, due - now);
  };
}
