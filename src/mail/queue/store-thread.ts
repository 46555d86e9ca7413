// The store thread: the only writer of the queue. `startStoreThread` is the whole of it; below it the few lines that
// make it a worker.

import { join } from 'node:path';
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { createLog, type Log, type LogLevel } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { prepareBodyFolders } from './body-store.ts';
import type { QueueEngine } from './engine.ts';
import type { ContentKeys } from './sealed-content.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { StoreThread } from './store/store.ts';

export interface StoreThreadOptions {
  /** `node.data_dir`: holds `queue.db` and `bodies/`. */
  dataDir: string;
  /** Number of relay threads; nothing is handed out before each said what it holds, or ten seconds passed. */
  threads: number;
  /** `queue.low_water`, octets. */
  lowWater: number;
  /** `delivery.expire_after`, milliseconds. */
  expireAfterMs: number;
  /** `notices.delay_after`: the sender of what waits longer is told, milliseconds. */
  delayAfterMs: number;
  /** `queue.suppressed_hold`: recipients held for being suppressed end after it, milliseconds. */
  suppressedHoldMs: number;
  /** `delivery.connections_per_destination`: for sites of which no relay thread said otherwise. */
  connections: number;
  /** What is held after it was taken is sealed under the first of these. */
  contentKeys: ContentKeys;
  /** A checkpoint thread (checkpoint-thread.ts) moves the log into the queue's file, so that no commit waits for it. */
  checkpointThread?: boolean;
}

/** What cannot cross threads; tests give their own. */
export interface StoreThreadParts {
  log: Log;
  /** The disk failed: the process must end with code 70. Called once; nothing is answered afterwards. */
  fatal(error: unknown): void;
  clock?: Clock;
  /** Default: SQLite in `dataDir`. */
  engine?: QueueEngine;
}

/** The running store: attach ports to it, stop it. */
export interface RunningStore {
  /** A relay thread's port; its claims return when the port closes. */
  attachRelay(port: MessagePort, thread: number): void;
  /** The trace thread's port: gets `OutboxFrame`s, answers `OutboxAck`s. What was not acknowledged is sent again. */
  attachTrace(port: MessagePort): void;
  /** Main's port: `createStoreControl` (operations.ts) is the other end. */
  attachControl(port: MessagePort): void;
  /** Commits what has arrived, answers, closes the engine and all ports. */
  stop(): Promise<void>;
}

/** workerData of the store thread. Path of this file is the worker's entry. */
export interface StoreWorkerData {
  role: 'store';
  options: StoreThreadOptions;
  logLevel: LogLevel;
}

/** Main to the worker, over the worker's own port (`worker.postMessage`, ports transferred). */
export type StoreWorkerMessage =
  | { attach: 'relay'; port: MessagePort; thread: number }
  | { attach: 'trace'; port: MessagePort }
  | { attach: 'control'; port: MessagePort }
  /** The configuration was reloaded: how long messages live from now on, those in the queue too. */
  | { expireAfterMs: number }
  /** The worker ends with code 0 once all is written. */
  | { stop: true };

/** Exit code of the worker when the disk failed: main ends the process with the same. */
export const EXIT_DISK_FAILED = 70;

/** Opens the queue and starts to serve the ports that are attached. Throws where the queue cannot be opened. */
export function startStoreThread(options: StoreThreadOptions, parts: StoreThreadParts): RunningStore {
  const bodies = join(options.dataDir, 'bodies');
  prepareBodyFolders(bodies);
  const path = join(options.dataDir, 'queue.db');
  const { checkpointThread: helped = false } = options;
  const life = {
    path,
    helped,
    // A reload changes it, and the engine looks at it anew for each use.
    get expireAfterMs() {
      return options.expireAfterMs;
    },
  };
  const engine = parts.engine ?? openSqliteEngine(life);
  return new StoreThread(
    { ...options, bodies },
    {
      engine,
      log: parts.log,
      clock: parts.clock ?? systemClock,
      metrics: createMetrics(),
      fatal: (error) => parts.fatal(error),
    },
  );
}

function runAsWorker({ options, logLevel }: StoreWorkerData, main: MessagePort): void {
  const log = createLog({ level: logLevel, thread: 'store' });
  const store = startStoreThread(options, {
    log,
    fatal: (error) => {
      log.error('the disk of the queue failed', { err: error });
      process.exit(EXIT_DISK_FAILED);
    },
  });
  main.on('message', (message: StoreWorkerMessage) => {
    if ('stop' in message) {
      void store.stop().then(() => process.exit(0));
      return;
    }
    if ('expireAfterMs' in message) {
      options.expireAfterMs = message.expireAfterMs;
      return;
    }
    switch (message.attach) {
      case 'relay':
        store.attachRelay(message.port, message.thread);
        break;
      case 'trace':
        store.attachTrace(message.port);
        break;
      case 'control':
        store.attachControl(message.port);
        break;
      default:
        message satisfies never;
    }
  });
}

if (!isMainThread && parentPort !== null && (workerData as Partial<StoreWorkerData> | null)?.role === 'store') {
  runAsWorker(workerData as StoreWorkerData, parentPort);
}
