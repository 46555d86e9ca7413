import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import { CustomerWorld, ENTRY, LINK, OPERATOR } from './testing/world.ts';

const HOUR = 3_600_000;

test('customers are listed and counted by what is to be seen to', async () => {
  const w = new CustomerWorld();
  try {
    const { id: late } = await w.order({ name: 'Late' }, true);
    await w.enter(late, { ...ENTRY, domains: [{ name: 'a.test', inbound: true, outbound: true, subdomains: false }] });
    w.now += 25 * HOUR;
    await w.order({ name: 'Young', pools: [] });
    await w.apply({
      pool: [{ name: 'bulk', addresses: [] }],
      customer: [
        { id: 'fine', domains: [{ name: 'fine.test' }] },
        { id: 'red', streams: [{ name: 'bulk', pools: ['bulk'], match: 'header:X-Stream=bulk' }] },
        { id: 'held' },
      ],
    });
    await w.customers.suspensions.add(OPERATOR, 'held' as CustomerId, 'spam');
    const given = { network: '192.0.2.7', shared: false };
    await w.customers.holdings.addSource(LINK, 'red' as CustomerId, { given, hand: 'customer' });
    const { raw } = w.control.database;
    raw.exec(
      "insert into check_result (customer, kind, object, state, expected, found, advice, since) values ('red', 'spf', 'red.test', 'fail', '', '', '', 1)",
    );
    raw.exec("update account set portal = 'requested' where id = 'fine'");

    const found = await w.customers.list({ limit: 10 });
    assert.deepEqual(
      found.map(({ id, domains, concerns }) => `${id} ${domains} ${concerns.join(',')}`),
      ['fine 1 portal_requested', 'held 0 suspended', 'late 1 late', 'red 0 check_failed,source_waiting', 'young 0 '],
    );
    const ids = async (query: object) => (await w.customers.list({ limit: 10, ...query })).map(({ id }) => id);
    assert.deepEqual(await ids({ concern: 'check_failed' }), ['red']);
    assert.deepEqual(await ids({ concern: 'late' }), ['late']);
    assert.deepEqual(await ids({ states: ['registered', 'invited', 'suspended'] }), ['held', 'late', 'young']);
    assert.deepEqual(await ids({ pool: 'bulk' }), ['red']);

    const counts = await w.customers.counts();
    assert.equal(counts.total, 5);
    const { registered, invited, live, suspended } = counts.states;
    assert.deepEqual({ registered, invited, live, suspended }, { registered: 1, invited: 1, live: 2, suspended: 1 });
    assert.deepEqual(counts.concerns, {
      suspended: 1,
      check_failed: 1,
      source_waiting: 1,
      portal_requested: 1,
      late: 1,
    });
  } finally {
    await w.end();
  }
});
