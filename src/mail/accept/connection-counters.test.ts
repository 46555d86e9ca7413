import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConnectionCounters, forgetThread, openConnectionCounters } from './connection-counters.ts';

test('a limit holds over all threads, and a place that is left is free again', () => {
  const shared = createConnectionCounters({ threads: 3, connections: 100 });
  const threads = [0, 1, 2].map((thread) => openConnectionCounters(shared, thread));
  const places = [];
  for (let i = 0; i < 30; i++) {
    const place = threads[i % 3]?.enter('source 192.0.2.1', 10);
    if (place !== undefined) places.push(place);
  }
  assert.equal(places.length, 10);
  assert.ok(threads[0]?.enter('source 192.0.2.2', 10));
  places[0]?.leave();
  assert.ok(threads[2]?.enter('source 192.0.2.1', 10));
  assert.equal(threads[1]?.enter('source 192.0.2.1', 10), undefined);
});

test('what a dead thread had counted is forgotten, the others stay', () => {
  const shared = createConnectionCounters({ threads: 2, connections: 100 });
  const [first, second] = [openConnectionCounters(shared, 0), openConnectionCounters(shared, 1)];
  assert.ok(first.enter('all', 2));
  assert.ok(second.enter('all', 2));
  assert.equal(second.enter('all', 2), undefined);
  forgetThread(shared, 0);
  assert.ok(openConnectionCounters(shared, 0).enter('all', 2));
  assert.equal(second.enter('all', 2), undefined);
});

test('as many keys as connections allow have their own count, for ever', () => {
  const shared = createConnectionCounters({ threads: 1, connections: 500 });
  const counters = openConnectionCounters(shared, 0);
  assert.equal(counters.most, 2000);
  for (let round = 0; round < 5; round++) {
    const keys = Array.from({ length: 2000 }, (_, i) => [`source ${round} ${i}`, `network ${i}`, `customer ${i}`]);
    const places = keys.flat().map((key) => counters.enter(key, 1));
    assert.equal(places.filter((place) => place === undefined).length, 0);
    assert.equal(counters.enter(`source ${round} 7`, 1), undefined);
    for (const place of places) place?.leave();
  }
});
