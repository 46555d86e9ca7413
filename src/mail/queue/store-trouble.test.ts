// The store thread when the disk or the thread itself fails.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { NewMessage } from './queue.ts';
import { createQueueClient } from './relay-client.ts';
import { openSqliteEngine } from './sqlite-engine.ts';
import { outcomes, sampleMessage, settlementOf } from './testing/queue-samples.ts';
import { accepted, cleanUp, cleanups, LOG, relay, scene, until } from './testing/store-scene.ts';

afterEach(cleanUp);

describe('store thread: a disk in trouble', () => {
  it('below the low-water mark new mail is refused, outcomes are written, and the relay is told', async () => {
    const { store, dataDir, start } = await scene();
    const message = sampleMessage();
    const first = relay(store).client;
    const { row } = await accepted(first, message);
    await store.stop();
    void dataDir;
    const { store: low } = await scene({ lowWater: Number.MAX_SAFE_INTEGER });
    const { client } = relay(low);
    assert.equal((await client.enqueue(sampleMessage())).kind, 'full');
    assert.equal(client.full, true);
    const again = relay(start()).client;
    assert.equal(await again.settle(settlementOf(message, { row }, outcomes.delivered)), true);
  });

  it('disk full: new mail gets `full`, outcomes wait and are written once there is room', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'easymail-store-'));
    cleanups.push(() => rm(dataDir, { recursive: true }));
    const engine = openSqliteEngine({ path: join(dataDir, 'queue.db'), expireAfterMs: 3_600_000, maxPages: 60 });
    const { store, faults } = await scene({}, { engine });
    const { client } = relay(store);
    const bytes = new Uint8Array(50_000);
    const kept: { message: NewMessage; row: number }[] = [];
    for (;;) {
      const message = sampleMessage({ body: { kind: 'inline', bytes } });
      const result = await client.enqueue(message);
      if (result.kind === 'full') break;
      assert.equal(result.kind, 'accepted');
      if (result.kind === 'accepted') kept.push({ message, row: result.row });
    }
    assert.ok(kept.length > 1);
    await until('told', () => client.full);
    for (const { message, row } of kept) {
      assert.equal(await client.settle(settlementOf(message, { row }, outcomes.delivered)), true);
    }
    await until('room again', () => !client.full);
    await accepted(client, sampleMessage({ body: { kind: 'inline', bytes } }));
    assert.deepEqual(faults, []);
  });

  it('a poisoned request fails alone, in the middle of others', async () => {
    const { store } = await scene();
    const { client } = relay(store);
    const good = sampleMessage();
    const poisoned = sampleMessage({ id: good.meta.id });
    const results = await Promise.all([good, poisoned, sampleMessage()].map((message) => client.enqueue(message)));
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['accepted', 'failed', 'accepted'],
    );
  });

  it('a broken disk ends it: nothing is answered any more', async () => {
    const { engine } = await import('./testing/broken-engine.ts');
    const { store, faults } = await scene({}, { engine });
    const { client } = relay(store);
    let answered = false;
    void client.enqueue(sampleMessage()).then(() => (answered = true));
    await until('fatal', () => faults.length === 1);
    await wait(30);
    assert.equal(answered, false);
  });
});

describe('store worker', () => {
  it('worker terminated under load: no answered message is lost, the process goes on, outcomes count once', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'easymail-store-'));
    cleanups.push(() => rm(dataDir, { recursive: true }));
    const options = { dataDir, threads: 1, lowWater: 0, expireAfterMs: 3_600_000, connections: 20 };
    const start = () => {
      const workerData = { role: 'store', options, logLevel: 'error' };
      return new Worker(new URL('store-thread.ts', import.meta.url), { workerData });
    };
    let worker = start();
    const attach = () => {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ attach: 'relay', port: port1, thread: 0 }, [port1]);
      return port2;
    };
    const client = createQueueClient({ port: attach(), thread: 0, log: LOG });
    cleanups.push(() => client.close());
    const kept = new Map<string, NewMessage>();
    const sending = new AbortController();
    const settling: Promise<boolean>[] = [];
    const session = async () => {
      while (!sending.signal.aborted) {
        const message = sampleMessage({ to: [`u@d${kept.size % 7}.test`] });
        const result = await client.enqueue(message);
        if (result.kind !== 'accepted') {
          await wait(5);
          continue;
        }
        kept.set(message.meta.id, message);
        if (result.claimed.length === 0) continue;
        settling.push(client.settle(settlementOf(message, { row: result.row }, outcomes.delivered)));
      }
    };
    const sessions = Array.from({ length: 20 }, session);
    for (let round = 0; round < 3; round++) {
      await wait(150);
      await worker.terminate();
      worker = start();
      client.reattach(attach());
    }
    await wait(100);
    sending.abort();
    await Promise.all(sessions);
    const results = await Promise.all(settling);
    assert.ok(results.every(Boolean));
    const ended = once(worker, 'exit');
    worker.postMessage({ stop: true }, []);
    assert.deepEqual(await ended, [0]);
    const engine = openSqliteEngine({ path: join(dataDir, 'queue.db'), expireAfterMs: 3_600_000 });
    const { accepted, final, queued } = await engine.totals();
    assert.equal(final, settling.length);
    assert.equal(accepted - final, queued);
    assert.ok(accepted >= kept.size, `${accepted} of ${kept.size}`);
    await engine.close();
  });
});
