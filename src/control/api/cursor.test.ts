import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { afterCursor, cursorOf, pageOf } from './cursor.ts';

const after = afterCursor(z.tuple([z.string(), z.number()]));

describe('cursors of pages', () => {
  test('a key comes back as it was', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (name, at) => {
        assert.deepEqual(after.parse(cursorOf([name, at])), [name, at]);
      }),
    );
  });

  test('what is none of ours is a fault, whatever it is', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(after.safeParse(text).success, false)));
    for (const bad of [cursorOf(['a']), cursorOf([1, 2]), cursorOf(['a', 1, 2]), 'AAAA', '', 'A'.repeat(3000)]) {
      assert.equal(after.safeParse(bad).success, false, bad);
    }
    assert.equal(after.parse(undefined), undefined);
  });

  test('the last page has no next', () => {
    const of = { entry: (n: number) => n, key: (n: number) => [n] };
    assert.deepEqual(pageOf([1, 2, 3], 3, of), { entries: [1, 2, 3] });
    assert.deepEqual(pageOf([1, 2, 3], 2, of), { entries: [1, 2], next: cursorOf([2]) });
    assert.deepEqual(pageOf([], 2, of), { entries: [] });
  });
});
