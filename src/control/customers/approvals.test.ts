import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import type { TraceEntry } from '../../mail/trace/trace.ts';
import type { Problem } from '../api/problem.ts';
import { problemOf } from './testing/problem-of.ts';
import { CustomerWorld, ENTRY, OPERATOR, SECOND } from './testing/world.ts';

const HOUR = 3_600_000;
const fieldsOf = ({ errors }: Problem) => errors.map(({ field }) => field);

describe('from a submitted entry to live', () => {
  let w: CustomerWorld;
  beforeEach(() => {
    w = new CustomerWorld();
  });
  afterEach(() => w.end());

  async function approve(id: CustomerId, by = OPERATOR) {
    const version = (await w.customers.entry(id))?.version ?? 0;
    return w.customers.approvals.approve(by, id, version);
  }

  test('secrets of shared sources are kept as hashes from the first moment', async () => {
    const { id } = await w.order({}, true);
    const proof = { secret_header: 'X-Relay', secret: 'correct-horse-battery-staple' };
    await w.enter(id, { ...ENTRY, sources: [{ network: '40.107.0.0/16', shared: true, proof } as never] });
    await w.submit(id);
    const approved = await approve(id);
    assert.equal(approved.account.stage, 'verifying');
    const stored = JSON.stringify(await w.control.database.db.selectFrom('entry').selectAll().execute());
    const audit = JSON.stringify(await w.control.audit({ limit: 100 }));
    for (const text of [stored, audit]) assert.ok(!text.includes('correct-horse'));
    const kept = w.control.directory.holder('40.107.3.3', id)?.shared;
    assert.equal(kept?.kind, 'secret');
  });

  test('what was submitted can only be read; it may be sent back, and be submitted again', async () => {
    const { id } = await w.order({}, true);
    await w.enter(id, ENTRY);
    await w.submit(id);
    await problemOf(w.enter(id, ENTRY), 409);
    await problemOf(w.submit(id), 409);
    await w.customers.entering.sendBack(OPERATOR, id, 'the address is wrong');
    assert.equal(await w.customers.stage(id), 'invited');
    await w.enter(id, { ...ENTRY, portal: true });
    await w.submit(id);
    assert.equal((await w.customers.get(id))?.portal, 'requested');
  });

  test('an approval shows what it changes and puts it in force; a stale one does not', async () => {
    const { id } = await w.order({}, true);
    await w.enter(id, ENTRY);
    await problemOf(approve(id), 409);
    await w.submit(id);
    const view = await w.customers.approvals.view(id);
    assert.ok(view.changes.includes('domain acme.test added'), JSON.stringify(view.changes));
    await problemOf(w.customers.approvals.approve(OPERATOR, id, view.entryVersion - 1), 412);
    await approve(id);
    const fact = w.control.directory.customer(id);
    assert.equal(fact?.state, 'verifying');
    assert.equal(fact?.mailhosts[0]?.guarded, true);
    assert.equal(w.control.directory.domain('acme.test')?.verified, false);
    assert.deepEqual(w.control.directory.network('127.0.0.2')?.customer, id);
    assert.equal((await w.events('domain.created')).length, 1);
  });

  test('with two people neither the one who entered it nor the one who approved it first is the second', async () => {
    const two = new CustomerWorld({ approvals: 2 });
    try {
      const { id } = await two.order();
      await two.enter(id, ENTRY, OPERATOR);
      await two.submit(id, OPERATOR);
      const version = (await two.customers.entry(id))?.version ?? 0;
      await problemOf(two.customers.approvals.approve(OPERATOR, id, version), 409);
      const first = await two.customers.approvals.approve(SECOND, id, version);
      assert.equal(first.account.stage, 'submitted');
      await problemOf(two.customers.approvals.approve(SECOND, id, version), 409);
      // Nor with a key of their own, or one that it made.
      const { raw } = two.control.database;
      const insert = raw.prepare(
        "insert into api_key (id, token_hash, name, scopes, networks, made_at, made_by) values (?1, cast(?1 as blob), 'k', '[]', '[]', 1, ?2)",
      );
      insert.run('k1', SECOND.who);
      insert.run('k2', 'key:k1');
      await problemOf(two.customers.approvals.approve({ who: 'key:k1' }, id, version), 409);
      await problemOf(two.customers.approvals.approve({ who: 'key:k2' }, id, version), 409);
      const last = await two.customers.approvals.approve({ who: 'third@relay.test' }, id, version);
      assert.equal(last.account.stage, 'verifying');
    } finally {
      await two.end();
    }
  });

  test('another customer that came first with the domain stands in the way of the approval', async () => {
    const { id } = await w.order({}, true);
    await w.enter(id, ENTRY);
    await w.submit(id);
    await w.apply({ customer: [{ id: 'first', domains: [{ name: 'acme.test', verified: true }] }] });
    assert.deepEqual(fieldsOf(await problemOf(approve(id), 422)), ['domains.0.name']);
    assert.equal(await w.customers.stage(id), 'submitted');
  });

  const deferred = (entry: TraceEntry): TraceEntry => ({
    ...entry,
    recipients: entry.recipients.map(({ address }) => ({ address, status: 'deferred' })),
  });
  const arrived = (id: string, to: string): TraceEntry => ({
    cursor: id,
    id: id as never,
    at: new Date(w.now).toISOString(),
    recipients: [{ address: to, status: 'delivered' }],
  });

  test('the operator’s word makes a customer live, or gives its order up, and is no way round the termination', async () => {
    const { id } = await w.order({}, true);
    await w.enter(id, ENTRY);
    await problemOf(w.customers.entering.decide(OPERATOR, id, 'live', 'in a hurry'), 409);
    await w.submit(id);
    await approve(id);
    await w.customers.entering.decide(OPERATOR, id, 'live', 'tested by telephone');
    assert.equal(w.control.directory.customer(id)?.state, 'live');
    await problemOf(w.customers.entering.decide(OPERATOR, id, 'removed', 'in a hurry'), 409);
    const other = await w.order({}, true);
    await w.customers.entering.decide(OPERATOR, other.id, 'removed', 'withdrawn');
    assert.equal(await w.customers.entry(other.id), undefined);
  });

  test('both test messages and green checks make the customer live; times tell whose turn it was', async () => {
    const { id, link } = await w.order({}, true);
    w.now += HOUR;
    await w.enter(id, ENTRY);
    w.now += 10 * 60_000;
    await w.submit(id);
    w.now += HOUR;
    await approve(id);
    const waiting = await w.customers.trial.view(id);
    assert.equal(waiting.outbound?.state, 'waiting');
    assert.equal(waiting.inbound?.to, 'postmaster@acme.test');
    await w.customers.trial.round();
    assert.equal(w.sent.length, 0, 'nothing is sent to a domain that nobody has proved to own');
    await w.prove('acme.test');
    w.now += HOUR;
    await w.customers.trial.round();
    assert.equal(w.sent[0]?.to, 'postmaster@acme.test');
    assert.equal((await w.customers.trial.view(id)).inbound?.state, 'under way');
    // Greylisted on either side: it is under way until it arrives.
    const both = [arrived('sent00000000000001', 'postmaster@acme.test'), arrived('m1', waiting.outbound?.to ?? '')];
    w.messages.push(...both.map((entry) => deferred(entry)));
    w.now += HOUR;
    await w.customers.trial.round();
    const greylisted = await w.customers.trial.view(id);
    assert.deepEqual([greylisted.outbound?.state, greylisted.inbound?.state], ['under way', 'under way']);
    assert.equal(w.sent.length, 1);
    w.messages.splice(0, 2, ...both);
    w.now += HOUR;
    await w.customers.trial.round();
    const view = await w.customers.trial.view(id);
    assert.deepEqual([view.passed, view.outbound?.state, view.inbound?.state], [true, 'passed', 'passed']);
    assert.equal(await w.customers.stage(id), 'verifying', 'the checks are not green');
    w.green = true;
    w.now += HOUR;
    await w.customers.trial.round();
    assert.equal(await w.customers.stage(id), 'live');
    assert.equal(w.control.directory.customer(id)?.state, 'live');
    assert.equal(await w.customers.links.resolve(link?.url.split('#')[1] ?? ''), undefined);
    const times = await w.customers.times(id);
    assert.deepEqual(
      times.stages.map(({ stage, side, durationMs }) => [stage, side, durationMs / 60_000]),
      [
        ['registered', 'operator', 0],
        ['invited', 'customer', 70],
        ['submitted', 'operator', 60],
        ['approved', 'operator', 0],
        ['verifying', 'customer', 240],
      ],
    );
    assert.equal(times.customer.workedMs, 10 * 60_000);
    assert.ok(times.complete && times.withinTarget && times.totalMs === 370 * 60_000);
    assert.equal((await w.events('customer.activated')).length, 1);
  });

  test('mail hosts that change before the customer is live are tried anew', async () => {
    const { id } = await w.order({}, true);
    await w.enter(id, ENTRY);
    await w.submit(id);
    await approve(id);
    await w.prove('acme.test');
    await w.customers.trial.round();
    w.messages.push(arrived('sent00000000000001', 'postmaster@acme.test'));
    w.now += HOUR;
    await w.customers.trial.round();
    assert.equal((await w.customers.trial.view(id)).inbound?.state, 'passed');
    const given = { host: '127.0.0.99', port: 25, preference: 10, tls: 'none' } as const;
    await w.customers.holdings.addMailHost(OPERATOR, id, { given, hand: 'operator' });
    assert.equal((await w.customers.trial.view(id)).inbound?.state, 'waiting');
    w.now += HOUR;
    await w.customers.trial.round();
    assert.equal(w.sent.length, 2);
  });
});
