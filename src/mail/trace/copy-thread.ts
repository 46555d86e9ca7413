// A thread that copies one day and ends.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { copyDay } from './copy-day.ts';

/** What the thread is given. */
export interface CopyDayTask {
  role: 'copy-day';
  folder: string;
  day: string;
  to: string;
}

/** The lowest: mail comes first. */
const PRIORITY = 19;

const given = workerData as CopyDayTask | null;
if (given?.role === 'copy-day') {
  // On Linux 0 is the calling thread, not the process.
  setPriority(0, PRIORITY);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a worker has no origin
  parentPort?.postMessage(copyDay(given.folder, given.day, given.to));
}
