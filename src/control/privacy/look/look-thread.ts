// The thread of the job that looks: one run, then it ends.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type LookTask, look } from './look.ts';

/** The lowest: mail comes first. */
const PRIORITY = 19;

const given = workerData as LookTask | null;
if (given?.role === 'look') {
  // On Linux 0 is the calling thread, not the process.
  setPriority(0, PRIORITY);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  parentPort?.postMessage(look(given));
}
