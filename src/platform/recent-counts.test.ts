import assert from 'node:assert/strict';
import test from 'node:test';
import { createMetrics } from './metrics.ts';
import { countsOf, lastHour, openRecentCounts, quantileOf, SLOT_MS } from './recent-counts.ts';

function world() {
  let now = 1_000 * SLOT_MS;
  const threads = [createMetrics(), createMetrics()] as const;
  const counters = threads.map((metrics) => metrics.counter('mail_total', 'Mail.', ['kind']));
  const histogram = threads[0].histogram('scan_seconds', 'Scans.', [0.1, 1, 10]);
  let heard: readonly number[] = [0, 1];
  const recent = openRecentCounts({
    snapshots: () => Promise.all(heard.map((thread) => threads[thread as 0 | 1].snapshot())),
    names: ['mail_total', 'scan_seconds'],
    clock: { now: () => now },
  });
  return {
    recent,
    histogram,
    add: (thread: 0 | 1, count: number, kind: string) => counters[thread]?.add(count, { kind }),
    pass: (ms: number) => (now += ms),
    hear: (...numbers: number[]) => (heard = numbers),
    [Symbol.dispose]: () => recent.close(),
  };
}

test('what is new is counted in the slot of its time, over all threads, and leaves after an hour', async () => {
  using w = world();
  w.add(0, 3, 'good');
  w.add(1, 4, 'good');
  await w.recent.read();
  w.pass(SLOT_MS);
  w.add(1, 5, 'good');
  w.add(0, 1, 'bad');
  const hour = await w.recent.read();
  const [good] = countsOf(hour, 'mail_total', { kind: 'good' });
  assert.deepEqual([good?.now, good?.slots.slice(-3)], [12, [0, 7, 5]]);
  assert.equal(lastHour(good ?? { slots: [] }), 12);
  assert.equal(countsOf(hour, 'mail_total').length, 2);
  assert.equal(hour.starts.at(-1), 1_001 * SLOT_MS);
  w.pass(11 * SLOT_MS);
  const later = countsOf(await w.recent.read(), 'mail_total', { kind: 'good' });
  assert.deepEqual([later[0]?.slots[0], lastHour(later[0] ?? { slots: [] })], [5, 5]);
});

test('a thread that is late takes nothing off what was counted, nor adds it twice', async () => {
  using w = world();
  w.add(0, 10, 'good');
  w.add(1, 10, 'good');
  await w.recent.read();
  w.hear(0);
  w.add(0, 2, 'good');
  assert.equal(lastHour(countsOf(await w.recent.read(), 'mail_total')[0] ?? { slots: [] }), 20);
  w.hear(0, 1);
  assert.equal(lastHour(countsOf(await w.recent.read(), 'mail_total')[0] ?? { slots: [] }), 22);
});

test('a share of what a histogram saw lies under one of its buckets', async () => {
  using w = world();
  assert.equal(quantileOf(await w.recent.read(), 'scan_seconds', 0.5), undefined);
  for (let i = 0; i < 9; i++) w.histogram.observe(0.05);
  w.histogram.observe(5);
  const hour = await w.recent.read();
  assert.deepEqual([quantileOf(hour, 'scan_seconds', 0.5), quantileOf(hour, 'scan_seconds', 0.95)], [0.1, 10]);
  for (let i = 0; i < 100; i++) w.histogram.observe(60);
  assert.equal(quantileOf(await w.recent.read(), 'scan_seconds', 0.95), 10);
});
