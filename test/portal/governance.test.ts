// What pages of governance make of what people paste, and of changes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesIn } from '../../portal/src/pages/governance/addresses-in.ts';
import { dayAfter, dayStart } from '../../portal/src/pages/governance/days.ts';
import { differenceOf } from '../../portal/src/pages/governance/values-by-path.ts';

test('addresses are found in lists from anywhere, each once', () => {
  const pasted = 'ann@example.com\n"bob@example.com",complaint,2026-01-01\r\nBob <bob@example.com>; not an address\n';
  assert.deepEqual(addressesIn(pasted), ['ann@example.com', 'bob@example.com']);
  assert.deepEqual(addressesIn(''), []);
});

test('a difference has each value by its path, with what it was and what it became', () => {
  const before = { name: 'Acme', pools: ['a', 'b'], contact: { email: 'x@y.test' }, note: '' };
  const after = { name: 'Acme', pools: ['a'], contact: { email: 'z@y.test' }, portal: true };
  assert.deepEqual(
    differenceOf(before, after).filter((line) => line.before !== line.after),
    [
      { path: 'pools.1', before: 'b', after: undefined },
      { path: 'contact.email', before: 'x@y.test', after: 'z@y.test' },
      { path: 'note', before: '""', after: undefined },
      { path: 'portal', before: undefined, after: 'true' },
    ],
  );
  assert.deepEqual(differenceOf(null, null), []);
  assert.deepEqual(differenceOf(null, []), [{ path: '', before: undefined, after: '[]' }]);
});

test('a day counts from its midnight to the next, and what is no day filters nothing', () => {
  const [since, until] = [dayStart('2026-03-28'), dayAfter('2026-03-28')];
  assert.equal(new Date(since ?? '').getHours(), 0);
  assert.equal(new Date(until ?? '').getDate(), 29);
  for (const text of [undefined, '', 'yesterday', '2026-3-1', '2026-13-01'])
    assert.deepEqual([dayStart(text), dayAfter(text)], [undefined, undefined], String(text));
});
