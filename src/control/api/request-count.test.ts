import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import type { Principal } from '../access/principal.ts';
import { Problem } from './problem.ts';
import { createRequestCount } from './request-count.ts';

/** How many requests of the principal are taken at once. */
function takenAtOnce(perMinute: number, principal: Principal): number {
  const clock = { monotonic: () => 0 };
  const count = createRequestCount({ perMinute, unknownPerMinute: 5, address: () => '192.0.2.1', clock });
  const reply = { headers: () => undefined, header: () => undefined };
  for (let taken = 0; ; taken++) {
    try {
      count(principal, { raw: {} } as never, reply as never);
    } catch (error) {
      assert.ok(error instanceof Problem && error.status === 429);
      return taken;
    }
  }
}

test('a link may ask less than a user or a key: one person fills in a form', () => {
  const link: Principal = { kind: 'link', link: 'onboarding', id: 'a', customer: 'acme' as CustomerId };
  assert.equal(takenAtOnce(1200, link), 60);
  assert.equal(takenAtOnce(12_000, link), 600);
  assert.equal(takenAtOnce(30, link), 30, 'never more than a user');
  assert.equal(takenAtOnce(1200, { kind: 'key', id: 'k', scopes: [] }), 1200);
  assert.equal(takenAtOnce(1200, { kind: 'nobody' }), 5);
});
