// The store thread: the only writer of the queue. `startStoreThread` is the whole of it; below it the few lines that
// make it a worker.

import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../../platform/clock.ts';
import type { Log, LogLevel } from '../../platform/log.ts';
import type { QueueEngine } from './engine.ts';

export interface StoreThreadOptions {
  /** `node.data_dir`: holds `queue.db` and `bodies/`. */
  dataDir: string;
  /** Number of relay threads; nothing is handed out before each said what it holds, or ten seconds passed. */
  threads: number;
  /** `queue.low_water`, octets. */
  lowWater: number;
  /** `delivery.expire_after`, milliseconds. */
  expireAfterMs: number;
  /** `delivery.connections_per_destination`: for sites of which no relay thread said otherwise. */
  connections: number;
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

export interface StoreThread {
  /** A relay thread's port; its claims return when the port closes. */
  attachRelay(port: MessagePort, thread: number): void;
  /** The trace thread's port: gets `OutboxFrame`s, answers `OutboxAck`s. What was not acknowledged is sent again. */
  attachTrace(port: MessagePort): void;
  /** Main's port: `StoreRequestFrame` in, `StoreResponseFrame` out (operations.ts). */
  attachControl(port: MessagePort): void;
  /** Commits what has arrived, answers, closes the engine and all ports. */
  stop(): Promise<void>;
}

/** Store thread to trace thread, in arrays: events of one commit, JSON texts joined with line feeds. */
export interface OutboxFrame {
  seq: number;
  events: string;
}

/** Trace thread to store thread, in arrays: all up to `synced` is durable in the trace. */
export interface OutboxAck {
  synced: number;
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
  /** The worker answers `{ stopped: true }` and ends with code 0. */
  | { stop: true };

/** Exit code of the worker when the disk failed: main ends the process with the same. */
export const EXIT_DISK_FAILED = 70;

/** Opens the queue and starts to serve the ports that are attached. Throws where the queue cannot be opened. */
export function startStoreThread(options: StoreThreadOptions, parts: StoreThreadParts): StoreThread {
  void options;
  throw new Error('not built yet', { cause: parts });
}
