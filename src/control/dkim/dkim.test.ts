import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { stringify } from 'smol-toml';
import { createTestDkim } from '../../../test/support/dkim.ts';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { createTestLog } from '../../platform/log.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { type ApplyOutcome, type Control, openControl } from '../control.ts';
import type { DkimKeyView } from './key-rows.ts';

const DAY = 86_400_000;

class World implements AsyncDisposable {
  readonly folder = temporaryFolder('dkim');
  readonly dkim = createTestDkim();
  box = this.dkim.options.box;
  now = 1_800_000_000_000;
  control: Control = this.open();

  open(mayBeLost = false): Control {
    return openControl({
      path: this.folder.file('control.db'),
      clock: { now: () => this.now, monotonic: () => 0 },
      publish: () => {},
      suspend: async () => {},
      releaseSuppressed: async () => {},
      suppressionFailed: (err) => {
        throw err;
      },
      poolsChanged: () => {},
      dkim: { ...this.dkim.options, box: this.box, mayBeLost },
      log: createTestLog(),
    });
  }

  async restart(): Promise<void> {
    await this.control.close();
    this.control = this.open();
  }

  apply(dkim: unknown, more: { name?: string; dryRun?: boolean } = {}): Promise<ApplyOutcome> {
    const domain = { name: more.name ?? 'acme.test', verified: true, ...(dkim === undefined ? {} : { dkim }) };
    const text = stringify({ customer: [{ id: 'acme', domains: [domain] }] });
    return this.control.apply(text, { prune: false, dryRun: more.dryRun === true, who: 'tester' });
  }

  keys(): Promise<DkimKeyView[]> {
    return this.control.dkim.list({ limit: 100 });
  }

  async told(): Promise<string[]> {
    return (await this.keys()).map(({ selector, state, stream }) =>
      `${selector} ${stream} ${state}`.replace('  ', ' '),
    );
  }

  signing(): string[] {
    const keys = this.control.directory.domain('acme.test')?.dkim?.keys ?? [];
    return keys.map(({ selector, stream }) => `${selector} ${stream}`.trim()).sort();
  }

  async publishAll(): Promise<void> {
    for (const { record } of await this.keys()) this.dkim.zone.set(record.name, [record.text]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control.close();
    await this.folder[Symbol.asyncDispose]();
  }
}

test('apply makes keys that sign once their records are seen', async () => {
  await using world = new World();
  const outcome = await world.apply(true);
  assert.ok(outcome.kind === 'applied');
  assert.match(outcome.warnings.join(), /acme\.test signs once its DKIM records are published/);
  assert.deepEqual(await world.told(), ['em20270115e waiting', 'em20270115r waiting']);
  assert.deepEqual(world.signing(), []);
  await world.control.dkimKeeper.round();
  assert.match((await world.keys())[0]?.fault ?? '', /no record/);
  await world.publishAll();
  world.now += 2000;
  await world.control.dkimKeeper.round();
  assert.deepEqual(world.signing(), ['em20270115e', 'em20270115r']);
  const again = await world.apply(true);
  assert.ok(
    again.kind === 'applied' && again.changes.length === 0 && !again.warnings.join().includes('DKIM'),
    JSON.stringify(again),
  );
  const silent = await world.apply(undefined);
  assert.ok(silent.kind === 'applied' && silent.changes.length === 0, 'a file without a word leaves it as it is');
  await world.restart();
  assert.deepEqual(world.signing(), ['em20270115e', 'em20270115r']);
});

test('a wrong record does not make a key sign', async () => {
  await using world = new World();
  await world.apply(true);
  const [first, second] = await world.keys();
  assert.ok(first !== undefined && second !== undefined);
  world.dkim.zone.set(first.record.name, [second.record.text]);
  world.dkim.zone.set(second.record.name, [second.record.text, second.record.text]);
  await world.control.dkimKeeper.check('acme.test');
  assert.deepEqual(world.signing(), []);
  const faults = (await world.keys()).map(({ fault }) => fault);
  assert.deepEqual(faults, ['the record is for rsa, the key is ed25519', 'there are 2 records']);
});

test('a rotation waits for the new record, then keeps the old one for the overlap, then erases the key', async () => {
  await using world = new World();
  await world.apply({ make: ['rsa'], published: true });
  assert.deepEqual(world.signing(), ['em20270115r']);
  const id = world.control.directory.domain('acme.test')?.dkim?.keys[0]?.id ?? 0;
  world.now += DAY;
  const rotated = await world.control.dkim.rotate({ domain: 'acme.test', published: false }, { who: 'tester' });
  assert.ok(Array.isArray(rotated) && rotated.length === 1);
  const asked = await world.control.dkim.rotate({ domain: 'acme.test', published: false }, { who: 'tester' });
  assert.ok(Array.isArray(asked) && asked[0]?.selector === rotated[0]?.selector, 'asked twice it is the same');
  assert.deepEqual(world.signing(), ['em20270115r'], 'the old one signs until the new record is seen');
  await world.publishAll();
  await world.control.dkimKeeper.check('acme.test');
  assert.deepEqual(world.signing(), ['em20270116r']);
  assert.deepEqual(await world.told(), ['em20270115r retiring', 'em20270116r active']);
  assert.ok(world.control.dkim.privateKey(id) !== undefined, 'mail that is being signed can be');
  assert.ok(
    'refused' in (await world.control.dkim.remove({ domain: 'acme.test', selector: 'em20270115r' }, { who: 'x' })),
  );
  world.now += 61_000;
  await world.control.dkimKeeper.round();
  assert.deepEqual(await world.told(), ['em20270115r retired', 'em20270116r active']);
  assert.equal(world.control.dkim.privateKey(id), undefined);
  await world.control.dkim.remove({ domain: 'acme.test', selector: 'em20270115r' }, { who: 'tester' });
  assert.deepEqual(await world.told(), ['em20270116r active']);
});

test('streams have keys of their own, and one key can be retired', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], streams: ['bulk'], published: true });
  assert.deepEqual(world.signing(), ['em20270115e', 'em20270115e2 bulk']);
  await world.control.dkim.retire({ domain: 'acme.test', selector: 'em20270115e2' }, { who: 'tester' });
  assert.deepEqual(world.signing(), ['em20270115e']);
});

test('what is imported signs with that key; another key for the selector is refused', async () => {
  await using world = new World();
  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const seed = Buffer.alloc(32, 3).toString('base64');
  const keys = [
    { selector: 'Mine', private_key: pem(rsa) },
    { selector: 'ed', private_key: seed },
  ];
  const outcome = await world.apply({ keys, published: true });
  assert.ok(outcome.kind === 'applied', JSON.stringify(outcome));
  assert.ok(!JSON.stringify(outcome).includes('PRIVATE'));
  assert.deepEqual(world.signing(), ['ed', 'mine'], 'and none were made besides');
  const same = await world.apply({ keys, published: true });
  assert.ok(same.kind === 'applied' && same.changes.length === 0, JSON.stringify(same));
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const clash = await world.apply({ keys: [{ selector: 'mine', private_key: pem(other) }], published: true });
  assert.ok(clash.kind === 'refused');
  assert.match(JSON.stringify(clash.faults), /new key needs a new selector/);
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  for (const [text, fault] of [
    [pem(short), /1024 bits/],
    ['nonsense', /no private key/],
    [pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), /ec key/],
  ] as const) {
    const refused = await world.apply({ keys: [{ selector: 'x', private_key: text }] });
    assert.ok(refused.kind === 'refused');
    assert.match(JSON.stringify(refused.faults), fault);
    assert.ok(!JSON.stringify(refused.faults).includes(text.slice(30, 60)) || text === 'nonsense');
  }
});

test('a domain that signs no more, and one that goes, take their keys along', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  await world.apply(false);
  assert.deepEqual(world.signing(), []);
  assert.deepEqual(await world.told(), ['em20270115e retiring']);
  await world.apply({ make: ['ed25519'], published: true });
  assert.deepEqual(world.signing(), ['em20270115e2']);
  await world.apply(undefined, { name: 'other.test' });
  assert.deepEqual(await world.told(), []);
});

test('a record that goes while its key signs is told of, and that it is there again', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  const name = 'em20270115e._domainkey.acme.test';
  await world.control.dkimKeeper.check('acme.test');
  assert.equal(world.dkim.faults.get(name), 'there is no record');
  assert.deepEqual(world.signing(), ['em20270115e'], 'it signs on: others may see the record');
  await world.publishAll();
  await world.control.dkimKeeper.check('acme.test');
  assert.ok(world.dkim.faults.has(name) && world.dkim.faults.get(name) === undefined);
});

test('DNS that gives no answer is no fault of a record, until it lasted for two days', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  await world.publishAll();
  await world.control.dkimKeeper.check('acme.test');
  world.dkim.faults.clear();
  world.dkim.silent = true;
  const begin = world.now;
  for (const hours of [25, 26, 47]) {
    world.now = begin + hours * 3_600_000;
    await world.control.dkimKeeper.round();
  }
  assert.equal(world.dkim.faults.size, 0);
  assert.equal((await world.keys())[0]?.fault, null);
  world.now = begin + 49 * 3_600_000;
  await world.control.dkimKeeper.round();
  assert.match([...world.dkim.faults.values()].join(), /^DNS gave no answer/);
  world.dkim.silent = false;
  world.now += 12 * 3_600_000;
  await world.control.dkimKeeper.round();
  assert.deepEqual([...world.dkim.faults.values()], [undefined], 'the alarm ends before a day has passed');
});

test('a zone that gives no answer is asked less often once the key is a day old', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'] });
  await world.publishAll();
  world.dkim.silent = true;
  const states: (string | undefined)[] = [];
  const roundAfter = async (ms: number) => {
    world.now += ms;
    await world.control.dkimKeeper.round();
    states.push((await world.keys())[0]?.state);
  };
  await roundAfter(25 * 3_600_000);
  await roundAfter(2000);
  world.dkim.silent = false;
  // Asked each second on the first day, then each ten.
  await roundAfter(2000);
  await roundAfter(10_000);
  assert.deepEqual(states, ['waiting', 'waiting', 'waiting', 'active']);
});

test('a dry run makes nothing', async () => {
  await using world = new World();
  await world.apply(
    { keys: [{ selector: 'a', private_key: Buffer.alloc(32, 3).toString('base64') }] },
    { dryRun: true },
  );
  assert.deepEqual(await world.told(), []);
});

test('keys lie sealed on disk, and the master key can be changed', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  const id = world.control.directory.domain('acme.test')?.dkim?.keys[0]?.id ?? 0;
  const key = Buffer.from(world.control.dkim.privateKey(id) ?? []);
  await world.control.close();
  for (const file of ['control.db', 'control.db-wal']) {
    const octets = (() => {
      try {
        return readFileSync(world.folder.file(file));
      } catch {
        return Buffer.alloc(0);
      }
    })();
    assert.ok(!octets.includes(key.subarray(-32)));
  }
  const [old, next] = [Buffer.alloc(32, 9), Buffer.alloc(32, 10)];
  world.box = createSecretBox([next], 'dkim');
  assert.throws(() => world.open(), /another master key; name it in secrets\.master_key_file/);
  world.box = createSecretBox([next, old], 'dkim');
  world.control = world.open();
  assert.deepEqual(Buffer.from(world.control.dkim.privateKey(id) ?? []), key);
  assert.equal(await world.control.dkimKeeper.resealAll(), 1);
  world.box = createSecretBox([next], 'dkim');
  await world.restart();
  assert.deepEqual(Buffer.from(world.control.dkim.privateKey(id) ?? []), key);
});

test('after the master key was lost the relay starts by the operator’s word, and new keys take over', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  const lost = world.control.directory.domain('acme.test')?.dkim?.keys[0]?.id ?? 0;
  await world.control.close();
  world.box = createSecretBox([Buffer.alloc(32, 11)], 'dkim');
  assert.throws(() => world.open(), /lost: docs\/dkim\.md/);
  world.control = world.open(true);
  assert.equal(world.control.dkim.privateKey(lost), undefined);
  assert.deepEqual(world.signing(), ['em20270115e'], 'its mail waits, and is not sent unsigned');
  await world.control.dkim.create(
    { domain: 'acme.test', stream: '', algorithm: 'ed25519', published: false },
    { who: 'x' },
  );
  await world.publishAll();
  await world.control.dkimKeeper.check('acme.test');
  assert.deepEqual(world.signing(), ['em20270115e2']);
  await world.restart();
  assert.deepEqual(world.signing(), ['em20270115e2']);
});

test('asked to rotate again by the word that records are published, the successor that waits signs, and no other', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  const waiting = await world.control.dkim.rotate({ domain: 'acme.test', published: false }, { who: 'tester' });
  const begun = await world.control.dkim.rotate({ domain: 'acme.test', published: true }, { who: 'tester' });
  assert.ok(Array.isArray(waiting) && Array.isArray(begun));
  assert.deepEqual(
    begun.map(({ selector, state }) => `${selector} ${state}`),
    [`${waiting[0]?.selector} active`],
  );
  assert.deepEqual(await world.told(), ['em20270115e retiring', 'em20270115e2 active']);
});

test('audit tells of every change, and never of a private key', async () => {
  await using world = new World();
  await world.apply({ make: ['ed25519'], published: true });
  await world.control.dkim.rotate({ domain: 'acme.test', published: true }, { who: 'tester' });
  const rows = await world.control.audit({ limit: 100 });
  const told = rows.map(({ action, object }) => `${action} ${object}`);
  assert.ok(told.includes('created dkim em20270115e._domainkey.acme.test'), told.join());
  assert.ok(told.includes('created dkim em20270115e2._domainkey.acme.test'), told.join());
  assert.ok(!JSON.stringify(rows).includes('sealed'));
});
