import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Activity } from '../../mail/identities/habits.ts';
import type { Identity } from '../../mail/identities/identity.ts';
import type { CustomerId } from '../../mail/message.ts';
import { createTestLog } from '../../platform/log.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { CustomerWorld } from '../customers/testing/world.ts';
import { type Identities, openIdentities } from './identities.ts';

const ACME = 'acme' as CustomerId;
const BOB: Identity = { kind: 'sender', name: 'bob@acme.test' };
const ADMIN = { who: 'ann@acme.test' };
const OPERATOR = { who: 'op@relay.test' };
const CUSTOMERS = { reason: 'looked at', side: 'customer' } as const;
const OPERATORS = { reason: 'looked at', side: 'operator' } as const;
const HOUR = 3_600_000;

let world: CustomerWorld;
let folder: string;
let identities: Identities;
beforeEach(() => {
  world = new CustomerWorld();
  folder = mkdtempSync(join(tmpdir(), 'identities-'));
  identities = open(folder);
});
afterEach(async () => {
  await identities.close();
  await world.end();
  rmSync(folder, { recursive: true });
});

function open(dataDir: string): Identities {
  return openIdentities({
    database: world.control.database,
    changes: world.control.changes,
    clock: { now: () => world.now, monotonic: () => 0 },
    log: createTestLog(),
    config: () => ({ ...world.config, node: { ...world.config.node, data_dir: dataDir } }),
    notices: { tell: async () => ({ kind: 'sent', id: 'x' }) as never },
    alarms: () => ({ senderLocked: () => {} }),
  });
}

/** Resolves once all that was learned is judged. */
async function does(activity: Partial<Activity>, identity = BOB): Promise<void> {
  const counts = { messages: 0, recipients: 0, held: 0, refused: 0, late: 0, bad: 0, destinations: [], culprits: [] };
  identities.learn([{ customer: ACME, identity, activity: { ...counts, ...activity } }]);
  await settled();
}

/** A change by hand waits its turn behind what is judged. */
async function settled(): Promise<void> {
  await identities.unlock(OPERATOR, ACME, { kind: 'login', name: 'nobody' }, OPERATORS).catch(() => {});
}

async function level(identity = BOB): Promise<string> {
  return (await identities.show(ACME, identity)).limit?.level ?? 'free';
}

const is = (status: number) => (error: Error) => 'status' in error && error.status === status;

describe('who lets senders go', () => {
  test('what the relay has locked no people of the customer let go, by no detour', async () => {
    await does({ messages: 100, recipients: 100, bad: 90 });
    assert.equal(await level(), 'locked');
    await assert.rejects(identities.unlock(ADMIN, ACME, BOB, CUSTOMERS), is(403));
    await assert.rejects(identities.lock(ADMIN, ACME, BOB, { ...CUSTOMERS, until: world.now + 1 }), is(403));
    assert.equal((await identities.show(ACME, BOB)).limit?.by, RELAY_ACTOR.who);
    assert.equal(identities.forget(ACME, 'Bob@acme.test'), 1);
    await does({ held: 1 });
    assert.equal(await level(), 'locked', 'an erasure forgets habits, and lets nobody go');
    await identities.unlock(OPERATOR, ACME, BOB, OPERATORS);
    assert.equal(await level(), 'free');
  });

  test('what the operator has locked is the operator’s to let go; what the customer has locked is the customer’s', async () => {
    await identities.lock(OPERATOR, ACME, BOB, OPERATORS);
    await assert.rejects(identities.unlock(ADMIN, ACME, BOB, CUSTOMERS), is(403));
    await identities.unlock(OPERATOR, ACME, BOB, OPERATORS);
    await identities.lock(ADMIN, ACME, BOB, CUSTOMERS);
    await identities.lock(ADMIN, ACME, BOB, { ...CUSTOMERS, until: world.now + HOUR });
    await identities.unlock(ADMIN, ACME, BOB, CUSTOMERS);
    assert.equal(await level(), 'free');
  });

  test('who is slowed may be locked by the customer at once, and is let go by the operator', async () => {
    await does({ messages: 100, recipients: 100, bad: 30 });
    assert.equal(await level(), 'slowed');
    await identities.lock(ADMIN, ACME, BOB, CUSTOMERS);
    await assert.rejects(identities.unlock(ADMIN, ACME, BOB, CUSTOMERS), is(403));
  });
});

test('what it did is shown slice by slice, and who is tolerated is listed until the time', async () => {
  await does({ messages: 4, recipients: 6, refused: 1, late: 1, bad: 2 });
  const { judged } = await identities.show(ACME, BOB);
  assert.equal(judged?.slots.length, 12);
  const last = judged?.slots.at(-1);
  assert.deepEqual([last?.messages, last?.recipients, last?.refused, last?.bad], [4, 6, 2, 2]);
  assert.ok(last !== undefined && last.at <= world.now && world.now - last.at < HOUR / 12);
  assert.deepEqual([judged?.week.length, judged?.knownDestinations], [168, 0]);
  const until = world.now + HOUR;
  await identities.tolerate(OPERATOR, ACME, BOB, { reason: 'newsletter', until });
  const listed = await identities.tolerated({ customer: ACME, limit: 10 });
  assert.deepEqual(
    listed.map(({ name, reason }) => [name, reason]),
    [[BOB.name, 'newsletter']],
  );
  const after = { customer: ACME, name: BOB.name, kind: BOB.kind };
  assert.deepEqual(await identities.tolerated({ after, limit: 10 }), []);
  world.now = until;
  assert.deepEqual(await identities.tolerated({ limit: 10 }), []);
});

describe('limits over time', () => {
  test('a lock by hand ends at its time although the sender is tolerated', async () => {
    await identities.tolerate(OPERATOR, ACME, BOB, { reason: 'newsletter', until: world.now + 90 * 24 * HOUR });
    await identities.lock(OPERATOR, ACME, BOB, { ...OPERATORS, until: world.now + HOUR });
    await does({ messages: 1, recipients: 1 });
    assert.equal(await level(), 'locked');
    world.now += HOUR;
    identities.look();
    await settled();
    assert.equal(await level(), 'free');
  });

  test('by hand and by the judge at the same moment: one after the other, told once', async () => {
    const learned = does({ messages: 100, recipients: 100, bad: 90 });
    const locked = identities.lock(OPERATOR, ACME, BOB, OPERATORS);
    const unlocked = identities.unlock(OPERATOR, ACME, BOB, OPERATORS);
    identities.look();
    await Promise.all([learned, locked, unlocked]);
    await settled();
    assert.equal(await level(), 'free');
    const told = await world.control.database.reads
      .selectFrom('audit')
      .select('action')
      .where('object', '=', 'identity sender bob@acme.test')
      .orderBy('id')
      .execute();
    assert.deepEqual(
      told.map(({ action }) => action),
      ['identity.locked', 'identity.locked', 'identity.unlocked'],
    );
  });

  test('a crash that takes the last habits neither lets go what a person locked nor locks what one let go', async () => {
    const carol: Identity = { kind: 'sender', name: 'carol@acme.test' };
    await does({ messages: 100, recipients: 100, bad: 30 });
    await does({ messages: 100, recipients: 100, bad: 90 }, carol);
    identities.look();
    await settled();
    const old = join(folder, 'old');
    mkdirSync(old);
    for (const part of ['', '-wal']) copyFileSync(join(folder, `habits.db${part}`), join(old, `habits.db${part}`));
    await identities.lock(OPERATOR, ACME, BOB, OPERATORS);
    await identities.unlock(OPERATOR, ACME, carol, OPERATORS);
    await identities.close();
    identities = open(old);
    identities.look();
    await settled();
    assert.equal(await level(), 'locked');
    assert.equal(await level(carol), 'free');
  });
});
