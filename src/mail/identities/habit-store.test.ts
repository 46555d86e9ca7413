import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTestLog } from '../../platform/log.ts';
import type { CustomerId } from '../message.ts';
import { openHabitStore } from './habit-store.ts';
import type { Identity } from './identity.ts';

const acme = 'acme' as CustomerId;
const other = 'other' as CustomerId;
const bob: Identity = { kind: 'sender', name: 'bob@acme.test' };
const NOW = 1_800_000_000_000;

function inFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'easymail-habits-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('habits are there after a restart, those of each customer apart; who is limited is listed', (t) => {
  const options = { path: join(inFolder(t), 'habits.db'), log: createTestLog() };
  const store = openHabitStore(options);
  const habits = store.get(acme, bob, NOW);
  habits.busiest = 7;
  habits.level = { kind: 'locked', since: NOW, signs: ['spam'] };
  store.changed(acme, bob, habits);
  assert.equal(store.find(other, bob), undefined);
  store.close();
  const again = openHabitStore(options);
  assert.deepEqual(again.find(acme, bob), habits);
  assert.deepEqual(
    again.limited().map(({ customer, identity }) => [customer, identity]),
    [[acme, bob]],
  );
  again.drop(NOW + 1);
  assert.ok(again.find(acme, bob) !== undefined, 'a lock is not forgotten');
  again.close();
});

test('what is forgotten leaves no octets; what nobody heard of for long goes', (t) => {
  const folder = inFolder(t);
  const store = openHabitStore({ path: join(folder, 'habits.db'), log: createTestLog() });
  for (const customer of [acme, other]) {
    for (const identity of [
      bob,
      { kind: 'from', name: 'bob@acme.test' },
      { kind: 'sender', name: 'eve@acme.test' },
    ] as const)
      store.changed(customer, identity, store.get(customer, identity, NOW));
  }
  assert.equal(store.forget(acme, 'bob@acme.test'), 2);
  assert.equal(store.find(acme, bob), undefined);
  assert.ok(store.find(other, bob) !== undefined);
  assert.equal(store.forget(other), 3);
  store.drop(NOW + 1);
  assert.equal(store.find(acme, { kind: 'sender', name: 'eve@acme.test' }), undefined);
  store.close();
  const octets = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
  assert.equal(octets.join('').includes('bob@acme.test'), false);
});

test('a file that is none is thrown away, and a new one begun', (t) => {
  const path = join(inFolder(t), 'habits.db');
  writeFileSync(path, 'not a database, but long enough to look like one'.repeat(100));
  const store = openHabitStore({ path, log: createTestLog() });
  assert.equal(store.find(acme, bob), undefined);
  store.close();
});
