import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Problem } from '../api/problem.ts';
import { problemOf } from './testing/problem-of.ts';
import { CustomerWorld, ENTRY, LINK, OPERATOR } from './testing/world.ts';

const fieldsOf = ({ errors }: Problem) => errors.map(({ field }) => field);

describe('customers', () => {
  let w: CustomerWorld;
  beforeEach(() => {
    w = new CustomerWorld();
  });
  afterEach(() => w.end());

  test('an order gets an id from its name, its contract, its subscriptions and a link', async () => {
    const contract = { number: 'C-1', sla: 'standard', starts: '2026-12-01' };
    const subscriptions = [{ kind: 'internet', reference: 'I-7', since: '2020-01-01' }];
    const made = await w.order({ name: 'Société Müller & Cie', domain: 'muller.test', contract, subscriptions }, true);
    assert.equal(made.id, 'societe-muller-cie');
    assert.match(made.link?.url ?? '', /^https:\/\/relay\.test\/onboarding#[\w-]{43}$/);
    assert.equal(await w.customers.stage(made.id), 'invited');
    assert.equal((await w.customers.contracts.list(made.id))[0]?.sla, 'standard');
    assert.equal((await w.customers.contracts.subscriptions(made.id))[0]?.kind, 'internet');
    assert.equal((await w.customers.entry(made.id))?.entry.domains[0]?.name, 'muller.test');
    assert.equal((await w.order({ name: 'Société Müller & Cie' })).id, 'societe-muller-cie-2');
    const faults = await problemOf(w.order({ id: made.id, pools: ['nowhere'] }), 422);
    assert.deepEqual(fieldsOf(faults), ['id', 'pools.0']);
    assert.equal(w.control.directory.customer(made.id), undefined);
  });

  test('a link counts for one customer until it expires, is revoked, renewed, or its work is done', async () => {
    const { id, link } = await w.order({}, true);
    const token = (url: string | undefined) => url?.split('#')[1] ?? '';
    const resolve = async (url: string | undefined) => (await w.customers.links.resolve(token(url)))?.customer;
    assert.equal(await resolve(link?.url), id);
    assert.equal(await w.customers.links.resolve('x'.repeat(43)), undefined);
    const kept = await w.control.database.db.selectFrom('link').selectAll().execute();
    assert.ok(!JSON.stringify(kept).includes(token(link?.url)));
    const renewed = await w.customers.entering.renew(OPERATOR, id, link?.id ?? '');
    assert.equal(await resolve(link?.url), undefined);
    assert.equal(await resolve(renewed.url), id);
    w.now += w.config.provisioning.link_life;
    assert.equal(await resolve(renewed.url), undefined);
    const another = await w.customers.entering.invite(OPERATOR, id, 'onboarding');
    const records = await w.customers.entering.invite(LINK, id, 'records');
    await w.customers.entering.revoke(OPERATOR, id, another.id);
    assert.equal(await resolve(another.url), undefined);
    await problemOf(w.customers.entering.revoke(OPERATOR, id, another.id), 404);
    assert.equal((await w.customers.links.resolve(token(records.url)))?.link, 'records');
    await w.customers.move(OPERATOR, id, 'removed', 'withdrawn');
    assert.equal(await resolve(records.url), undefined);
  });

  test('a file that makes the customer live ends its links, as the last step does', async () => {
    const { id, link } = await w.order({}, true);
    const token = link?.url.split('#')[1] ?? '';
    assert.ok(await w.customers.links.resolve(token));
    await w.apply({ customer: [{ id }] });
    assert.equal(await w.customers.stage(id), 'live');
    assert.equal(await w.customers.links.resolve(token), undefined);
  });

  test('renewing a link that ended already leaves one onboarding link, and makes no more of the others than there may be', async () => {
    const { id, link } = await w.order({}, true);
    const { entering, links } = w.customers;
    const open = async (kind: string) =>
      (await links.list(id)).filter((one) => one.kind === kind && one.revoked_at === null && one.expires_at > w.now);
    for (let i = 0; i < 3; i++) await entering.renew(OPERATOR, id, link?.id ?? '');
    assert.equal((await open('onboarding')).length, 1);
    const [first] = await Promise.all(Array.from({ length: 20 }, () => entering.invite(LINK, id, 'records')));
    await entering.revoke(OPERATOR, id, first?.id ?? '');
    await entering.renew(OPERATOR, id, first?.id ?? '');
    await problemOf(entering.renew(OPERATOR, id, first?.id ?? ''), 409);
    assert.equal((await open('records')).length, 20);
  });

  test('a draft may be saved with faults, and two writers never lose a word', async () => {
    const { id } = await w.order({}, true);
    const first = await w.enter(id, {
      domains: [{ name: 'not a domain', inbound: true, outbound: true, subdomains: false }],
    });
    const stale = { tags: new Set(['"1"']) };
    const save = w.customers.entering.save(OPERATOR, id, {
      side: 'operator',
      expected: stale,
      edit: (entry) => ({ ...entry, portal: true }),
    });
    await problemOf(save, 412);
    assert.equal((await w.customers.entry(id))?.version, first.version);
    assert.equal((await w.customers.entry(id))?.entry.portal, false);
  });

  test('submitting tells all faults at once, and says nothing of other customers', async () => {
    const sources = ['10.9.0.0/16'];
    await w.apply({ customer: [{ id: 'other', sources, domains: [{ name: 'taken.test', verified: true }] }] });
    const { id } = await w.order({}, true);
    await w.enter(id, {
      domains: [
        { name: 'nonsense name', inbound: true, outbound: false, subdomains: false },
        { name: 'x.test', inbound: false, outbound: false, subdomains: false },
      ],
      sources: [
        { network: '40.107.1.1', shared: false },
        { network: 'here', shared: false },
      ],
      administrators: [{ name: '', email: 'nobody', role: 'customer_viewer', language: 'en' }],
      portal: true,
    });
    const fields = fieldsOf(await problemOf(w.submit(id), 422));
    for (const field of [
      'domains.0.name',
      'domains.1',
      'mailhosts',
      'sources.0.proof',
      'sources.1',
      'administrators.0.name',
      'administrators.0.email',
    ]) {
      assert.ok(fields.includes(field), `${field} in ${fields.join(' ')}`);
    }
    await w.enter(id, {
      ...ENTRY,
      domains: [{ ...ENTRY.domains[0], name: 'taken.test' } as never],
      sources: [{ network: '10.9.1.0/24', shared: false }],
    });
    const clash = await problemOf(w.submit(id), 422);
    assert.deepEqual(fieldsOf(clash), ['domains.0.name', 'sources.0.network']);
    assert.ok(!JSON.stringify(clash.errors).includes('other"'), JSON.stringify(clash.errors));
    assert.match(JSON.stringify(await w.customers.entering.faults(id, 'operator')), /\\"other\\"/);
    assert.equal(await w.customers.stage(id), 'invited');
  });

  test('private addresses are refused where the configuration does not allow them', async () => {
    const strict = new CustomerWorld({}, false);
    try {
      const { id } = await strict.order({}, true);
      await strict.enter(id, ENTRY);
      const fields = fieldsOf(await problemOf(strict.submit(id), 422));
      assert.deepEqual(fields.toSorted(), ['mailhosts.0.host', 'sources.0.network']);
    } finally {
      await strict.end();
    }
  });
});
