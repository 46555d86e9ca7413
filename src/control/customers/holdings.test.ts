import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { DomainFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { type ExpectedVersions, etagOf } from '../api/etag.ts';
import { subscriptionVersion } from './contracts.ts';
import { domainVersion } from './holdings.ts';
import { problemOf } from './testing/problem-of.ts';
import { CustomerWorld, LINK, OPERATOR } from './testing/world.ts';

const ANY: ExpectedVersions = { any: true };

describe('customers on the mail path', () => {
  let w: CustomerWorld;
  beforeEach(() => {
    w = new CustomerWorld();
  });
  afterEach(() => w.end());

  async function liveCustomer(): Promise<CustomerId> {
    const domains = [{ name: 'acme.test', verified: true }];
    await w.apply({
      customer: [
        { id: 'acme', sources: ['192.0.2.1'], domains },
        { id: 'other', domains: [{ name: 'other.test', verified: true }] },
      ],
    });
    return 'acme' as CustomerId;
  }

  test('several suspensions stand side by side, and mail goes on with the last', async () => {
    const id = await liveCustomer();
    const spam = await w.customers.suspensions.add(OPERATOR, id, 'spam');
    const virus = await w.customers.suspensions.add(OPERATOR, id, 'virus');
    assert.equal((await w.customers.get(id))?.state, 'suspended');
    assert.equal(w.control.directory.customer(id)?.state, 'suspended');
    await w.customers.suspensions.lift(OPERATOR, id, virus.id, 'cleaned');
    await w.apply({ customer: [{ id: 'acme', domains: [{ name: 'acme.test', verified: true }] }] });
    assert.equal(w.control.directory.customer(id)?.state, 'suspended', 'a file that says nothing lifts nothing');
    await w.customers.suspensions.repeat();
    await w.customers.suspensions.lift(OPERATOR, id, spam.id, 'talked to them');
    assert.equal(w.control.directory.customer(id)?.state, 'live');
    assert.deepEqual(
      w.verbs.map(({ verb, ...rest }) => [verb, 'note' in rest ? rest.note : undefined]),
      [
        ['suspend', 'spam'],
        ['suspend', 'virus'],
        ['suspend', 'spam'],
        ['resume', undefined],
      ],
    );
    // A crash came before the queue heard of the last word: the next start says it again.
    w.verbs.length = 0;
    await w.customers.suspensions.repeat();
    assert.deepEqual(
      w.verbs.map(({ verb }) => verb),
      ['resume'],
    );
  });

  test('domains of a live customer come and go; another’s are refused', async () => {
    const id = await liveCustomer();
    const { holdings } = w.customers;
    const domain = { inbound: true, outbound: true, subdomains: false };
    await holdings.addDomain(OPERATOR, id, { name: 'new.test', ...domain });
    assert.equal(w.control.directory.domain('new.test')?.verified, false);
    await problemOf(holdings.addDomain(OPERATOR, id, { name: 'new.test', ...domain }), 409);
    await problemOf(holdings.addDomain(OPERATOR, id, { name: 'other.test', ...domain }), 422);
    await holdings.changeDomain(OPERATOR, id, 'new.test', { expected: ANY, patch: { inbound: false } });
    assert.equal(w.control.directory.domain('new.test')?.inbound, false);
    await problemOf(
      holdings.changeDomain(OPERATOR, id, 'new.test', { expected: ANY, patch: { outbound: false } }),
      422,
    );
    const expected = { tags: new Set([etagOf(domainVersion(w.control.directory.domain('new.test') as DomainFact))]) };
    const change = (subdomains: boolean) =>
      holdings.changeDomain(OPERATOR, id, 'new.test', { expected, patch: { subdomains } });
    assert.equal((await change(true)).subdomains, true);
    await problemOf(change(false), 412);
    await problemOf(holdings.removeDomain(OPERATOR, id, 'other.test'), 404);
    await holdings.removeDomain(OPERATOR, id, 'new.test');
    assert.equal(w.control.directory.domain('new.test'), undefined);
    assert.equal((await w.events('domain.removed')).length, 1);
  });

  test('a source that the customer adds waits for the operator', async () => {
    const id = await liveCustomer();
    const { holdings } = w.customers;
    const given = { network: '198.51.100.0/24', shared: false };
    const added = await holdings.addSource(LINK, id, { given, hand: 'customer' });
    assert.equal(added.state, 'waiting');
    assert.equal(w.control.directory.network('198.51.100.7'), undefined);
    await holdings.approveSource(OPERATOR, id, added.network);
    assert.equal(w.control.directory.network('198.51.100.7')?.customer, id);
    await problemOf(holdings.approveSource(OPERATOR, id, added.network), 404);
    await holdings.removeSource(LINK, id, added.network);
    assert.equal(w.control.directory.network('198.51.100.7'), undefined);
    await holdings.addSource(LINK, id, { given, hand: 'customer' });
    await holdings.blockSource(OPERATOR, id, added.network, 'not yours');
    assert.deepEqual(await holdings.waitingSources(id), []);
    const counts = await Promise.all(
      ['added', 'approved', 'blocked', 'removed'].map((what) => w.events(`source.${what}`)),
    );
    assert.deepEqual(
      counts.map(({ length }) => length),
      [2, 1, 1, 1],
    );
  });

  test('settings change with the version that was read', async () => {
    const id = await liveCustomer();
    const version = (await w.customers.get(id))?.version ?? 0;
    const expected = { tags: new Set([`"${version}"`]) };
    const { holdings } = w.customers;
    const changed = await holdings.settings(OPERATOR, id, { expected, patch: { hide: 'strict', language: 'de' } });
    assert.ok(changed.version > version);
    assert.equal(w.control.directory.customer(id)?.hide, 'strict');
    assert.equal(w.control.directory.customer(id)?.language, 'de');
    await problemOf(holdings.settings(OPERATOR, id, { expected, patch: { hide: 'off' } }), 412);
  });

  test('a removed customer leaves nothing on the mail path, and its listeners hear of it', async () => {
    const id = await liveCustomer();
    const heard: string[] = [];
    w.customers.onStage(({ from, to }) => heard.push(`${from} ${to}`));
    w.customers.onErase(async (_step, customer) => void heard.push(`erase ${customer}`));
    await problemOf(w.customers.move(OPERATOR, id, 'removed', 'no'), 409);
    await w.customers.move(OPERATOR, id, 'deactivated', 'end of contract');
    assert.equal(w.control.directory.customer(id)?.state, 'deactivated');
    await w.customers.move(OPERATOR, id, 'removed', 'months are over');
    assert.deepEqual(heard, ['live deactivated', 'erase acme', 'deactivated removed']);
    assert.equal(w.control.directory.customer(id), undefined);
    assert.equal(w.control.directory.domain('acme.test'), undefined);
    assert.equal(w.control.directory.network('192.0.2.1'), undefined);
    assert.equal((await w.customers.get(id))?.state, 'removed');
    const why = (await w.customers.transitions(id)).map(({ to, who }) => `${to} ${who}`);
    assert.deepEqual(why, ['live tester', 'deactivated op@relay.test', 'removed op@relay.test']);
  });

  test('lists find customers by stage, text, domain and source', async () => {
    const id = await liveCustomer();
    await w.order({ name: 'Beta & Co_100%' });
    const ids = async (query: object) => (await w.customers.list({ limit: 10, ...query })).map((one) => one.id);
    assert.deepEqual(await ids({}), ['acme', 'beta-co-100', 'other']);
    assert.deepEqual(await ids({ states: ['registered'] }), ['beta-co-100']);
    assert.deepEqual(await ids({ text: 'ETA &' }), ['beta-co-100']);
    assert.deepEqual(await ids({ text: 'o_1' }), ['beta-co-100']);
    assert.deepEqual(await ids({ text: 'a_b' }), []);
    assert.deepEqual(await ids({ text: 'Acme.t' }), [id]);
    assert.deepEqual(await ids({ text: 'me.test' }), []);
    assert.deepEqual(await ids({ domain: 'acme.test' }), [id]);
    assert.deepEqual(await ids({ source: '192.0.2.1' }), [id]);
    assert.deepEqual(await ids({ source: '192.0.2.2' }), []);
    assert.deepEqual(await ids({ after: 'acme', limit: 1 }), ['beta-co-100', 'other']);
    await w.customers.suspensions.add(OPERATOR, id, 'spam');
    assert.deepEqual(await ids({ states: ['suspended'] }), [id]);
    assert.deepEqual(await ids({ states: ['live'] }), ['other']);
  });

  test('subscriptions change, and whoever listens is told', async () => {
    const { id } = await w.order();
    const told: string[] = [];
    w.customers.onSubscriptions((customer) => told.push(customer));
    const { contracts } = w.customers;
    const row = await contracts.subscribe(OPERATOR, id, { kind: 'internet', reference: 'I-1', since: '2020-01-01' });
    const read = { tags: new Set([etagOf(subscriptionVersion(row))]) };
    const change = (until: string, expected: ExpectedVersions = ANY) =>
      contracts.change(OPERATOR, id, row.id, { expected, to: { until } });
    const both = await Promise.allSettled([change('2026-12-31', read), change('2027-12-31', read)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await problemOf(change('2028-12-31', read), 412);
    await problemOf(change('2019-12-31'), 422);
    await problemOf(contracts.change(OPERATOR, 'other' as CustomerId, row.id, { expected: ANY, to: {} }), 404);
    assert.equal((await contracts.subscriptions(id))[0]?.until, '2026-12-31');
    assert.deepEqual(told, [id, id]);
    await contracts.add(OPERATOR, id, { number: 'C', sla: 'gold', starts: '2027-01-01' });
    await contracts.add(OPERATOR, id, { number: 'C', sla: 'silver', starts: '2027-02-01' });
    assert.deepEqual(
      (await contracts.list(id)).map(({ version, sla }) => [version, sla]),
      [
        [2, 'silver'],
        [1, 'gold'],
      ],
    );
  });
});
