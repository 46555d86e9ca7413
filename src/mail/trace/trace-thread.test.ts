import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { createTestLog } from '../../platform/log.ts';
import type { RejectedEvent } from '../report/events.ts';
import { openFeedReader } from './feed-reader.ts';
import { createRejections } from './rejections.ts';
import { deliveredTexts, sampleMeta } from './sample-events.ts';
import type { OutboxRow, OutboxSynced, TraceThreadOptions } from './trace.ts';
import { createTraceClient } from './trace-client.ts';
import { parseTraceQuery } from './trace-query.ts';
import { openTraceReader } from './trace-reader.ts';
import { startTraceThread } from './trace-thread.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-trace-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function row(n: number): OutboxRow {
  return { seq: n, events: deliveredTexts(sampleMeta(NOON, n), ['bob@example.org']).join('\n') };
}

/** Stands for the store thread: keeps rows until they are synced, and hands all of them to a new trace thread. */
class Outbox {
  readonly rows = new Map<number, OutboxRow>();
  #port: MessagePort | undefined;
  #last = 0;

  attach(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    port.on('message', (answers: OutboxSynced[]) => {
      for (const { synced } of answers) for (const seq of this.rows.keys()) if (seq <= synced) this.rows.delete(seq);
    });
    this.#post([...this.rows.values()]);
  }

  commit(count: number): void {
    const rows: OutboxRow[] = [];
    for (let i = 0; i < count; i++) rows.push(row(++this.#last));
    for (const one of rows) this.rows.set(one.seq, one);
    this.#post(rows);
  }

  get last(): number {
    return this.#last;
  }

  close(): void {
    this.#port?.close();
  }

  #post(rows: OutboxRow[]): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    if (rows.length > 0) this.#port?.postMessage(rows);
  }
}

function startHere(t: TestContext, folder: string, batch = { ms: 20, events: 1000 }) {
  const control = new MessageChannel();
  startTraceThread(
    { role: 'trace', folder, relays: [], control: control.port1, logLevel: 'error', batch },
    { log: createTestLog() },
  );
  const client = createTraceClient(control.port2);
  t.after(() => client.close());
  const outbox = new Outbox();
  const store = new MessageChannel();
  client.attachStore(store.port1);
  outbox.attach(store.port2);
  t.after(() => outbox.close());
  return { client, outbox };
}

async function until(condition: () => boolean, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    assert.ok(performance.now() < end, 'took too long');
    await wait(5);
  }
}

function count(folder: string, text = ''): number {
  const parsed = parseTraceQuery(text, NOON);
  const reader = openTraceReader(folder);
  const page = reader.search(parsed.kind === 'query' ? parsed.query : assert.fail(), { limit: 1_000_000 });
  reader.close();
  return page.entries.length;
}

test('rows are told as synced once they are found', async (t) => {
  const folder = makeFolder(t);
  const { client, outbox } = startHere(t, folder);
  outbox.commit(30);
  await until(() => outbox.rows.size === 0);
  assert.equal(count(folder, 'status:delivered'), 30);
  assert.deepEqual(await client.totals({ seq: 30 }), { seq: 30, accepted: 30, final: 30, duplicates: 0 });
});

test('sums are of the place that is asked for, and waited for', async (t) => {
  const { client, outbox } = startHere(t, makeFolder(t));
  const later = client.totals({ seq: 12 });
  outbox.commit(10);
  await until(() => outbox.rows.size === 0);
  assert.equal((await client.totals({ seq: 4 })).accepted, 4);
  outbox.commit(5);
  assert.equal((await later).accepted, 12);
});

test('events of watched customers are fed, from the start or from when it is said, and the day is told', async (t) => {
  const folder = makeFolder(t);
  const control = new MessageChannel();
  startTraceThread(
    { role: 'trace', folder, relays: [], control: control.port1, logLevel: 'error', watched: ['acme'] },
    { log: createTestLog() },
  );
  const fed: string[] = [];
  const client = createTraceClient(control.port2, undefined, (days) => fed.push(...days));
  t.after(() => client.close());
  const outbox = new Outbox();
  const store = new MessageChannel();
  client.attachStore(store.port1);
  outbox.attach(store.port2);
  t.after(() => outbox.close());
  outbox.commit(1);
  await until(() => outbox.rows.size === 0);
  await until(() => fed.length === 1);
  assert.deepEqual(fed, ['2026-11-22']);
  client.watch(['globex']);
  outbox.commit(1);
  await until(() => outbox.rows.size === 0);
  client.watch('all');
  outbox.commit(1);
  await until(() => fed.length === 2);
  const reader = openFeedReader(folder);
  assert.equal(reader.last('2026-11-22'), 2);
  reader.close();
});

test('a full batch does not wait for its time', async (t) => {
  const { outbox } = startHere(t, makeFolder(t), { ms: 60_000, events: 100 });
  outbox.commit(49);
  await wait(50);
  assert.equal(outbox.rows.size, 49);
  outbox.commit(1);
  await until(() => outbox.rows.size === 0);
});

test('what cannot be written waits in the outbox and is written when it can be', async (t) => {
  const folder = makeFolder(t);
  const { outbox } = startHere(t, folder);
  renameSync(folder, `${folder}.away`);
  writeFileSync(folder, 'not a folder');
  outbox.commit(3);
  await wait(100);
  assert.equal(outbox.rows.size, 3);
  rmSync(folder);
  renameSync(`${folder}.away`, folder);
  await until(() => outbox.rows.size === 0);
  assert.equal(count(folder), 3);
});

test('refusals: each by itself up to the rate, then counts by reply and source', async (t) => {
  const folder = makeFolder(t);
  const { client } = startHere(t, folder);
  const relay = new MessageChannel();
  client.attachRelay(relay.port1);
  const clock = { at: 0, now: () => NOON, monotonic: () => clock.at };
  const limits = { rejections_per_second: 5 };
  const rejections = createRejections({ port: relay.port2, limits, clock });
  const refusal: RejectedEvent = {
    type: 'message.rejected',
    at: NOON,
    ip: '192.0.2.1',
    reply: 'relayDenied',
    code: 550,
  };
  for (let i = 0; i < 100; i++) rejections.add(refusal);
  for (let i = 0; i < 20; i++) rejections.add({ ...refusal, ip: '192.0.2.2' });
  clock.at += 1000;
  rejections.add({ ...refusal, reply: 'later' });
  await until(() => count(folder) === 8);
  const reader = openTraceReader(folder);
  t.after(() => reader.close());
  const parsed = parseTraceQuery('status:rejected relayDenied', NOON);
  const { entries } = reader.search(parsed.kind === 'query' ? parsed.query : assert.fail(), { limit: 100 });
  const counted = entries.filter((entry) => entry.count !== undefined);
  assert.deepEqual(Object.fromEntries(counted.map((entry) => [entry.ip, entry.count])), {
    '192.0.2.1': 95,
    '192.0.2.2': 20,
  });
  // A reload changes the section in place.
  limits.rejections_per_second = 7;
  clock.at += 1000;
  const before = count(folder);
  for (let i = 0; i < 7; i++) rejections.add({ ...refusal, ip: '192.0.2.3' });
  await until(() => count(folder) === before + 7);
  rejections.close();
});

test('a flood of sources is counted in bounded memory', async (t) => {
  const folder = makeFolder(t);
  const { client } = startHere(t, folder);
  const relay = new MessageChannel();
  client.attachRelay(relay.port1);
  const rejections = createRejections({
    port: relay.port2,
    limits: { rejections_per_second: 1 },
    clock: { now: () => NOON, monotonic: () => 0 },
  });
  for (let i = 0; i < 5000; i++) {
    rejections.add({
      type: 'message.rejected',
      at: NOON,
      ip: `10.0.${i >> 8}.${i & 255}`,
      reply: 'relayDenied',
      code: 550,
    });
  }
  rejections.close();
  await until(() => count(folder) > 0);
  await client.flush();
  assert.equal(count(folder), 1 + 200 + 1);
});

test('the trace thread, ended again and again under load, loses nothing and doubles nothing', async (t) => {
  const folder = makeFolder(t);
  const outbox = new Outbox();
  t.after(() => outbox.close());
  const rounds = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 8);
  for (let round = 0; round <= rounds; round++) {
    const [control, store] = [new MessageChannel(), new MessageChannel()];
    const workerData: TraceThreadOptions = {
      role: 'trace',
      folder,
      store: store.port1,
      relays: [],
      control: control.port1,
      logLevel: 'error',
      batch: { ms: 3, events: 60 },
    };
    const worker = new Worker(new URL('./trace-thread.ts', import.meta.url), {
      workerData,
      transferList: [store.port1, control.port1],
    });
    outbox.attach(store.port2);
    const client = createTraceClient(control.port2);
    if (round === rounds) {
      await until(() => outbox.rows.size === 0);
      const total = outbox.last;
      assert.deepEqual(await client.totals({ seq: total }), {
        seq: total,
        accepted: total,
        final: total,
        duplicates: 0,
      });
      await client.close();
      await worker.terminate();
      break;
    }
    const end = performance.now() + 80 + Math.random() * 60;
    while (performance.now() < end) {
      outbox.commit(5);
      await wait(1);
    }
    await worker.terminate();
    control.port2.close();
  }
  assert.equal(count(folder), outbox.last);
  assert.ok(outbox.last > 100, String(outbox.last));
});
