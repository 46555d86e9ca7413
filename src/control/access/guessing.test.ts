import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Attempt, createGuessing } from './guessing.ts';

const MINUTE = 60_000;

function world(mostEntries?: number) {
  const clock = { now: 0 };
  const guessing = createGuessing(() => clock.now, mostEntries);
  const fail = (attempt: Partial<Attempt> = {}) => {
    const verdict = guessing.admit({ account: 'a@b.test', secret: 'password', client: '192.0.2.1', ...attempt });
    return verdict.kind === 'wait' ? verdict.seconds : 0;
  };
  return { clock, guessing, fail };
}

describe('guessing', () => {
  test('waits double up to a bound, and what is refused does not count', () => {
    const { clock, fail } = world();
    for (let at = 0; at < 5; at++) assert.equal(fail(), 0);
    const waits: number[] = [];
    for (let at = 0; at < 14; at++) {
      const wait = fail();
      for (let again = 0; again < 3; again++) assert.equal(fail(), wait);
      waits.push(wait);
      clock.now += wait * 1000;
      assert.equal(fail(), 0);
    }
    assert.deepEqual(waits.slice(0, 6), [1, 2, 4, 8, 16, 32]);
    assert.ok(Math.max(...waits) <= 900);
  });

  test('a success forgives its own mistakes', () => {
    const { guessing, fail } = world();
    for (let at = 0; at < 4; at++) fail();
    const right = guessing.admit({ account: 'a@b.test', secret: 'password', client: '192.0.2.1' });
    assert.equal(right.kind, 'go');
    if (right.kind === 'go') right.succeeded();
    for (let at = 0; at < 5; at++) assert.equal(fail(), 0);
  });

  test('who has an account cannot buy guesses at others with it', () => {
    const { guessing } = world();
    let refused = 0;
    for (let at = 0; at < 60; at++) {
      const own = guessing.admit({ account: 'mine@b.test', secret: 'password', client: '192.0.2.9' });
      if (own.kind === 'go') own.succeeded();
      const other = guessing.admit({ account: `other${at}@b.test`, secret: 'password', client: '192.0.2.9' });
      if (other.kind === 'wait') refused += 1;
    }
    assert.ok(refused >= 25, String(refused));
  });

  test('attempts that run at once are all counted', () => {
    const { fail } = world();
    const verdicts = Array.from({ length: 20 }, () => fail());
    assert.equal(verdicts.filter((wait) => wait === 0).length, 5);
  });

  test('after a day nothing is left of it', () => {
    const { clock, fail } = world();
    for (let at = 0; at < 40; at++) {
      fail();
      clock.now += 30_000;
    }
    clock.now += 24 * 60 * MINUTE;
    for (let at = 0; at < 5; at++) assert.equal(fail(), 0);
  });

  test('memory is bounded, and those who flood it do not free themselves', () => {
    const { fail } = world(100);
    for (let at = 0; at < 5; at++) fail({ client: '203.0.113.1', account: 'victim@b.test' });
    let let_through = 0;
    for (let at = 0; at < 1000; at++) {
      if (fail({ client: '203.0.113.1', account: `noise${at}@b.test` }) === 0) let_through += 1;
    }
    assert.ok(let_through < 40, String(let_through));
  });
});
