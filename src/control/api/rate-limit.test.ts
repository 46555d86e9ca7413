import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimit } from './rate-limit.ts';

test('a bucket empties, says so, and fills evenly; others have their own', () => {
  let now = 1000;
  const limit = createRateLimit({ name: 'caller', perMinute: 60, clock: { monotonic: () => now } });
  for (let i = 0; i < 60; i++) assert.equal(limit.take('a').allowed, true);
  const refused = limit.take('a');
  assert.equal(refused.allowed, false);
  assert.equal(refused.retryAfter, 1);
  assert.deepEqual(refused.headers, { 'ratelimit-policy': '"caller";q=60;w=60', ratelimit: '"caller";r=0;t=60' });
  assert.equal(limit.take('b').allowed, true);
  now += 2000;
  assert.equal(limit.take('a').allowed, true);
  assert.equal(limit.take('a').allowed, true);
  assert.equal(limit.take('a').allowed, false);
});
