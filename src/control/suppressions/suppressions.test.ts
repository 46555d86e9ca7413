import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { ControlWorld } from '../../../test/support/control.ts';
import { buildOwnerApi } from '../../../test/support/owner-api.ts';
import type { CustomerId } from '../../mail/message.ts';

const acme = 'acme' as CustomerId;
const TABLES = {
  pool: [{ name: 'standard', addresses: [{ ip: '192.0.2.1', hostname: 'out1.relay.test', state: 'active' }] }],
  customer: [{ id: 'acme', name: 'Acme', pools: ['standard'] }],
};

let world: ControlWorld | undefined;
async function newWorld(): Promise<ControlWorld> {
  world = new ControlWorld();
  const applied = await world.apply(TABLES);
  assert.equal(applied.kind, 'applied', JSON.stringify(applied));
  return world;
}
afterEach(async () => {
  await world?.end();
  world = undefined;
});

const entry = (address: string, more: { reason?: 'complaint'; evidence?: string } = {}) => ({
  customer: acme,
  address,
  reason: 'manual' as const,
  evidence: '',
  ...more,
});

describe('the list of suppressed addresses', () => {
  test('added once, told to all threads, audited, kept over a restart, lifted', async () => {
    const w = await newWorld();
    const { suppressions } = w.control;
    assert.equal(
      await suppressions.add([entry('a@b.test', { evidence: 'said so' }), entry('c@d.test')], { who: 'eve' }),
      2,
    );
    assert.equal(await suppressions.add([entry('a@b.test', { evidence: 'again' })], { who: 'eve' }), 0);
    assert.equal((await suppressions.get(acme, 'a@b.test'))?.evidence, 'said so', 'the first stays');
    assert.equal(w.control.directory.suppression(acme, 'a@b.test')?.reason, 'manual');
    const told = w.updates.flatMap((update) => (update.kind === 'changes' ? update.changes : []));
    assert.equal(told.filter(({ kind }) => kind === 'suppression').length, 2);
    await w.restart();
    assert.equal(w.control.directory.suppression(acme, 'a@b.test')?.at, 1_800_000_000_000);
    assert.equal(await w.control.suppressions.remove(acme, 'a@b.test', { who: 'eve' }), true);
    assert.equal(w.control.directory.suppression(acme, 'a@b.test'), undefined);
    assert.deepEqual(w.releases, [['acme', 'a@b.test']]);
    assert.equal(await w.control.suppressions.remove(acme, 'a@b.test', { who: 'eve' }), false);
    assert.equal(w.releases.length, 2, 'held mail goes on even where a crash came between the two last time');
    const [last, , first] = await w.control.audit({ limit: 3 });
    assert.deepEqual([last?.action, last?.object, last?.who], ['deleted', 'suppression acme a@b.test', 'eve']);
    assert.equal(first?.action, 'created');
  });

  test('what relay threads learn at the same time is one write, and the first counts', async () => {
    const w = await newWorld();
    for (let i = 0; i < 200; i++) {
      const address = `user${i % 100}@b.test`;
      w.control.suppressions.learn({ customer: acme, address, reason: 'invalid_address', evidence: `${i}`, at: i });
    }
    const rows = await w.control.suppressions
      .add([], { who: 'eve' })
      .then(() => w.control.suppressions.list({ limit: 1000 }));
    assert.equal(rows.length, 100);
    assert.equal(rows[0]?.by, 'relay');
    assert.equal(rows[0]?.evidence, '0');
    assert.ok(w.updates.length <= 4, `${w.updates.length} updates`);
  });

  test('pages, a customer, a reason, the beginning of an address, a domain', async () => {
    const w = await newWorld();
    const { suppressions } = w.control;
    const all = Array.from({ length: 25 }, (_, i) =>
      entry(`u${String(i).padStart(2, '0')}@${i % 2 ? 'odd' : 'even'}.test`),
    );
    await suppressions.add([...all, entry('z@odd.test', { reason: 'complaint' })], { who: 'eve' });
    const seen: string[] = [];
    let after: { customer: string; address: string } | undefined;
    for (;;) {
      const page = await suppressions.list({ limit: 10, ...(after !== undefined && { after }) });
      seen.push(...page.map(({ address }) => address));
      after = page.at(-1);
      if (page.length < 10) break;
    }
    assert.equal(seen.length, 26);
    assert.deepEqual(seen, seen.toSorted());
    const count = async (query: object) => (await suppressions.list({ limit: 100, ...query })).length;
    assert.equal(await count({ address: '@odd.test' }), 13);
    assert.equal(await count({ address: 'u1' }), 10);
    assert.equal(await count({ address: '%' }), 0, 'no pattern');
    assert.equal(await count({ reason: 'complaint' }), 1);
    assert.equal(await count({ customer: 'other' }), 0);
  });
});

describe('over the API', () => {
  const open = async () => {
    const w = await newWorld();
    const api = await buildOwnerApi({ control: w.control });
    const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => {
      const answer = await api.inject({ method, url, ...(body !== undefined && { payload: body }) });
      return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
    };
    return { w, ask };
  };

  test('add, show, list with a cursor, remove', async () => {
    const { ask } = await open();
    const path = '/api/v1/customers/acme/suppressions';
    const entries = [
      { address: 'One@B.test', note: 'left' },
      { address: 'two@b.test', reason: 'complaint' },
    ];
    assert.deepEqual((await ask('POST', path, { entries })).body, { added: 2, kept: 0 });
    assert.deepEqual((await ask('POST', path, { entries: [{ address: 'ONE@b.test' }] })).body, { added: 0, kept: 1 });
    const shown = await ask('GET', `${path}/${encodeURIComponent('ONE@b.test')}`);
    assert.deepEqual(shown.body, {
      customer: 'acme',
      address: 'one@b.test',
      reason: 'manual',
      evidence: 'left',
      at: '2027-01-15T08:00:00.000Z',
      by: 'operator',
    });
    const page = await ask('GET', '/api/v1/suppressions?limit=1');
    const next = await ask('GET', `/api/v1/suppressions?limit=1&after=${String(page.body['next'])}`);
    assert.equal((next.body['entries'] as { address: string }[])[0]?.address, 'two@b.test');
    assert.equal((await ask('DELETE', `${path}/one%40b.test`)).status, 200);
    assert.equal((await ask('GET', `${path}/one%40b.test`)).status, 404);
  });

  test('bad input names the field', async () => {
    const { ask } = await open();
    const path = '/api/v1/customers/acme/suppressions';
    const bad = await ask('POST', path, { entries: [{ address: 'no address' }] });
    assert.equal(bad.status, 400);
    assert.match(JSON.stringify(bad.body), /entries\.0\.address.*must be an address such as/);
    assert.equal((await ask('POST', path, { entries: [] })).status, 400);
    assert.equal(
      (await ask('POST', '/api/v1/customers/nobody/suppressions', { entries: [{ address: 'a@b.test' }] })).status,
      404,
    );
    assert.equal((await ask('DELETE', `${path}/a%40b.test`)).status, 404);
    assert.equal((await ask('GET', '/api/v1/suppressions?after=%%%')).status, 400);
    assert.equal((await ask('GET', '/api/v1/suppressions?after=AAAA')).status, 400);
    assert.equal((await ask('GET', '/api/v1/suppressions?reason=other')).status, 400);
  });
});
