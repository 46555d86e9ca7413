// The short form of a start on a full queue; `npm run crash` has the million.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureFullStart } from './full-queue.ts';

const LIMIT_MS = 2000;
/** What a full queue may add where an empty one already takes the limit, on a machine that is busy. */
const MORE_MS = 1000;

test('killed with 50,000 recipients queued, the relay listens again within 2 s', async (context) => {
  const empty = await measureFullStart(0, 2);
  const full = await measureFullStart(50_000, 2);
  const [without, with50] = [Math.min(...empty.bannerMs), Math.min(...full.bannerMs)];
  context.diagnostic(`greeting after ${with50.toFixed(0)} ms, ${without.toFixed(0)} ms with an empty queue`);
  assert.ok(full.waiting >= 50_000);
  assert.ok(with50 < Math.max(LIMIT_MS, without + MORE_MS), `${with50} ms, ${without} ms with an empty queue`);
});
