import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { ControlWorld } from '../../test/support/control.ts';
import { openDirectory } from '../mail/authorise/directory-index.ts';
import type { CustomerId } from '../mail/message.ts';
import { checkPassword } from '../protocol/sasl/scram.ts';
import type { ApplyOutcome } from './control.ts';

const acme = 'acme' as CustomerId;
const ACME = {
  id: 'acme',
  name: 'Acme S.A.',
  pools: ['standard'],
  sources: ['192.0.2.0/28'],
  mailhosts: [{ host: '198.51.100.1', port: 25 }],
  domains: [{ name: 'acme.test', outbound: true, inbound: true, subdomains: false, verified: true }],
};
const STANDARD = { name: 'standard', addresses: [{ ip: '192.0.2.100', hostname: 'out1.relay.test', state: 'active' }] };

type Tables = Record<string, unknown>;

let world: ControlWorld | undefined;
function newWorld(): ControlWorld {
  world = new ControlWorld();
  return world;
}
afterEach(async () => {
  await world?.end();
  world = undefined;
});

function changed(outcome: ApplyOutcome): string[] {
  assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
  return outcome.kind === 'applied' ? outcome.changes.map(({ action, object }) => `${action} ${object}`) : [];
}

function faults(outcome: ApplyOutcome): string[] {
  assert.equal(outcome.kind, 'refused', JSON.stringify(outcome));
  return outcome.kind === 'refused'
    ? outcome.faults.map(({ key, line, message }) => `${line ?? '-'} ${key} ${message}`)
    : [];
}

describe('apply', () => {
  test('a named object becomes what the file says, and says so only once', async () => {
    const w = newWorld();
    const { control } = w;
    const file = { pool: [STANDARD], customer: [ACME] };
    assert.deepEqual(changed(await w.apply(file)), ['created pool standard', 'created customer acme']);
    assert.deepEqual(changed(await w.apply(file)), []);
    assert.equal(w.updates.length, 1);
    assert.equal(control.directory.domain('acme.test')?.verified, true);
    const renamed = {
      pool: [STANDARD],
      customer: [{ ...ACME, name: 'Acme', domains: [], sources: ['192.0.2.16/28'] }],
    };
    const outcome = await w.apply(renamed);
    assert.deepEqual(outcome.kind === 'applied' && outcome.changes[0]?.details, [
      'name: Acme S.A. -> Acme',
      'domain acme.test removed',
      'source 192.0.2.16/28 added',
      'source 192.0.2.0/28 removed',
    ]);
    assert.equal(control.directory.domain('acme.test'), undefined);
    assert.equal(control.directory.network('192.0.2.1'), undefined);
    assert.equal(control.directory.network('192.0.2.17')?.customer, 'acme');
  });

  test('the queue hears of a change that may give waiting mail an address, and of no other', async () => {
    const w = newWorld();
    await w.apply({ customer: [{ ...ACME, pools: [] }] });
    assert.equal(w.poolChanges, 0, 'a new customer has nothing queued');
    await w.apply({ pool: [STANDARD] });
    assert.equal(w.poolChanges, 1, 'a pool with an active address');
    await w.apply({ customer: [ACME] });
    assert.equal(w.poolChanges, 2, 'another pool for a customer');
    await w.apply({ customer: [{ ...ACME, sources: [] }] });
    await w.apply({ customer: [ACME], pool: [{ ...STANDARD, addresses: [] }] }, { dryRun: true });
    assert.equal(w.poolChanges, 2);
  });

  test('what is set survives a restart', async () => {
    const w = newWorld();
    await w.apply({ pool: [STANDARD], customer: [ACME] });
    const before = w.control.directory.customer(acme);
    await w.restart();
    assert.deepEqual(w.control.directory.customer(acme), before);
    assert.equal(w.control.directory.network('192.0.2.1')?.customer, 'acme');
    assert.deepEqual(changed(await w.apply({ pool: [STANDARD], customer: [ACME] })), []);
  });

  test('unnamed objects stay; --prune removes them', async () => {
    const w = newWorld();
    const other = {
      id: 'other',
      pools: ['spare'],
      domains: [{ name: 'other.test', verified: true }],
      sources: ['198.51.100.0/24'],
    };
    await w.apply({ pool: [STANDARD, { name: 'spare' }], customer: [ACME, other] });
    assert.deepEqual(changed(await w.apply({ pool: [STANDARD], customer: [ACME] })), []);
    assert.ok(w.control.directory.domain('other.test'));
    const pruned = await w.apply({ pool: [STANDARD], customer: [ACME] }, { prune: true });
    assert.deepEqual(changed(pruned), ['removed pool spare', 'removed customer other']);
    assert.equal(w.control.directory.domain('other.test'), undefined);
    assert.equal(w.control.directory.network('198.51.100.1'), undefined);
    assert.equal(w.control.directory.customer('other' as CustomerId), undefined);
    assert.ok(w.control.directory.customer(acme));
  });

  test('what a file says of suspensions is what the queue is told, whatever lay between', async () => {
    const w = newWorld();
    const say = async (state: string) => {
      w.suspensions.length = 0;
      const outcome = await w.apply({ pool: [STANDARD], customer: [{ ...ACME, state }] });
      assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
      return w.suspensions.map(([, suspended]) => (suspended ? 'waits' : 'goes on'));
    };
    const holds = () => w.control.database.raw.prepare('select holds from account').get()?.['holds'];
    assert.deepEqual(await say('suspended'), ['waits']);
    assert.deepEqual(await say('deactivated'), [], 'the end of the contract lifts no suspension');
    assert.equal(holds(), 1);
    assert.deepEqual(await say('live'), ['goes on']);
    assert.equal(holds(), 0);
    // Whoever is removed while suspended, and comes back, begins anew.
    for (const [back, heard] of [
      ['live', 'goes on'],
      ['suspended', 'waits'],
    ] as const) {
      await say('suspended');
      await w.apply({ pool: [STANDARD] }, { prune: true });
      assert.deepEqual(await say(back), [heard]);
      assert.equal(holds(), back === 'live' ? 0 : 1);
    }
  });

  test('a pool that is still named cannot be pruned', async () => {
    const w = newWorld();
    await w.apply({ pool: [STANDARD], customer: [ACME] });
    const [fault] = faults(await w.apply({ customer: [ACME] }, { prune: true }));
    assert.match(fault ?? '', /customer\.0\.pools names the pool "standard", which does not exist/);
  });

  test('a dry run says the same and changes nothing', async () => {
    const w = newWorld();
    const dry = await w.apply({ pool: [STANDARD], customer: [ACME] }, { dryRun: true });
    assert.equal(changed(dry).length, 2);
    assert.equal(w.updates.length, 0);
    assert.equal((await w.control.audit({ limit: 10 })).length, 0);
    assert.equal(changed(await w.apply({ pool: [STANDARD], customer: [ACME] })).length, 2);
  });

  test('all faults at once, with line and key', async () => {
    const w = newWorld();
    const text = [
      '[[pool]]',
      'name = "standard"',
      'addresses = [{ ip = "300.1.2.3", hostname = "out 1", state = "on" }]',
      '[[customer]]',
      'id = "a b"',
      'colour = "red"',
      'sources = ["10.0.0.1/8", "x", { network = "40.0.0.0/8", shared = true, proof = { secret_header = "X-Secret", secret = "short" } }]',
      'domains = [{ name = "no domain" }]',
      'mailhosts = [{ host = "mail.test", port = 70000 }]',
      'streams = [{ name = "business", pools = [], match = "X-Stream" }]',
      'logins = [{ name = "u" }]',
    ].join('\n');
    const all = faults(await w.applyText(text));
    for (const key of [
      '3 pool.0.addresses.0.ip',
      '3 pool.0.addresses.0.hostname',
      '3 pool.0.addresses.0.state must be one of "active", "draining", "out"',
      '5 customer.0.id',
      '6 customer.0.colour is not a key here',
      '7 customer.0.sources.0',
      '7 customer.0.sources.1',
      '7 customer.0.sources.2',
      '8 customer.0.domains.0.name',
      '9 customer.0.mailhosts.0.port must be 65535 or less',
      '10 customer.0.streams.0.name',
      '10 customer.0.streams.0.pools must not be empty',
      '10 customer.0.streams.0.match must be "header:NAME=VALUE"',
      '11 customer.0.logins.0 needs a password',
    ]) {
      assert.ok(
        all.some((fault) => fault.startsWith(key)),
        `${key} in\n${all.join('\n')}`,
      );
    }
    assert.match(faults(await w.applyText('[[pool'))[0] ?? '', /^1 file is not valid TOML/);
  });

  const CLASHES: readonly [what: string, other: Tables, message: RegExp][] = [
    ['a domain has one owner', { domains: [{ name: 'acme.test' }] }, /"acme\.test" belongs to customer "acme"/],
    ['in any letters', { domains: [{ name: 'ACME.test.' }] }, /"acme\.test" belongs to/],
    [
      'an unshared source has one holder',
      { sources: ['192.0.2.0/28'] },
      /clashes with 192\.0\.2\.0\/28 of customer "acme"/,
    ],
    ['nor a part of it', { sources: ['192.0.2.1'] }, /192\.0\.2\.1\/32 clashes with 192\.0\.2\.0\/28/],
    ['nor what is around it', { sources: ['192.0.0.0/16'] }, /192\.0\.0\.0\/16 clashes with 192\.0\.2\.0\/28/],
    ['nor shared', { sources: [{ network: '192.0.2.0/28', shared: true, proof: 'login' }] }, /one holder/],
    [
      'a login has one owner',
      { logins: [{ name: 'acme-user', password: 'correct horse battery' }] },
      /login "acme-user" belongs/,
    ],
    ['a name below a domain with subdomains', { domains: [{ name: 'x.wide.test' }] }, /below "wide\.test"/],
    [
      'a domain above with subdomains',
      { domains: [{ name: 'test', subdomains: true }] },
      /"acme\.test" below it belongs/,
    ],
    ['an unknown pool', { pools: ['nowhere'] }, /names the pool "nowhere", which does not exist/],
  ];
  for (const [what, parts, message] of CLASHES) {
    test(`refused: ${what}, whether the other is in the file or set before`, async () => {
      const w = newWorld();
      const domains = [...ACME.domains, { name: 'wide.test', subdomains: true, verified: true }];
      const first = { ...ACME, domains, logins: [{ name: 'acme-user', password: 'correct horse battery' }] };
      const second = { id: 'beta', ...parts };
      assert.ok(faults(await w.apply({ pool: [STANDARD], customer: [first, second] })).length > 0);
      await w.apply({ pool: [STANDARD], customer: [first] });
      assert.match(faults(await w.apply({ customer: [second] })).join('\n'), message);
      assert.equal(w.control.directory.customer('beta' as CustomerId), undefined);
    });
  }
});

describe('apply, in depth', () => {
  test('a domain, a source and a login move when one file says so', async () => {
    const w = newWorld();
    const logins = [{ name: 'user', password: 'correct horse battery' }];
    await w.apply({ pool: [STANDARD], customer: [{ ...ACME, logins }] });
    const beta = { id: 'beta', sources: ['192.0.2.0/28'], domains: [{ name: 'acme.test', verified: true }], logins };
    changed(await w.apply({ customer: [{ ...ACME, domains: [], sources: [] }, beta] }));
    assert.equal(w.control.directory.domain('acme.test')?.customer, 'beta');
    assert.equal(w.control.directory.network('192.0.2.1')?.customer, 'beta');
    assert.equal(w.control.directory.login('user')?.customer, 'beta');
    await w.restart();
    assert.equal(w.control.directory.domain('acme.test')?.customer, 'beta');
    assert.equal(w.control.directory.network('192.0.2.1')?.customer, 'beta');
    assert.equal(w.control.directory.login('user')?.customer, 'beta');
  });

  test('a shared source has many holders, each with its own proof', async () => {
    const w = newWorld();
    const holder = (id: string, value: string) => ({
      id,
      sources: [{ network: '40.92.0.0/15', shared: true, proof: { header: 'X-Tenant', value } }],
    });
    changed(await w.apply({ customer: [holder('one', '1'), holder('two', '2')] }));
    changed(await w.apply({ customer: [holder('three', '3')] }));
    assert.equal(w.control.directory.network('40.92.0.1')?.customer, undefined);
    const proof = w.control.directory.holder('40.92.0.1', 'three' as CustomerId)?.shared;
    assert.deepEqual(proof, { kind: 'header', name: 'X-Tenant', value: '3' });
    const alone = await w.apply({ customer: [{ id: 'four', sources: ['40.92.0.0/15'] }] });
    assert.match(faults(alone)[0] ?? '', /one holder/);
    // A network of one customer's own inside of a provider's.
    changed(await w.apply({ customer: [{ id: 'five', sources: ['40.92.7.7'] }] }));
    assert.equal(w.control.directory.network('40.92.7.7')?.customer, 'five');
  });

  test('passwords and secrets are kept as keys and hashes only', async () => {
    const w = newWorld();
    const secret = 'c2VjcmV0c2VjcmV0c2VjcmV0';
    const sources = [{ network: '40.92.0.0/15', shared: true, proof: { secret_header: 'X-Secret', secret } }];
    const file = { customer: [{ id: 'acme', sources, logins: [{ name: 'user', password: 'correct horse battery' }] }] };
    changed(await w.apply(file));
    const login = w.control.directory.login('user');
    assert.ok(login && (await checkPassword(login.scram, 'correct horse battery')));
    assert.deepEqual(changed(await w.apply(file)), [], 'the same password changes nothing');
    const other = [{ name: 'user', password: 'another horse battery' }];
    assert.equal(changed(await w.apply({ customer: [{ id: 'acme', sources, logins: other }] })).length, 1);
    const everything = JSON.stringify([
      await w.control.audit({ limit: 100 }),
      w.control.directory.sources('40.92.0.1'),
    ]);
    assert.ok(!everything.includes('horse') && !everything.includes(secret) && !everything.includes('storedKey'));
  });

  test('who, when, what, before and after are kept', async () => {
    const w = newWorld();
    await w.apply({ pool: [STANDARD], customer: [ACME] });
    const draining = { ...STANDARD, addresses: [{ ...STANDARD.addresses[0], state: 'draining' }] };
    await w.apply({ pool: [draining] });
    const [newest] = await w.control.audit({ limit: 1 });
    assert.equal(newest?.who, 'tester');
    assert.equal(newest?.object, 'pool standard');
    assert.equal(newest?.at, 1_800_000_000_000);
    assert.match(newest?.before ?? '', /"state":"active"/);
    assert.match(newest?.after ?? '', /"state":"draining"/);
  });

  test('a suspension reaches the queue, survives a file that says nothing, and is lifted by one that says live', async () => {
    const w = newWorld();
    await w.apply({ pool: [STANDARD], customer: [ACME] });
    await w.apply({ pool: [STANDARD], customer: [{ ...ACME, state: 'suspended' }] });
    assert.equal(w.control.directory.customer(acme)?.state, 'suspended');
    changed(await w.apply({ pool: [STANDARD], customer: [ACME] }));
    assert.equal(w.control.directory.customer(acme)?.state, 'suspended');
    await w.restart();
    changed(await w.apply({ pool: [STANDARD], customer: [{ ...ACME, state: 'live' }] }));
    assert.deepEqual(w.suspensions, [
      ['acme', true],
      ['acme', false],
    ]);
  });

  test('many changes become a new base, and threads agree with main', async () => {
    const w = newWorld();
    const customer = Array.from({ length: 1500 }, (_, i) => ({
      id: `c${i}`,
      pools: ['standard'],
      sources: [`10.${i >> 8}.${i & 255}.0/24`],
      domains: [{ name: `c${i}.test`, verified: true }],
    }));
    const thread = openDirectory(w.control.base);
    changed(await w.apply({ pool: [STANDARD], customer }));
    assert.deepEqual(
      w.updates.map((update) => update.kind),
      ['base'],
    );
    for (const update of w.updates) thread.update(structuredClone(update));
    assert.equal(thread.domain('c1499.test')?.customer, 'c1499');
    assert.equal(thread.network('10.5.219.9')?.customer, 'c1499');
    assert.match(faults(await w.apply({ customer: [{ id: 'late', sources: ['10.5.0.0/16'] }] }))[0] ?? '', /clashes/);
  });

  test('two files at the same time are applied one after the other', async () => {
    const w = newWorld();
    const one = (name: string) => w.apply({ customer: [{ id: 'acme', name }] });
    await Promise.all([one('a'), one('b'), one('c')]);
    assert.equal(w.control.directory.customer(acme)?.name, 'c');
    await w.restart();
    assert.equal(w.control.directory.customer(acme)?.name, 'c');
  });
});
