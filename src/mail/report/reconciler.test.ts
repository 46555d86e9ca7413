import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestLog } from '../../platform/log.ts';
import type { QueueId } from '../message.ts';
import type { LostPage } from '../trace/read-messages.ts';
import { createReconciler, type QueueSums, type ReconcilerOptions } from './reconciler.ts';

const EVEN: QueueSums = { seq: 10, accepted: 100, final: 90, inQueue: 10 };

function make(change: Partial<ReconcilerOptions> = {}) {
  return createReconciler({
    clock: { now: () => Date.parse('2026-11-22T12:00:00Z'), monotonic: () => 0 },
    log: createTestLog(),
    queueSums: async () => EVEN,
    traceTotals: async (seq) => ({ seq, accepted: 100, final: 90, duplicates: 0 }),
    lost: async () => ({ kind: 'ok', value: { lost: [], looked: 0 } }),
    ...change,
  });
}

test('nothing to say where all comes out even', async () => {
  const reconciler = make();
  for (let i = 0; i < 3; i++) assert.deepEqual(await reconciler.run(), { faults: [], lost: [], unknown: [] });
});

test('a recipient that the queue lost shows in its own sums, on the second run', async () => {
  const reconciler = make({ queueSums: async () => ({ ...EVEN, inQueue: 9 }) });
  assert.deepEqual((await reconciler.run()).faults, []);
  assert.match(
    (await reconciler.run()).faults[0] ?? '',
    /accepted 100 recipients, finished 90 and holds 9: a difference of 1/,
  );
});

test('a difference that stays while mail flows is seen', async () => {
  let more = 0;
  const queueSums = async () => {
    more += 1000;
    return { seq: 10 + more, accepted: 100 + more, final: 90 + more, inQueue: 9 };
  };
  const reconciler = make({ queueSums });
  await reconciler.run();
  assert.equal((await reconciler.run()).faults.length, 1);
});

test('a second final event is told once', async () => {
  let duplicates = 0;
  const reconciler = make({ traceTotals: async (seq) => ({ seq, accepted: 100, final: 90, duplicates }) });
  assert.deepEqual((await reconciler.run()).faults, []);
  duplicates = 2;
  assert.match((await reconciler.run()).faults[0] ?? '', /^2 recipients had a second final event/);
  assert.deepEqual((await reconciler.run()).faults, []);
});

test('a final event that never came to the trace shows in the sums', async () => {
  const reconciler = make({ traceTotals: async (seq) => ({ seq, accepted: 100, final: 89, duplicates: 0 }) });
  await reconciler.run();
  assert.match(
    (await reconciler.run()).faults[0] ?? '',
    /accepted the trace knows 0 fewer than the queue, of final ones 1 fewer/,
  );
});

test('a difference that goes away by itself is none', async () => {
  let inQueue = 9;
  const reconciler = make({ queueSums: async () => ({ ...EVEN, inQueue }) });
  await reconciler.run();
  inQueue = 10;
  assert.deepEqual((await reconciler.run()).faults, []);
  inQueue = 8;
  assert.deepEqual((await reconciler.run()).faults, []);
});

test('a message that is open in the trace and not in the queue is named, on the second run', async () => {
  const id = '1k7tme5ve0000aaaa' as QueueId;
  let lost: LostPage = { lost: [{ id, open: 2 }], looked: 5 };
  const reconciler = make({ lost: async () => ({ kind: 'ok', value: lost }) });
  assert.deepEqual((await reconciler.run()).lost, []);
  const report = await reconciler.run();
  assert.deepEqual(report.lost, [{ id, open: 2 }]);
  assert.match(report.faults[0] ?? '', /1k7tme5ve0000aaaa \(2\)/);
  lost = { lost: [], looked: 5 };
  assert.deepEqual((await reconciler.run()).faults, []);
});

test('open messages are looked at page by page, and a page with suspects twice', async () => {
  const id = '1k7tme5ve0000aaaa' as QueueId;
  const asked: (string | undefined)[] = [];
  const reconciler = make({
    lost: async (_before, { after }) => {
      asked.push(after);
      if (after === undefined) return { kind: 'ok', value: { lost: [], looked: 2000, next: 'p2' } };
      if (after === 'p2') {
        const lost = asked.filter((page) => page === 'p2').length === 1 ? [{ id, open: 1 }] : [];
        return { kind: 'ok', value: { lost, looked: 2000, next: 'p3' } };
      }
      return { kind: 'ok', value: { lost: [], looked: 7 } };
    },
  });
  for (let i = 0; i < 5; i++) assert.deepEqual((await reconciler.run()).faults, []);
  assert.deepEqual(asked, [undefined, 'p2', 'p2', 'p3', undefined]);
});

test('what cannot be looked at is said, and is no alarm of lost mail', async () => {
  const reconciler = make({
    queueSums: async () => Promise.reject(new Error('the store thread is gone')),
    lost: async () => ({ kind: 'deadline' }),
  });
  await reconciler.run();
  const report = await reconciler.run();
  assert.deepEqual(report.faults, []);
  assert.deepEqual(report.unknown, ['the store thread is gone', 'open messages could not be looked for: deadline']);
});
