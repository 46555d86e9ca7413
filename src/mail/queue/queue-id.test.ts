import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createQueueIds, dayOfId, parseQueueId, timeOfId } from './queue-id.ts';

describe('queue ids', () => {
  it('name their time, sort by it and have 17 of [0-9a-v]', () => {
    let now = Date.UTC(2026, 10, 22, 1, 2, 3, 456);
    const next = createQueueIds({ node: 1023, thread: 63, start: 511, now: () => now });
    const first = next();
    now += 1;
    const second = next();
    assert.match(first, /^[0-9a-v]{17}$/);
    assert.equal(timeOfId(first), now - 1);
    assert.equal(dayOfId(first), '2026-11-22');
    assert.ok(second > first);
  });

  it('grow and never repeat, wherever the clock goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_600_000, max: 3_600_000 }), { maxLength: 50 }), (jumps) => {
        let now = 1_700_000_000_000;
        const next = createQueueIds({ node: 0, thread: 0, now: () => now });
        let last = '';
        for (const jump of jumps) {
          now += jump;
          for (let i = 0; i < 3; i++) {
            const id = next();
            assert.ok(id > last);
            last = id;
          }
        }
      }),
    );
  });

  it('more than one millisecond can number go on in the next', () => {
    const next = createQueueIds({ node: 0, thread: 0, start: 0, now: () => 5 });
    const ids = Array.from({ length: 70_000 }, next);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([...ids].sort(), ids);
  });

  it('threads and nodes have ids of their own', () => {
    const places = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1023, 63],
    ] as const;
    const ids = places.map(([node, thread]) => createQueueIds({ node, thread, start: 7, now: () => 5 })());
    assert.equal(new Set(ids).size, ids.length);
  });

  it('only what has the form of an id is one', () => {
    assert.equal(parseQueueId('0123456789ABCDEFG'), '0123456789abcdefg');
    for (const text of ['', '0123456789abcdef', '0123456789abcdefw', '0123456789abcdefgh', '../../etc/passwd0']) {
      assert.equal(parseQueueId(text), undefined, text);
    }
  });
});
