// One worker thread that is kept alive: when it ends by itself it is started again, and somebody is told.

import { Worker } from 'node:worker_threads';
import type { Log } from '../platform/log.ts';

/** Waits between an end and the next start, milliseconds; the last one repeats. */
const RESTART_DELAYS = [0, 100, 500, 2000, 5000];
/** A thread that ran this long starts anew at once when it ends. */
const STEADY_MS = 60_000;

export interface KeptWorker {
  /** The running worker; another one after a restart. */
  readonly worker: Worker;
  /** How often it was started again, and when it was started last, milliseconds since 1970. */
  readonly restarts: number;
  readonly since: number;
  /** Ends it for good. Resolves once it is gone; after `graceMs` it is terminated. */
  end(graceMs: number): Promise<void>;
}

export interface WorkerOptions {
  name: string;
  /** Starts a worker and gives it what it needs; called anew for each restart. */
  start: () => Worker;
  log: Log;
  /** Told of each end that nobody asked for, before the restart. `fatal` ends the process instead. */
  ended: (name: string, code: number) => 'restart' | 'fatal';
}

/** Starts a worker and keeps it alive until `end`. */
export function keepWorker(options: WorkerOptions): KeptWorker {
  let ending = false;
  let failures = 0;
  let restarts = -1;
  let since = 0;
  let current = begin();
  let gone: (() => void) | undefined;

  function begin(): Worker {
    const worker = options.start();
    restarts += 1;
    since = Date.now();
    const startedAt = performance.now();
    worker.on('error', (err) => options.log.error('thread failed', { name: options.name, err }));
    worker.once('exit', (code) => {
      if (ending) {
        gone?.();
        return;
      }
      options.log.error('thread ended', { name: options.name, code });
      if (options.ended(options.name, code) === 'fatal') return;
      failures = performance.now() - startedAt > STEADY_MS ? 0 : failures + 1;
      const delay = RESTART_DELAYS[Math.min(failures, RESTART_DELAYS.length) - 1] ?? 0;
      setTimeout(() => {
        if (!ending) current = begin();
        else gone?.();
      }, delay);
    });
    return worker;
  }

  return {
    get worker() {
      return current;
    },
    get restarts() {
      return restarts;
    },
    get since() {
      return since;
    },
    end(graceMs) {
      ending = true;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          options.log.warn('thread did not end in time', { name: options.name });
          void current.terminate();
        }, graceMs);
        gone = () => {
          clearTimeout(timer);
          resolve();
        };
        if (current.threadId === -1) gone();
      });
    },
  };
}
