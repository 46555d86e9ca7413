// What is looked at by checks of ours, and asks no host meanwhile.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scheduler } from './scheduler.ts';
import { outcomes, sampleMessage, settlementOf } from './testing/queue-samples.ts';

const clock = { now: () => 1_000_000, monotonic: () => 0 };
const message = sampleMessage({ to: ['u@one.test'] });

test('gives its place at the site back, and then takes one again', () => {
  const scheduler = new Scheduler({ threads: 1, connections: 20, clock, random: () => 0.5 });
  scheduler.start();
  scheduler.room(0, 100);
  let row = 0;
  const takeAll = () => {
    const rows: number[] = [];
    while (scheduler.enqueued(message, ++row, 0).length > 0) rows.push(row);
    return rows;
  };
  const settle = (one: number) => scheduler.settled(settlementOf(message, { row: one }, outcomes.untouched, {}));
  const { site } = scheduler.destinations.get('one.test');
  const first = takeAll();
  assert.ok(first.length > 2);
  for (const one of first) scheduler.aside(one, true);
  assert.equal(site.inFlight, 0);
  // Said twice it counts once, and one that ends while it is looked at gives nothing back a second time.
  for (const one of first) scheduler.aside(one, true);
  scheduler.destinations.setFresh(scheduler.destinations.get('one.test'), false);
  const second = takeAll();
  assert.equal(second.length, first.length, 'others go to the mail hosts meanwhile');
  settle(first[0] ?? 0);
  assert.equal(site.inFlight, second.length);
  for (const one of first) scheduler.aside(one, false);
  assert.equal(site.inFlight, first.length - 1 + second.length, 'those that go on count again');
  for (const one of [...first, ...second].slice(1)) settle(one);
  assert.equal(site.inFlight, 0);
});
