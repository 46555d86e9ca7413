import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../message.ts';
import { CAUSE_STATUS, failureStatus, statusOf } from './status.ts';

function remote(code: number, enhanced?: string): Cause {
  const reply = { code, text: 'x', ...(enhanced !== undefined && { enhanced }) };
  return { from: 'remote', stage: 'rcpt', host: 'mx.example.org', reply };
}

test('the status of a failure is the remote’s own where it fits the code', () => {
  assert.equal(failureStatus(remote(550, '5.1.1')), '5.1.1');
  assert.equal(failureStatus(remote(550, '4.1.1')), '5.0.0');
  assert.equal(failureStatus(remote(554)), '5.0.0');
  assert.equal(failureStatus(remote(451, '4.7.1')), '4.7.1');
  assert.equal(failureStatus({ from: 'us', cause: 'null-mx' }), '5.1.10');
});

test('every cause of ours has a status; what is told before the end is temporary', () => {
  for (const [cause, status] of Object.entries(CAUSE_STATUS)) {
    assert.match(status, /^[45]\.\d\.\d{1,2}$/, cause);
    const delayed = statusOf({
      kind: 'delayed',
      cause: { from: 'us', cause: cause as keyof typeof CAUSE_STATUS },
      retryUntil: 0,
    });
    assert.match(delayed, /^4\./, cause);
  }
  assert.equal(statusOf({ kind: 'delayed', cause: remote(451, '4.7.1'), retryUntil: 0 }), '4.7.1');
  assert.equal(statusOf({ kind: 'delayed', retryUntil: 0 }), '4.0.0');
  assert.equal(statusOf({ kind: 'expired', cause: remote(550, '5.1.1') }), '4.4.7');
});
