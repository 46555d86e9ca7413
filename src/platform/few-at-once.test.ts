import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fewAtOnce } from './few-at-once.ts';

test('no more than so many run at once, and whoever brings much is waited for by nobody else', async () => {
  const inTurn = fewAtOnce(2);
  const began: string[] = [];
  const ends: (() => void)[] = [];
  const begin = (name: string) =>
    inTurn(name.slice(0, 1), () => {
      began.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'a5', 'c1', 'b2'].map(begin);
  for (let running = 0; running < all.length; running++) {
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(began.length <= running + 2, began.join(' '));
    ends[running]?.();
  }
  await Promise.all(all);
  assert.deepEqual(began, ['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'b2', 'a5']);
  // What fails gives its place on too.
  await assert.rejects(
    inTurn('a', () => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.equal(await inTurn('a', async () => 'done'), 'done');
});
