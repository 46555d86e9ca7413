import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DnsHandler, type DnsReply, noDomain, startFakeDns } from '../../../../test/support/fake-dns.ts';
import { createResolver } from '../../../network/resolver.ts';
import { systemClock } from '../../../platform/clock.ts';
import { createTestLog } from '../../../platform/log.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import { type Dnsbl, openDnsbl } from './dnsbl.ts';

const ZONE = 'bl.test';
const dns = await startFakeDns(() => []);
after(() => dns[Symbol.asyncDispose]());

function listed(name: string, ...codes: string[]): DnsReply {
  return { answers: codes.map((data) => ({ type: 'A', name, ttl: 60, data })) };
}

/** A list with these entries; everything else is not on it. */
function zone(entries: Record<string, string[]>): DnsHandler {
  return ({ name }) => {
    const codes = entries[name.slice(0, -ZONE.length - 1)];
    return [codes === undefined ? noDomain : listed(name, ...codes)];
  };
}

const TESTED = { '2.0.0.127': ['127.0.0.2'] };

async function open(handler: DnsHandler, codes: string[] = [], timeout = 2000) {
  dns.handler = handler;
  const states: (string | undefined)[] = [];
  const resolver = () =>
    createResolver({ servers: [dns.endpoint], trustAd: false, timeoutMs: 1000, clock: systemClock });
  const lists: Dnsbl = openDnsbl({
    lists: [{ zone: ZONE, codes, timeout, test_interval: 3_600_000 }],
    resolver: resolver(),
    freshResolver: resolver,
    log: createTestLog(() => undefined),
    metrics: createMetrics(),
    state: (_zone, fault) => states.push(fault),
  });
  await lists.test();
  return { lists, states };
}

test('an address that is listed is found, IPv4 and IPv6, another is not', async () => {
  const six = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2';
  const { lists } = await open(zone({ ...TESTED, '7.2.0.192': ['127.0.0.4'], [six]: ['127.0.0.3'] }));
  assert.equal(await lists.listing('192.0.2.7'), ZONE);
  assert.equal(await lists.listing('192.0.2.8'), undefined);
  assert.equal(await lists.listing('2001:db8::1'), ZONE);
  assert.equal(await lists.listing('unknown'), undefined);
  lists.close();
});

test('only the codes that were named count', async () => {
  const { lists } = await open(
    zone({ ...TESTED, '7.2.0.192': ['127.0.0.10'], '8.2.0.192': ['127.0.0.10', '127.0.0.4'] }),
    ['127.0.0.4'],
  );
  assert.equal(await lists.listing('192.0.2.7'), undefined);
  assert.equal(await lists.listing('192.0.2.8'), ZONE);
  lists.close();
});

for (const [what, handler] of [
  ['has no test entry', zone({ '7.2.0.192': ['127.0.0.4'] })],
  ['lists everything', ({ name }) => [listed(name, '127.0.0.2')]],
  ['was sold', ({ name }) => [listed(name, '203.0.113.9')]],
  ['refuses the resolver', ({ name }) => [listed(name, '127.255.255.254')]],
  ['fails', () => [{ rcode: 2 }]],
  ['is silent', () => []],
] satisfies [string, DnsHandler][]) {
  test(`a list that ${what} is not used`, async () => {
    const { lists, states } = await open(handler);
    assert.equal(await lists.listing('192.0.2.7'), undefined);
    assert.equal(states.length > 0 && states.every((fault) => fault !== undefined), true);
    lists.close();
  });
}

test('a list that breaks later, or comes back, is noticed', async () => {
  const good = zone({ ...TESTED, '7.2.0.192': ['127.0.0.4'] });
  const { lists, states } = await open(good);
  dns.handler = ({ name }) => [listed(name, '203.0.113.9')];
  assert.equal(await lists.listing('192.0.2.7'), undefined);
  for (let i = 0; i < 500 && states.at(-1) === undefined; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.match(states.at(-1) ?? '', /no list gives/);
  dns.handler = good;
  await lists.test();
  assert.equal(states.at(-1), undefined);
  assert.equal(await lists.listing('192.0.2.7').then((zone) => zone ?? 'kept in the cache'), 'kept in the cache');
  dns.handler = zone({ ...TESTED, '9.2.0.192': ['127.0.0.4'] });
  assert.equal(await lists.listing('192.0.2.9'), ZONE);
  lists.close();
});

test('an answer that is late lets the client in', async () => {
  const { lists } = await open(
    ({ name }) => (name.includes('127') ? zone(TESTED)({ name, type: 'A', id: 0, via: 'udp' }) : []),
    [],
    50,
  );
  const began = performance.now();
  assert.equal(await lists.listing('192.0.2.7'), undefined);
  assert.ok(performance.now() - began < 900, 'it did not wait for the resolver’s own deadline');
  lists.close();
});

test('other lists are asked once they passed their test; one that is gone has no fault any more', async () => {
  const { lists, states } = await open(zone({}));
  assert.equal(states.at(-1)?.includes('not listed'), true);
  dns.handler = ({ name }) => {
    const entries: Record<string, string> = { '2.0.0.127.new.test': '127.0.0.2', '7.2.0.192.new.test': '127.0.0.2' };
    const code = entries[name];
    return [code === undefined ? noDomain : listed(name, code)];
  };
  lists.use([{ zone: 'new.test', codes: [], timeout: 2000, test_interval: 3_600_000 }]);
  assert.equal(states.at(-1), undefined, 'the old one is forgotten');
  await lists.test();
  assert.equal(await lists.listing('192.0.2.7'), 'new.test');
  lists.use([]);
  assert.equal(await lists.listing('192.0.2.7'), undefined);
  lists.close();
});
