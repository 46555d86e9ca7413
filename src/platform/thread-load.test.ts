import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyShares, type ThreadLoad } from './thread-load.ts';

const load = (change: Partial<ThreadLoad>): ThreadLoad => ({
  name: 'store',
  since: 0,
  restarts: 0,
  activeMs: 0,
  idleMs: 0,
  ...change,
});

test('the share is that of the time between two looks', () => {
  const before = [load({ activeMs: 100, idleMs: 900 })];
  const now = [load({ activeMs: 400, idleMs: 1600 })];
  assert.deepEqual(busyShares(before, now), [{ name: 'store', busy: 0.3 }]);
});

test('a thread that began anew, or was not there before, counts from its beginning', () => {
  const before = [load({ activeMs: 100, idleMs: 900 })];
  const now = [load({ since: 5, activeMs: 50, idleMs: 50 }), load({ name: 'trace', activeMs: 1, idleMs: 3 })];
  assert.deepEqual(busyShares(before, now), [
    { name: 'store', busy: 0.5 },
    { name: 'trace', busy: 0.25 },
  ]);
});

test('where no time has passed nothing is busy', () => {
  const loads = [load({ activeMs: 100, idleMs: 900 })];
  assert.deepEqual(busyShares(loads, loads), [{ name: 'store', busy: 0 }]);
});
