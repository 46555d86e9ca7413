// The reconciler over a real queue, a real trace and their threads' own code: nothing to say while all is well, and a
// recipient that vanished from the queue's file is named.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { systemClock } from '../../platform/clock.ts';
import { createTestLog } from '../../platform/log.ts';
import type { MessageMeta, Outcome } from '../message.ts';
import { createStoreControl, type StoreControl } from '../queue/operations.ts';
import type { Work } from '../queue/queue.ts';
import { createQueueIds } from '../queue/queue-id.ts';
import { createQueueClient, type QueueClient } from '../queue/relay-client.ts';
import { startStoreThread } from '../queue/store-thread.ts';
import { createReader } from '../trace/reader.ts';
import { sampleAttempt, sampleMeta } from '../trace/sample-events.ts';
import { createTraceClient } from '../trace/trace-client.ts';
import { startTraceThread } from '../trace/trace-thread.ts';
import { acceptedEvent } from './events.ts';
import { makeNotices } from './notices/notices.ts';
import { createReconciler, type Reconciler } from './reconciler.ts';
import { settlementFor } from './settle.ts';

const HOUR_MS = 3_600_000;
const newId = createQueueIds({ node: 0, thread: 0, now: Date.now });

interface Running {
  queue: QueueClient;
  control: StoreControl;
  reconciler: Reconciler;
  stop(): Promise<void>;
}

function start(folder: string): Running {
  const log = createTestLog();
  const store = startStoreThread(
    {
      dataDir: folder,
      threads: 1,
      lowWater: 0,
      expireAfterMs: 24 * HOUR_MS,
      delayAfterMs: 12 * HOUR_MS,
      suppressedHoldMs: HOUR_MS,
      contentKeys: [],
      connections: 20,
    },
    { log, fatal: (error) => assert.fail(String(error)) },
  );
  const [relay, outbox, asked, traced] = [1, 2, 3, 4].map(() => new MessageChannel()) as [
    MessageChannel,
    MessageChannel,
    MessageChannel,
    MessageChannel,
  ];
  store.attachRelay(relay.port1, 0);
  store.attachTrace(outbox.port1);
  store.attachControl(asked.port1);
  const traceFolder = join(folder, 'trace');
  startTraceThread(
    {
      role: 'trace',
      folder: traceFolder,
      relays: [],
      logLevel: 'error',
      batch: { ms: 10, events: 1000 },
      store: outbox.port2,
      control: traced.port1,
    },
    { log },
  );
  const trace = createTraceClient(traced.port2);
  const queue = createQueueClient({ port: relay.port2, thread: 0, log });
  const control = createStoreControl(asked.port2);
  const reader = createReader({ traceFolder, queueFile: join(folder, 'queue.db'), log });
  const reconciler = createReconciler({
    // An hour later: all messages are old enough to be looked for.
    clock: { ...systemClock, now: () => Date.now() + HOUR_MS },
    log,
    queueSums: async () => {
      const { seq, accepted, final, queued, deferred, held, quarantined } = await control.counts();
      return { seq, accepted, final, inQueue: queued + deferred + held + quarantined };
    },
    traceTotals: (seq) => trace.totals({ seq }),
    lost: (acceptedBefore, page) => reader.lost(acceptedBefore, page),
  });
  return {
    queue,
    control,
    reconciler,
    async stop() {
      queue.close();
      await store.stop();
      await trace.close();
      control.close();
      await reader.close();
    },
  };
}

async function send(queue: QueueClient, change: Partial<MessageMeta> = {}): Promise<Work> {
  const meta = { ...sampleMeta(Date.now(), 0, change), id: newId() };
  const recipients = [{ address: 'bob@example.org', destination: 'example.org' }];
  const result = await queue.enqueue(
    {
      meta,
      body: { kind: 'inline', bytes: Buffer.from('hello\r\n') },
      recipients,
      events: [JSON.stringify(acceptedEvent(meta, ['bob@example.org']))],
    },
    true,
  );
  assert.equal(result.kind, 'accepted');
  const claimed = result.kind === 'accepted' ? result.claimed : [];
  return {
    row: result.kind === 'accepted' ? result.row : 0,
    meta,
    destination: 'example.org',
    recipients: claimed,
    heldMs: 0,
    task: 'deliver',
  };
}

async function settle(queue: QueueClient, work: Work, outcome: Outcome): Promise<void> {
  const now = Date.now();
  const [notices] = makeNotices([{ work, told: [{ outcome }], retryUntil: now, hidden: false }], {
    allowed: 'yes',
    hostname: 'relay.example',
    newId,
    now,
    languages: ['en'],
    returned: { kind: 'nothing' },
  });
  const settlement = settlementFor(work, [outcome], {
    now,
    retryDelay: () => HOUR_MS,
    expireAfterMs: 24 * HOUR_MS,
    notices: notices ?? assert.fail(),
  });
  assert.equal(await queue.settle(settlement), true);
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-reconciler-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('after a restart with nothing new to tell, all comes out even at once', { timeout: 20_000 }, async (t) => {
  const folder = makeFolder(t);
  const first = start(folder);
  const attempt = sampleAttempt(Date.now(), 'mx.example.org');
  await settle(first.queue, await send(first.queue), { kind: 'delivered', reply: { code: 250, text: 'Ok' }, attempt });
  await first.reconciler.run();
  while ((await first.control.counts()).events_pending > 0) await wait(50);
  await first.stop();
  const again = start(folder);
  for (let i = 0; i < 2; i++) assert.deepEqual(await again.reconciler.run(), { faults: [], lost: [], unknown: [] });
  await again.stop();
});

test('delivered, deferred, bounced with its notice: all comes out even; a vanished recipient is named', async (t) => {
  const folder = makeFolder(t);
  const attempt = sampleAttempt(Date.now(), 'mx.example.org');
  const first = start(folder);
  const reply = { code: 550, enhanced: '5.1.1', text: 'no such user' };
  const cause = { from: 'remote', stage: 'rcpt', host: 'mx.example.org', reply } as const;
  const deferred: Work[] = [];
  for (let i = 0; i < 3; i++) {
    await settle(first.queue, await send(first.queue), {
      kind: 'delivered',
      reply: { code: 250, text: 'Ok' },
      attempt,
    });
    await settle(first.queue, await send(first.queue), { kind: 'bounced', cause, attempt });
    const work = await send(first.queue);
    await settle(first.queue, work, {
      kind: 'deferred',
      cause: { from: 'us', cause: 'connect-failed' },
      scope: 'recipient',
    });
    deferred.push(work);
  }
  for (let i = 0; i < 3; i++) assert.deepEqual(await first.reconciler.run(), { faults: [], lost: [], unknown: [] });
  const counts = await first.control.counts();
  assert.equal(counts.accepted, 12, 'nine messages and three notices');
  await first.stop();

  const lost = deferred[1] ?? assert.fail();
  const database = new DatabaseSync(join(folder, 'queue.db'));
  database.prepare('delete from recipient where row = ?').run(lost.recipients[0]?.row ?? assert.fail());
  database.prepare('delete from message where row = ?').run(lost.row);
  database.close();

  const second = start(folder);
  t.after(() => second.stop());
  assert.deepEqual((await second.reconciler.run()).lost, []);
  const report = await second.reconciler.run();
  assert.deepEqual(report.lost, [{ id: lost.meta.id, open: 1 }]);
  assert.match(report.faults.join(), new RegExp(lost.meta.id));
});
