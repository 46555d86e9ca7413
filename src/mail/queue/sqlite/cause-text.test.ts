import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../message.ts';
import { describeCause, readCause } from './cause-text.ts';

test('a cause is read back as it was written', () => {
  const causes: Cause[] = [
    { from: 'remote', stage: 'rcpt', host: 'mx.one.test', reply: { code: 451, enhanced: '4.7.1', text: 'later: now' } },
    { from: 'remote', stage: 'rcpt', host: '', reply: { code: 421, text: '' } },
    { from: 'us', cause: 'connect-failed' },
    { from: 'us', cause: 'connect-failed', detail: 'ECONNREFUSED: 127.0.0.1' },
  ];
  for (const cause of causes) assert.deepEqual(readCause(describeCause(cause)), cause);
});

test('what was cut off is read as far as it goes, and what is none is nothing', () => {
  assert.deepEqual(readCause('connect-failed: ECONN'), { from: 'us', cause: 'connect-failed', detail: 'ECONN' });
  assert.equal(readCause(''), undefined);
  assert.equal(readCause('Not A Cause'), undefined);
});
