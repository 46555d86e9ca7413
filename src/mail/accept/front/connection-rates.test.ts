import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConnectionRates, openConnectionRates } from './connection-rates.ts';

test('so many in a minute over all threads, then one for each share of a minute', () => {
  let now = 1000;
  const shared = createConnectionRates();
  const threads = [0, 1].map(() => openConnectionRates(shared, () => now));
  let taken = 0;
  for (let i = 0; i < 100; i++) if (threads[i % 2]?.take('source 192.0.2.1', 60) === true) taken++;
  assert.equal(taken, 60);
  assert.equal(threads[0]?.take('source 192.0.2.2', 60), true);
  now += 999;
  assert.equal(threads[0]?.take('source 192.0.2.1', 60), false);
  now += 2;
  assert.equal(threads[1]?.take('source 192.0.2.1', 60), true);
  assert.equal(threads[0]?.take('source 192.0.2.1', 60), false);
});

test('a connection that was worth its while does not count', () => {
  const rates = openConnectionRates(createConnectionRates(), () => 5000);
  for (let i = 0; i < 500; i++) {
    assert.equal(rates.take('a', 10), true);
    rates.forgive('a', 10);
  }
  for (let i = 0; i < 10; i++) assert.equal(rates.take('a', 10), true);
  assert.equal(rates.take('a', 10), false);
});

test('a stricter limit counts what came before it', () => {
  const rates = openConnectionRates(createConnectionRates(), () => 5000);
  for (let i = 0; i < 300; i++) rates.take('a', 600);
  let more = 0;
  while (rates.take('a', 60)) more++;
  assert.equal(more, 30);
});

test('the counter of time wraps around without anybody being refused for it', () => {
  // 2^31 eighths of a millisecond.
  const wrap = 2 ** 31 / 8;
  let now = wrap - 30_000;
  const rates = openConnectionRates(createConnectionRates(), () => now);
  for (let i = 0; i < 10; i++) assert.equal(rates.take('a', 10), true);
  assert.equal(rates.take('a', 10), false);
  now = wrap + 40_000;
  for (let i = 0; i < 10; i++) assert.equal(rates.take('a', 10), true);
  assert.equal(rates.take('a', 10), false);
  now += 3 * wrap;
  assert.equal(rates.take('a', 10), true);
});

test('more keys than there is room for take the place of those that owe least', () => {
  const rates = openConnectionRates(createConnectionRates(), () => 5000);
  for (let i = 0; i < 50; i++) rates.take('hitter', 60);
  for (let i = 0; i < 200_000; i++) assert.equal(rates.take(`other ${i}`, 60), true);
  let more = 0;
  while (rates.take('hitter', 60)) more++;
  assert.equal(more, 10);
});
