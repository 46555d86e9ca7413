import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToRelay } from '../mail/relay-messages.ts';
import { createAlarms } from '../mail/report/alarms.ts';
import { createTestLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createInspectionNews } from './inspection-news.ts';

const MINUTE_MS = 60_000;

function makeWorld() {
  const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at };
  const metrics = createMetrics();
  const alarms = createAlarms({
    clock,
    log: createTestLog(),
    metrics,
    node: 'x',
    repeatMs: 10 * MINUTE_MS,
    senders: [],
  });
  const told: ToRelay[] = [];
  const desk = createInspectionNews({
    // As alarm-watch.ts does.
    inspection: (about, fault) =>
      fault === undefined ? alarms.clear('inspection', about) : alarms.raise('inspection', fault, about),
    rulesMet: () => assert.fail('no rule was met'),
    tellRelays: (message) => told.push(message),
  });
  const on = (minutes: number) => {
    clock.at = minutes * MINUTE_MS;
    alarms.look();
    return alarms.active().map(({ about }) => about);
  };
  return { desk, told, on };
}

test('the alarm of processes that do not start ends with each thread’s own, and not with another’s', () => {
  const { desk, on } = makeWorld();
  for (const thread of ['relay-0', 'relay-1']) desk.news({ kind: 'not-started', failures: 1 }, thread);
  desk.news({ kind: 'started-again' }, 'relay-0');
  assert.deepEqual(on(1), ['relay-1'], 'its mail still gets 451');
  desk.news({ kind: 'not-started', failures: 2 }, 'relay-1');
  assert.deepEqual(on(2), ['relay-1']);
  desk.news({ kind: 'started-again' }, 'relay-1');
  assert.deepEqual(on(2), []);
});

test('it goes with a thread that ended, and comes again where the processes of the next one do not start', () => {
  const { desk, on } = makeWorld();
  desk.news({ kind: 'not-started', failures: 10 }, 'relay-0');
  desk.ended('relay-0');
  assert.deepEqual(on(1), []);
  desk.news({ kind: 'not-started', failures: 1 }, 'relay-0');
  assert.deepEqual(on(1), ['relay-0']);
});

test('the alarm of a content begins with the third death and ends half an hour after the last, never earlier', () => {
  const { desk, on, told } = makeWorld();
  const died = () => desk.news({ kind: 'died', digest: 'd' }, 'relay-0');
  died();
  desk.news({ kind: 'died', digest: 'other' }, 'relay-1');
  died();
  assert.deepEqual(on(0), [], 'three of one content');
  died();
  assert.deepEqual(on(0), ['content']);
  assert.equal(told.length, 4, 'all threads hear of each');
  // Processes that start say nothing of a content.
  desk.news({ kind: 'started-again' }, 'relay-0');
  desk.ended('relay-1');
  assert.deepEqual(on(20), ['content']);
  died();
  assert.deepEqual(on(49), ['content'], 'half an hour since the last, not since the first');
  assert.deepEqual(on(50), []);
  assert.deepEqual(desk.deaths(), [
    ['other', 1],
    ['d', 4],
  ]);
});
