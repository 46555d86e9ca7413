// The checks against a DNS that the test edits, with what follows from them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import { streamFacts } from '../database/facts.ts';
import { settleGrant } from '../grants/grant-changes.ts';
import { ACME, acme, type CheckWorld, startCheckWorld } from './testing/check-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function ownershipRecord(world: CheckWorld, customer = ACME) {
  const record = (await world.checks.records(customer)).find(({ purpose }) => purpose === 'ownership');
  assert(record, 'no record to publish');
  return record;
}

async function publishOwnership(world: CheckWorld): Promise<string> {
  const { host, value } = await ownershipRecord(world);
  world.zone.set(`TXT ${host}`, [value]);
  return `TXT ${host}`;
}

describe('ownership', () => {
  test('a domain is verified once the customer’s own token is in DNS, not before', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    await world.look();
    assert.equal((await world.check('ownership')).state, 'fail');
    assert.equal(world.control.directory.domain('acme.test')?.verified, false);
    await publishOwnership(world);
    await world.look();
    const { state, found } = await world.check('ownership');
    assert.equal(state, 'ok', found);
    assert.equal(world.control.directory.domain('acme.test')?.verified, true);
    const event = (await world.events()).find(({ type }) => type === 'domain.status_changed');
    assert.deepEqual([event?.customer, event?.data['new_status']], ['acme', 'verified']);
  });

  test('the token of another customer proves nothing', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    await world.apply({
      customer: [{ id: 'other', pools: ['standard'], domains: [{ name: 'other.test', outbound: true }] }],
    });
    const { value } = await ownershipRecord(world, 'other' as CustomerId);
    world.zone.set('TXT _easymail-challenge.acme.test', [value]);
    await world.look();
    const check = await world.check('ownership');
    assert.equal(check.state, 'fail');
    assert.match(check.advice, /another customer/);
  });

  test('an SPF record with our include proves nothing', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    world.zone.set('TXT acme.test', ['v=spf1 include:_spf.relay.test -all']);
    world.zone.set('TXT _spf.relay.test', ['v=spf1 ip4:198.51.100.10 -all']);
    await world.look();
    assert.equal((await world.check('spf')).state, 'ok');
    assert.equal(world.control.directory.domain('acme.test')?.verified, false);
  });

  test('a failure of DNS is neither proof nor loss', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    const key = await publishOwnership(world);
    await world.look();
    world.zone.set(key, 'SERVFAIL');
    for (let hour = 0; hour < 100; hour++) {
      world.clock.time += HOUR;
      await world.look();
    }
    assert.equal((await world.check('ownership')).state, 'unknown');
    assert.equal(world.control.directory.domain('acme.test')?.verified, true);
    assert.equal(world.told.length, 0);
  });

  test('a proof that disappears warns, waits, stops that domain alone, and comes back at once', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme({}, {}));
    await world.apply({
      customer: [
        {
          ...(acme()['customer'] as object[])[0],
          domains: [
            { name: 'acme.test', outbound: true, inbound: true },
            { name: 'word.test', outbound: true, verified: true },
          ],
        },
      ],
    });
    await world.control.database.db
      .insertInto('person')
      .values({
        id: 'p1',
        name: 'it@acme.test',
        email: 'it@acme.test',
        display_name: 'IT',
        language: 'en',
        role: 'customer_administrator',
        customer: 'acme',
        state: 'active',
        made_at: 0,
        made_by: 'tester',
      } as never)
      .execute();
    const key = await publishOwnership(world);
    await world.look();
    const record = world.zone.get(key) ?? [];
    world.zone.delete(key);
    for (const minutes of [0, 1, 2, 4]) {
      world.clock.time += minutes * MINUTE;
      await world.look();
    }
    assert.deepEqual(
      world.told.map(({ kind }) => kind),
      ['proof_missing'],
    );
    assert.match((await world.check('ownership', 'acme.test')).advice, /stops on/);
    for (let hour = 0; hour < 71; hour++) {
      world.clock.time += HOUR;
      await world.look();
    }
    assert.equal(world.control.directory.domain('acme.test')?.verified, true, 'within the grace');
    world.clock.time += HOUR;
    await world.look();
    assert.equal(world.control.directory.domain('acme.test')?.verified, false, 'after the grace');
    assert.equal(world.control.directory.domain('word.test')?.verified, true, 'the other domain goes on');
    assert.deepEqual(
      world.told.map(({ kind }) => kind),
      ['proof_missing', 'domain_stopped'],
    );
    const audit = await world.control.database.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'domain.stopped')
      .execute();
    assert.deepEqual(
      audit.map(({ who, object }) => [who, object]),
      [['easymail', 'domain acme.test']],
    );
    world.zone.set(key, record);
    await world.look();
    assert.equal(world.control.directory.domain('acme.test')?.verified, true, 'back at once');
    assert.equal(world.told.at(-1)?.kind, 'proof_returned');
    assert((await world.events()).some(({ type }) => type === 'domain.deactivated'));
  });

  test('the operator’s word stands without a record', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme({}, { verified: true }));
    await world.look();
    assert.equal((await world.check('ownership')).state, 'ok');
    const key = await publishOwnership(world);
    await world.look();
    world.zone.delete(key);
    for (let hour = 0; hour < 100; hour++) {
      world.clock.time += HOUR;
      await world.look();
    }
    assert.equal((await world.check('ownership')).state, 'warn');
    assert.equal(world.control.directory.domain('acme.test')?.verified, true);
  });
});

describe('a file that says "dns"', () => {
  const verified = (world: CheckWorld) => world.control.directory.domain('acme.test')?.verified;
  const file = acme({}, { verified: 'dns' });

  test('brings back no domain that was stopped', async () => {
    await using world = await startCheckWorld();
    await world.apply(file);
    assert.equal(verified(world), true, 'a new store believes what the old one saw, and looks for it');
    for (let look = 0; look < 90; look++) {
      world.clock.time += look < 10 ? MINUTE : HOUR;
      await world.look();
    }
    assert.equal(verified(world), false);
    await world.apply(file);
    assert.equal(verified(world), false);
  });

  test('gives no customer the proof of another', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    await publishOwnership(world);
    await world.look();
    assert.equal(verified(world), true);
    const [{ id: _, ...settings }] = file['customer'] as [{ id: string }];
    await world.apply({
      ...file,
      customer: [
        { id: 'acme', pools: ['standard'] },
        { ...settings, id: 'other', sources: [] },
      ],
    });
    assert.equal(world.control.directory.domain('acme.test')?.customer, 'other');
    assert.equal(verified(world), false);
    await world.look('other');
    assert.equal(verified(world), false, 'the record in DNS names the one that had it');
  });

  test('a proof in DNS counts at once where the operator takes back its word', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme({}, { verified: true }));
    await publishOwnership(world);
    await world.settle();
    await world.apply(acme({}, { verified: false }));
    await world.settle();
    assert.equal(verified(world), true);
  });
});

describe('in turn', () => {
  test('what is new is looked at at once, what changed again, the rest by the hour', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme({ mailhosts: [] }));
    await world.settle();
    const asked = () => world.dns.asked.filter((one) => one.startsWith('TXT _easymail-challenge.acme.test')).length;
    assert.equal(asked(), 1);
    await world.settle();
    assert.equal(asked(), 1, 'not again');
    world.clock.time += 2 * MINUTE;
    await world.settle();
    assert.equal(asked(), 2, 'red: soon again');
    const subject = await world.control.database.db
      .selectFrom('check_subject')
      .selectAll()
      .where('kind', '=', 'domain')
      .executeTakeFirstOrThrow();
    assert(
      subject.due - world.clock.time > MINUTE && subject.due - world.clock.time < 3 * MINUTE,
      'and later each time',
    );
  });

  test('a clock that was set back does not stop the looks', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme({ mailhosts: [] }));
    await world.settle();
    world.dns.asked.length = 0;
    world.clock.time -= 365 * 24 * HOUR;
    await world.settle();
    assert(world.dns.asked.length > 0);
  });

  test('what a customer has no longer is forgotten', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    await world.look();
    await world.apply({ customer: [{ id: 'acme', pools: ['standard'], domains: [], sources: [], mailhosts: [] }] });
    await world.settle();
    const { db } = world.control.database;
    for (const table of ['check_subject', 'check_result', 'domain_ownership'] as const) {
      assert.deepEqual(await db.selectFrom(table).selectAll().execute(), [], table);
    }
  });
});

describe('grants', () => {
  const bulk = { streams: [{ name: 'bulk', pools: ['standard'], match: 'header:X-Stream=bulk' }] };

  test('in force while the owner’s record stands, gone once it is removed, kept while DNS fails', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme(bulk));
    const asked = await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: 'bulk' });
    assert.equal(asked.state, 'none');
    const inForce = () => world.control.directory.grant(ACME, 'shop.test')?.stream;
    const key = `TXT ${asked.record.name}`;
    world.zone.set(key, [asked.record.text]);
    await world.look();
    assert.equal(inForce(), 'bulk');
    world.zone.set(key, 'SERVFAIL');
    await world.look();
    assert.equal(inForce(), 'bulk', 'DNS fails');
    const { grants } = streamFacts(world.control.database.raw);
    assert.deepEqual(
      [...grants].map(({ domain, stream }) => [domain, stream]),
      [['shop.test', 'bulk']],
      'at a start',
    );
    world.zone.delete(key);
    await world.look();
    assert.equal(inForce(), undefined, 'taken back');
  });

  test('it begins and ends at its time, without a look', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme(bulk));
    const { record } = await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: 'bulk' });
    world.zone.set(`TXT ${record.name}`, [`${record.text}; from=2026-11-23; until=2026-11-24`]);
    await world.look();
    const inForce = () => world.control.directory.grant(ACME, 'shop.test')?.stream;
    assert.equal(inForce(), undefined);
    world.clock.time = Date.UTC(2026, 10, 23);
    await world.settle();
    assert.equal(inForce(), 'bulk');
    world.clock.time = Date.UTC(2026, 10, 25) - 1;
    await world.settle();
    assert.equal(inForce(), 'bulk');
    world.clock.time = Date.UTC(2026, 10, 25);
    await world.settle();
    assert.equal(inForce(), undefined);
  });

  test('one record that follows another while the relay is off is in force after the start', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    const { record } = await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: '*' });
    // What a start reads goes by the machine's own clock.
    const ends = Math.floor((Date.now() - MINUTE) / MINUTE) * MINUTE;
    world.clock.time = ends - HOUR;
    const first = `${record.text}; until=${new Date(ends).toISOString().slice(0, 16)}Z`;
    world.zone.set(`TXT ${record.name}`, [first, record.text]);
    await world.look();
    assert.equal(world.control.directory.grant(ACME, 'shop.test')?.stream, '*');
    // The relay is off when the first record ends.
    assert.deepEqual([...streamFacts(world.control.database.raw).grants], [], 'left out until it is settled');
    const told = await world.control.changes.make({ who: 'tester' }, async (trx) => {
      const step = await settleGrant(trx, { customer: ACME, domain: 'shop.test' }, { now: ends });
      return { result: step.directory, audit: [] };
    });
    assert.deepEqual(
      told.map((change) => change.kind === 'grant' && change.fact?.stream),
      ['*'],
    );
  });

  test('the operator’s word goes before, and what DNS says waits beside it', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme({ ...bulk, grants: [{ domain: 'shop.test', stream: '*', proof: 'letter' }] }));
    const { record } = await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: 'bulk' });
    world.zone.set(`TXT ${record.name}`, [record.text]);
    await world.look();
    const inForce = () => world.control.directory.grant(ACME, 'shop.test')?.stream;
    assert.equal(inForce(), '*');
    await world.apply(acme({ ...bulk, grants: [] }));
    await world.settle();
    assert.equal(inForce(), 'bulk');
  });

  test('a stream that the customer does not have is not granted', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    const { record } = await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: 'news' });
    world.zone.set(`TXT ${record.name}`, [record.text]);
    await world.look();
    assert.equal(world.control.directory.grant(ACME, 'shop.test'), undefined);
    assert.equal((await world.check('grant')).state, 'fail');
  });

  test('a customer that is removed has no grants', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    const { record } = await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: '*' });
    world.zone.set(`TXT ${record.name}`, [record.text]);
    await world.look();
    assert.equal(world.control.directory.grant(ACME, 'shop.test')?.stream, '*');
    await world.control.apply('', { prune: true, dryRun: false, who: 'tester' });
    await world.settle();
    assert.equal(world.control.directory.grant(ACME, 'shop.test'), undefined);
    const left = await world.control.database.db.selectFrom('dns_grant').selectAll().execute();
    assert.deepEqual(left, []);
  });

  test('the owner sees who was granted its domain; who only entered its name does not', async () => {
    await using world = await startCheckWorld();
    await world.apply(acme());
    const shop = (verified: boolean) =>
      world.apply({
        customer: [{ id: 'shop', pools: ['standard'], domains: [{ name: 'shop.test', outbound: true, verified }] }],
      });
    await shop(false);
    await world.checks.grants.ask({ who: 'tester' }, ACME, { domain: 'shop.test', stream: '*' });
    assert.deepEqual(await world.checks.grants.over('shop' as CustomerId, { limit: 10 }), []);
    await shop(true);
    const over = await world.checks.grants.over('shop' as CustomerId, { limit: 10 });
    assert.deepEqual(
      over.map(({ customer, domain }) => [customer, domain]),
      [['acme', 'shop.test']],
    );
    assert.deepEqual(await world.checks.grants.over(ACME, { limit: 10 }), []);
  });
});
