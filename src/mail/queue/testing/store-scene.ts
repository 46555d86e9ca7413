// A store thread's insides in the test's own thread, with relay clients, a trace and a control at its ports.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createTestLog } from '../../../platform/log.ts';
import { createStoreControl, type StoreControl } from '../operations.ts';
import type { NewMessage, Work } from '../queue.ts';
import { createQueueClient, type QueueClient } from '../relay-client.ts';
import { contentKeys } from '../sealed-content.ts';
import type { OutboxFrame } from '../store/outbox-feed.ts';
import {
  type RunningStore,
  type StoreThreadOptions,
  type StoreThreadParts,
  startStoreThread,
} from '../store-thread.ts';

/** A log that nobody reads. */
export const LOG = createTestLog();
/** What content is sealed under. */
export const KEYS = contentKeys([Buffer.alloc(32, 5)]);
/** What a test opened, to be closed behind it in the opposite order. */
export const cleanups: (() => unknown)[] = [];
/** Closes what tests opened: for `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}

/** A store thread's insides in this thread, with relay clients, a trace and a control at its ports. */
export async function scene(options: Partial<StoreThreadOptions> = {}, parts: Partial<StoreThreadParts> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'easymail-store-'));
  cleanups.push(() => rm(dataDir, { recursive: true }));
  const settings = {
    dataDir,
    threads: 1,
    lowWater: 0,
    expireAfterMs: 3_600_000,
    delayAfterMs: 1_800_000,
    suppressedHoldMs: 3_600_000,
    connections: 20,
    contentKeys: KEYS,
    ...options,
  };
  const faults: unknown[] = [];
  const start = () => {
    const store = startStoreThread(settings, { log: LOG, fatal: (error) => void faults.push(error), ...parts });
    cleanups.push(() => store.stop());
    return store;
  };
  return { dataDir, faults, store: start(), start };
}

/** A relay thread's client at a store; `work` is what it was given. */
export function relay(store: RunningStore, thread = 0): { client: QueueClient; work: Work[]; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  store.attachRelay(port1, thread);
  const client = createQueueClient({ port: port2, thread, log: LOG });
  const work: Work[] = [];
  client.onWork((some) => void work.push(...some));
  cleanups.push(() => client.close());
  return { client, work, port: port2 };
}

/** Main's control of a store. */
export function control(store: RunningStore): StoreControl {
  const { port1, port2 } = new MessageChannel();
  store.attachControl(port1);
  const opened = createStoreControl(port2);
  cleanups.push(() => opened.close());
  return opened;
}

/** A trace thread that notes what it gets, and acknowledges when told to. */
export function trace(store: RunningStore) {
  const { port1, port2 } = new MessageChannel();
  store.attachTrace(port1);
  const rows: OutboxFrame[] = [];
  // The first frame may only say how far the trace has come.
  port2.on('message', (frames: OutboxFrame[]) => rows.push(...frames.filter(({ events }) => events !== '')));
  cleanups.push(() => port2.close());
  return { rows, acknowledge: (synced: number) => port2.postMessage([{ synced }]), close: () => port2.close() };
}

/** Waits for a condition, five seconds at most. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return;
    await wait(10);
  }
  assert.fail(`never: ${what}`);
}

/** Enqueues what must be accepted. */
export async function accepted(client: QueueClient, message: NewMessage, claim = true) {
  const result = await client.enqueue(message, claim);
  if (result.kind !== 'accepted') assert.fail(result.kind);
  return result;
}
