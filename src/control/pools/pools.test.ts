import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import { buildOwnerApi } from '../../../test/support/owner-api.ts';
import type { AlarmWatch } from '../../mail/report/alarm-watch.ts';
import type { Resolver } from '../../network/dns-answer.ts';
import { createTestLog } from '../../platform/log.ts';
import { zoneDns } from '../../protocol/spf/testing/zone-dns.ts';
import type { ApiServer } from '../api/context.ts';
import { openPools, type Pools } from './pools.ts';

// The control database, the service and the HTTP shell are real; DNS is a zone in memory that the tests edit.

const INCLUDE = '_spf.relay.test';
const HOUR_MS = 3_600_000;

type Zone = Parameters<typeof zoneDns>[0];

class World {
  readonly control = new ControlWorld();
  zone: Zone = {};
  now = 1_800_000_000_000;
  settings = { include: INCLUDE as string | undefined, check_addresses: true, keep: 24 * HOUR_MS, lookups: 3 };
  told = 0;
  alarms = new Map<string, string>();
  readonly pools: Pools = openPools({
    database: this.control.control.database,
    changes: this.control.control.changes,
    clock: { now: () => this.now, monotonic: () => this.now },
    log: createTestLog(),
    config: () => ({ spf: { ...this.settings, check_interval: HOUR_MS } }) as never,
    freshResolver: () => zoneDns(this.zone) as unknown as Resolver,
    poolsChanged: () => this.told++,
    alarms: () =>
      ({ sendingAddresses: (faults) => void (this.alarms = new Map(faults)) }) satisfies Pick<
        AlarmWatch,
        'sendingAddresses'
      > as never,
  });
  readonly api: Promise<ApiServer> = buildOwnerApi({ control: this.control.control }, { pools: this.pools });

  async ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object, etag?: string) {
    const headers = etag === undefined ? {} : { 'if-match': etag };
    const answer = await (await this.api).inject({
      method,
      url,
      headers,
      ...(body !== undefined && { payload: body }),
    });
    return { status: answer.statusCode, body: answer.json(), etag: String(answer.headers['etag']) };
  }

  /** Publishes what the relay says should be published. */
  async publish(): Promise<void> {
    for (const { records } of await this.pools.spfRecords()) {
      for (const { name, strings } of records) this.zone[name] = [{ TXT: strings }];
    }
  }

  reverse(ip: string, name: string): void {
    this.zone[`${ip.split('.').toReversed().join('.')}.in-addr.arpa`] = [{ PTR: name }];
    this.zone[name] = [{ A: ip }];
  }

  async end(): Promise<void> {
    await (await this.api).close();
    await this.pools.close();
    await this.control.end();
  }
}

interface ShownAddress {
  ip: string;
  state: string;
  prepared: boolean;
  in_spf: boolean;
  in_spf_until?: string;
  checks: { check: string; state: string }[];
}

const only = (pool: { addresses: ShownAddress[] }) => pool.addresses[0] ?? assert.fail('the pool has no address');

describe('an address of ours, from its pool to its removal', () => {
  const world = new World();
  const path = '/api/v1/pools/standard/addresses/192.0.2.10';
  after(() => world.end());

  test('a pool is made; its addresses are out, and the include names them', async () => {
    const made = await world.ask('POST', '/api/v1/pools', { name: 'standard' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(made.body.include, INCLUDE);
    const again = await world.ask('POST', '/api/v1/pools', { name: 'standard' });
    assert.equal(again.status, 409);
    const added = await world.ask('POST', '/api/v1/pools/standard/addresses', {
      ip: '192.0.2.10',
      hostname: 'OUT1.relay.test',
    });
    assert.equal(added.status, 201, JSON.stringify(added.body));
    const { state, prepared, in_spf } = only(added.body);
    assert.deepEqual([state, prepared, in_spf], ['out', true, true]);
    const [tree] = await world.pools.spfRecords();
    assert.equal(tree?.records[0]?.text, 'v=spf1 ip4:192.0.2.10 ~all');
  });

  test('it is refused while DNS does not speak for it, with what is expected and what was found', async () => {
    const updates = world.control.updates.length;
    const refused = await world.ask('POST', `${path}/activate`, {});
    assert.equal(refused.status, 422);
    const errors = refused.body.errors as { field: string; message: string }[];
    assert.deepEqual(
      errors.map(({ field }) => field),
      ['spf', 'reverse', 'forward'],
    );
    assert.match(errors[0]?.message ?? '', /expected _spf\.relay\.test covers 192\.0\.2\.10; found .* no SPF record/);
    assert.match(errors[1]?.message ?? '', /expected PTR of 192\.0\.2\.10: out1\.relay\.test; found no such record/);
    assert.equal(world.control.updates.length, updates, 'a refusal changes nothing');
    assert.equal(only((await world.ask('GET', '/api/v1/pools/standard')).body).state, 'out');
  });

  test('a failure of DNS is no proof either', async () => {
    world.zone[INCLUDE] = ['TIMEOUT'];
    world.reverse('192.0.2.10', 'out1.relay.test');
    const refused = await world.ask('POST', `${path}/activate`, {});
    assert.equal(refused.status, 422);
    assert.deepEqual(
      (refused.body.errors as { field: string }[]).map(({ field }) => field),
      ['spf'],
    );
    assert.match(JSON.stringify(refused.body.errors), /DNS did not answer/);
  });

  test('a PTR to another name, and a name that leads elsewhere, are both refused', async () => {
    await world.publish();
    world.zone['10.2.0.192.in-addr.arpa'] = [{ PTR: 'other.test' }];
    world.zone['out1.relay.test'] = [{ A: '192.0.2.99' }];
    const refused = await world.ask('POST', `${path}/activate`, {});
    assert.match(JSON.stringify(refused.body.errors), /found other\.test.*found 192\.0\.2\.99/);
  });

  test('once DNS speaks for it, it becomes active; waiting mail and relay threads hear of it', async () => {
    await world.publish();
    world.reverse('192.0.2.10', 'out1.relay.test');
    const told = world.told;
    const active = await world.ask('POST', `${path}/activate`, { reason: 'new' });
    assert.equal(active.status, 200, JSON.stringify(active.body));
    assert.equal(only(active.body).state, 'active');
    assert.equal(world.told, told + 1);
    const update = world.control.updates.at(-1);
    assert.ok(update?.kind === 'changes' && update.changes[0]?.kind === 'pool');
    const audit = await world.control.control.audit({ limit: 1, object: 'pool standard' });
    assert.deepEqual([audit[0]?.who, audit[0]?.reason], ['operator', 'new']);
    assert.match(audit[0]?.after ?? '', /"state":"active"/);
  });

  test('the report compares DNS with the pools: missing, and what is let through although not ours', async () => {
    const fine = await world.ask('GET', '/api/v1/spf');
    assert.equal(fine.body.includes[0].state, 'ok', JSON.stringify(fine.body));
    world.zone[INCLUDE] = [{ TXT: 'v=spf1 ip4:192.0.2.8/29 ~all' }];
    const more = await world.ask('GET', '/api/v1/spf');
    assert.deepEqual([more.body.includes[0].state, more.body.includes[0].too_much], ['too_much', ['192.0.2.8/29']]);
    world.zone[INCLUDE] = [{ TXT: 'v=spf1 ip4:192.0.2.11 ~all' }];
    const lacks = await world.ask('GET', '/api/v1/spf');
    assert.equal(lacks.body.includes[0].state, 'missing');
    assert.deepEqual(lacks.body.includes[0].missing, [{ pool: 'standard', ip: '192.0.2.10', state: 'active' }]);
  });

  test('an active address that DNS lacks alarms at the next look; a failure of DNS does not end nor begin one', async () => {
    const looked = await world.ask('POST', '/api/v1/pools/standard/check', {});
    assert.equal(looked.status, 200, JSON.stringify(looked.body));
    assert.match(world.alarms.get('standard 192.0.2.10') ?? '', /_spf\.relay\.test covers 192\.0\.2\.10/);
    await world.publish();
    await world.pools.look();
    assert.equal(world.alarms.size, 0);
    world.zone[INCLUDE] = ['TIMEOUT'];
    const unknown = await world.pools.look();
    assert.equal(world.alarms.size, 0);
    assert.equal(unknown[0]?.addresses[0]?.findings[0]?.state, 'unknown');
    await world.publish();
  });

  test('two people edit at once: the second is told', async () => {
    const { etag } = await world.ask('GET', '/api/v1/pools/standard');
    assert.equal((await world.ask('PATCH', '/api/v1/pools/standard', { spf: '' })).status, 428);
    const first = await world.ask('PATCH', '/api/v1/pools/standard', { spf: '_spf-bulk.relay.test' }, etag);
    assert.deepEqual([first.status, first.body.include], [200, '_spf-bulk.relay.test']);
    const second = await world.ask('PATCH', '/api/v1/pools/standard', { spf: '' }, etag);
    assert.equal(second.status, 412);
    assert.equal((await world.ask('PATCH', '/api/v1/pools/standard', { spf: null }, first.etag)).status, 200);
  });

  test('its name cannot change while it is active', async () => {
    const { etag } = await world.ask('GET', '/api/v1/pools/standard');
    const refused = await world.ask('PATCH', path, { hostname: 'out2.relay.test' }, etag);
    assert.equal(refused.status, 409);
    const unsaid = await world.ask('PATCH', path, { hostname: 'out2.relay.test', override: true }, etag);
    assert.equal(unsaid.status, 400);
  });

  test('drained, then out, it stays in the include for a while; only then may it be removed', async () => {
    assert.equal(only((await world.ask('POST', `${path}/drain`, {})).body).state, 'draining');
    const out = only((await world.ask('POST', `${path}/out`, {})).body);
    assert.deepEqual([out.state, out.prepared, out.in_spf], ['out', false, true]);
    assert.equal(out.in_spf_until, new Date(world.now + 24 * HOUR_MS).toISOString());
    const { etag } = await world.ask('GET', '/api/v1/pools/standard');
    assert.match((await world.ask('DELETE', path, undefined, etag)).body.detail, /names it until/);
    world.now += 25 * HOUR_MS;
    assert.deepEqual((await world.pools.spfRecords())[0]?.addresses, []);
    const gone = await world.ask('DELETE', path, undefined, etag);
    assert.deepEqual([gone.status, gone.body.addresses], [200, []]);
    assert.equal((await world.ask('POST', `${path}/out`, {})).status, 404);
  });

  test('a pool that customers name is not removed, and they are named', async () => {
    const applied = await world.control.apply({
      customer: [
        { id: 'acme', pools: ['standard'] },
        { id: 'beta', streams: [{ name: 'standard', pools: ['other'], match: 'header:X=1' }] },
        { id: 'gamma', streams: [{ name: 's', pools: ['standard'], match: 'header:X=1' }] },
      ],
      pool: [{ name: 'other', addresses: [{ ip: '192.0.2.77', hostname: 'x.relay.test' }] }],
    });
    assert.equal(applied.kind, 'applied', JSON.stringify(applied));
    const { etag } = await world.ask('GET', '/api/v1/pools/standard');
    const refused = await world.ask('DELETE', '/api/v1/pools/standard', undefined, etag);
    assert.deepEqual([refused.status, refused.body.detail], [409, 'The pool "standard" is named by acme, gamma.']);
    const other = await world.ask('GET', '/api/v1/pools/other');
    const working = await world.ask('DELETE', '/api/v1/pools/other', undefined, other.etag);
    assert.match(working.body.detail, /named by beta/);
    const usage = await world.ask('GET', '/api/v1/pools/standard/usage');
    assert.deepEqual(usage.body, { customers: 2, alone: 1 });
    assert.equal((await world.ask('GET', '/api/v1/pools/nowhere/usage')).status, 404);
  });

  test('lists come in pages', async () => {
    const first = await world.ask('GET', '/api/v1/pools?limit=1');
    assert.deepEqual([first.body.entries[0].name, first.body.entries.length], ['other', 1]);
    const next = await world.ask('GET', `/api/v1/pools?limit=1&after=${first.body.next}`);
    assert.deepEqual([next.body.entries[0].name, next.body.next], ['standard', undefined]);
    assert.equal((await world.ask('GET', '/api/v1/pools?after=nonsense')).status, 400);
  });
});

describe('ways around the checks', () => {
  const world = new World();
  const path = '/api/v1/pools/standard/addresses/192.0.2.10';
  before(async () => {
    await world.ask('POST', '/api/v1/pools', {
      name: 'standard',
      addresses: [{ ip: '192.0.2.10', hostname: 'out1.relay.test' }],
    });
  });
  after(() => world.end());

  test('an override needs a reason, which the audit keeps', async () => {
    const refused = await world.ask('POST', `${path}/activate`, { override: true });
    assert.deepEqual([refused.status, refused.body.errors[0].field], [400, 'reason']);
    const done = await world.ask('POST', `${path}/activate`, { override: true, reason: 'behind a smarthost' });
    assert.equal(only(done.body).state, 'active');
    const [entry] = await world.control.control.audit({ limit: 1 });
    assert.equal(entry?.reason, 'behind a smarthost');
    await world.ask('POST', `${path}/out`, {});
  });

  test('the setting lets the operator decide alone', async () => {
    world.settings.check_addresses = false;
    assert.equal(only((await world.ask('POST', `${path}/activate`, {})).body).state, 'active');
    world.settings.check_addresses = true;
    await world.ask('POST', `${path}/out`, {});
  });

  test('a pool that is in no include needs its reverse DNS only', async () => {
    world.reverse('192.0.2.20', 'in1.relay.test');
    await world.ask('POST', '/api/v1/pools', {
      name: 'inbound',
      addresses: [{ ip: '192.0.2.20', hostname: 'in1.relay.test' }],
    });
    const active = await world.ask('POST', '/api/v1/pools/inbound/addresses/192.0.2.20/activate', {});
    assert.equal(active.status, 200, JSON.stringify(active.body));
    assert.ok((await world.pools.spfRecords()).every(({ pools }) => !pools.includes('inbound')));
  });

  test('without an include in the configuration it is refused, and says what is missing', async () => {
    world.settings.include = undefined;
    const refused = await world.ask('POST', `${path}/activate`, {});
    assert.equal(refused.status, 422);
    assert.match(JSON.stringify(refused.body.errors), /the configuration names no include/);
    assert.match(
      JSON.stringify((await world.ask('GET', '/api/v1/spf')).body.notes),
      /pool standard is in no SPF include/,
    );
    world.settings.include = INCLUDE;
  });

  test('what apply made out is remembered from when it was seen', async () => {
    const pool = (state: string) => ({
      pool: [{ name: 'applied', addresses: [{ ip: '192.0.2.30', hostname: 'out3.relay.test', state }] }],
    });
    await world.control.apply(pool('active'));
    await world.pools.look();
    await world.control.apply(pool('out'));
    world.pools.changed();
    await world.pools.look();
    const view = (await world.pools.get('applied'))?.addresses[0];
    assert.equal(view?.prepared, false);
    assert.ok(view?.namedUntil !== undefined && view.named);
    const prepared = await world.ask('POST', '/api/v1/pools/applied/addresses/192.0.2.30/prepare', {});
    assert.deepEqual([only(prepared.body).prepared, only(prepared.body).in_spf_until], [true, undefined]);
    const taken = await world.ask('POST', '/api/v1/pools/applied/addresses/192.0.2.30/out', {});
    assert.equal(only(taken.body).prepared, false);
  });

  test('apply is the operator’s word, and is warned', async () => {
    const warnings = await world.pools.warnings([
      { pool: 'applied', ip: '192.0.2.30', hostname: 'out3.relay.test' }, // documentation: no address of the Internet
    ]);
    assert.deepEqual(warnings, []);
    await world.control.apply({
      pool: [{ name: 'real', addresses: [{ ip: '9.9.9.9', hostname: 'out9.relay.test' }] }],
    });
    const said = await world.pools.warnings([{ pool: 'real', ip: '9.9.9.9', hostname: 'out9.relay.test' }]);
    assert.match(
      said.join(),
      /address 9\.9\.9\.9 of pool real is active, but expected _spf\.relay\.test covers 9\.9\.9\.9/,
    );
  });

  test('nothing in a name or an address gets further than the schema', async () => {
    for (const [name, ip] of [
      ['../x', '192.0.2.1'],
      ['a b', '192.0.2.1'],
      ['standard', '192.0.2.1/24'],
      ['standard', "1' or '1"],
    ]) {
      const url = `/api/v1/pools/${encodeURIComponent(name ?? '')}/addresses/${encodeURIComponent(ip ?? '')}/out`;
      assert.equal((await world.ask('POST', url, {})).status, 400, url);
    }
    const many = await world.ask('POST', '/api/v1/pools', {
      name: '-',
      spf: 'a b',
      addresses: [{ ip: 'x', hostname: 'y' }],
    });
    assert.equal(many.status, 400);
    assert.ok(many.body.errors.length >= 4, JSON.stringify(many.body.errors));
  });
});
