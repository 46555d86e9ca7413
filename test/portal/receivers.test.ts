import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from '../../portal/src/pages/customers/destinations/receivers.ts';

type Groups = Parameters<typeof joined>[0];
type States = Parameters<typeof joined>[1];

const group = (name: string, more: Partial<Groups[number]> = {}): Groups[number] => ({
  name,
  recipients: 1,
  queued: 0,
  deferred: 0,
  held: 0,
  quarantined: 0,
  oldest_at: null,
  next_attempt_at: null,
  last_cause: null,
  closed_until: null,
  closed_reason: null,
  in_flight: null,
  pool: null,
  customers: [],
  ...more,
});

const state = (destination: string, more: Partial<States[number]> = {}): States[number] => ({
  destination,
  site: null,
  waiting: 0,
  in_flight: 0,
  window: 5,
  closed_until: null,
  last_reason: null,
  ...more,
});

const LATER = '2026-11-22T12:00:00.000Z';

test('receivers that do worst come first: closed, then by what was deferred, then by what waits', () => {
  const groups = [
    group('calm.test', { queued: 9 }),
    group('slow.test', { deferred: 3, last_cause: '451 4.2.1 later' }),
    group('shut.test', { queued: 1, closed_until: LATER, closed_reason: 'connection refused' }),
  ];
  const names = joined(groups, [state('idle.test')], false).map(({ name }) => name);
  assert.deepEqual(names, ['shut.test', 'slow.test', 'calm.test', 'idle.test']);
});

test('what the scheduler knows is joined to what waits; a reason for being closed says more than the last reply', () => {
  const groups = [group('a.test', { deferred: 2, held: 1, quarantined: 1, last_cause: '451 later' })];
  const states = [state('a.test', { site: 'mx.a.test', in_flight: 2, window: 7 })];
  const [one] = joined(groups, states, false);
  assert.deepEqual(
    [one?.site, one?.inFlight, one?.window, one?.waiting, one?.held, one?.lastReply],
    ['mx.a.test', 2, 7, 2, 2, '451 later'],
  );
});

test('of one customer only receivers are told for which it has mail', () => {
  assert.deepEqual(joined([], [state('others.test')], true), []);
});
