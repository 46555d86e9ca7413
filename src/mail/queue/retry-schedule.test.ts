import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retryDelay } from './retry-schedule.ts';

const settings = { first: 60_000, factor: 2, longest: 3 * 3_600_000, jitter: 0.2 };

describe('retry schedule', () => {
  const table = [
    [1, 60_000],
    [2, 120_000],
    [5, 960_000],
    [8, 7_680_000],
    [9, 10_800_000],
    [10_000, 10_800_000],
    [0, 60_000],
  ] as const;
  for (const [attempts, wait] of table) {
    it(`waits ${wait} ms after ${attempts} attempts, a fifth more or less`, () => {
      assert.equal(
        retryDelay(settings, attempts, () => 0.5),
        wait,
      );
      assert.equal(
        retryDelay(settings, attempts, () => 0),
        Math.round(wait * 0.8),
      );
      const most = retryDelay(settings, attempts, () => 0.999999);
      assert.ok(most <= wait * 1.2 && most > wait * 1.19);
    });
  }
});
