import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDeliveries } from './deliveries.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;

test('the log of each webhook is cut to its newest rows, of some webhooks at a time; what waits stays', () => {
  const deliveries = openDeliveries(':memory:', NOON);
  const about = { type: 'domain.created', customer: 'acme', source: 'control', line: 0, at: NOON };
  const names = Array.from({ length: 1200 }, (_, n) => `whk_${String(n).padStart(4, '0')}`);
  for (const webhook of names) {
    for (let row = 1; row <= 5; row++) deliveries.add({ ...about, webhook, event: `evt_${row}`, row }, NOON);
    const taken = deliveries.list({ webhook, limit: 10 }).filter(({ row }) => row <= 4);
    deliveries.settle(taken.map(({ id }) => ({ id, attempt: [NOON, 204, 'taken', 1], next: { state: 'delivered' } })));
  }
  const rowsOf = (webhook = '') => deliveries.list({ webhook, limit: 10 }).map(({ row }) => row);
  const kept = { now: NOON, lifeMs: HOUR, keptMs: HOUR, keptRows: 2 };
  assert.equal(deliveries.tidy(kept), false);
  assert.deepEqual(rowsOf(names[0]), [5, 4, 3]);
  assert.deepEqual(rowsOf(names.at(-1)), [5, 4, 3, 2, 1], 'its turn comes');
  for (let n = 0; n < 3; n++) deliveries.tidy(kept);
  for (const webhook of names) assert.deepEqual(rowsOf(webhook), [5, 4, 3]);
  assert.equal(deliveries.backlog().total, names.length);
  deliveries.close();
});
