import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import type { CustomerId } from '../../mail/message.ts';
import { createTestLog } from '../../platform/log.ts';
import { listEvents } from './list-events.ts';
import { createMailHostEvents } from './mail-host-events.ts';

test('a mail host that is down is told once, however many threads find it out, and so is its return', async () => {
  const world = new ControlWorld();
  const events = createMailHostEvents({ changes: world.control.changes, log: createTestLog() });
  const news = { customer: 'acme' as CustomerId, host: 'mx.acme.test:25', detail: 'refused' };
  for (const state of ['unreachable', 'unreachable', 'recovered', 'recovered', 'unreachable'] as const) {
    events.heard({ ...news, state });
  }
  await events.close();
  const told = await listEvents(world.control.database.db, { customer: 'acme', limit: 10 });
  assert.deepEqual(told.map(({ type }) => type).toReversed(), [
    'mailhost.unreachable',
    'mailhost.recovered',
    'mailhost.unreachable',
  ]);
  assert.deepEqual(JSON.parse(told[0]?.data ?? ''), { customer: 'acme', host: 'mx.acme.test:25' });
  const [newest] = await listEvents(world.control.database.db, { limit: 1 });
  assert.deepEqual((await listEvents(world.control.database.db, { limit: 10, before: newest?.seq ?? 0 })).length, 2);
  assert.deepEqual(await listEvents(world.control.database.db, { customer: 'globex', limit: 10 }), []);
  await world.end();
});

test('suppressed addresses are told of, with those that are lifted', async () => {
  const world = new ControlWorld();
  const { suppressions, database } = world.control;
  const acme = 'acme' as CustomerId;
  const entry = { customer: acme, address: 'bob@example.org', reason: 'manual' as const, evidence: '' };
  await suppressions.add([entry], { who: 'tester' });
  await suppressions.add([entry], { who: 'tester' });
  await suppressions.remove(acme, 'bob@example.org', { who: 'tester' });
  await suppressions.remove(acme, 'bob@example.org', { who: 'tester' });
  const told = await listEvents(database.db, { customer: 'acme', limit: 10 });
  assert.deepEqual(
    told.map(({ type, data }) => [type, JSON.parse(data) as unknown]),
    [
      ['suppression.deleted', { address: 'bob@example.org', by: 'tester' }],
      ['suppression.created', { address: 'bob@example.org', reason: 'manual', by: 'tester' }],
    ],
  );
  await world.end();
});
