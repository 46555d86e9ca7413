import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerFact, Directory, PoolAddressFact } from '../authorise/directory.ts';
import { PLAIN_SETTINGS } from '../authorise/testing/plain-settings.ts';
import type { CustomerId } from '../message.ts';
import { type AddressRequest, chooseAddresses, otherAddresses } from './sending-address.ts';

const customer: CustomerFact = {
  id: 'acme' as CustomerId,
  name: 'Acme',
  state: 'live',
  pools: ['standard', 'reserve'],
  streams: [{ name: 'bulk', pools: ['bulk'], match: { header: 'X-Stream', value: 'bulk' } }],
  mailhosts: [],
  ...PLAIN_SETTINGS,
};

const address = (ip: string, state: PoolAddressFact['state'] = 'active'): PoolAddressFact => ({
  ip,
  hostname: `${ip}.test`,
  state,
});

function choose(pools: Record<string, PoolAddressFact[]>, request: Partial<AddressRequest> = {}) {
  const directory: Partial<Directory> = {
    pool: (name) => (pools[name] === undefined ? undefined : { name, addresses: pools[name] }),
  };
  return chooseAddresses(
    { customer, stream: 'business', direction: 'outbound', destination: 'x.test', hostname: 'relay.test', ...request },
    directory as Directory,
  );
}

const ipOf = (chosen: ReturnType<typeof choose>) => (chosen === 'none' ? 'none' : (chosen.v4?.ip ?? chosen.v6?.ip));

test('the first pool with an active address gives it, with its name', () => {
  assert.deepEqual(choose({ standard: [address('192.0.2.1')], reserve: [address('192.0.2.2')] }), {
    v4: { ip: '192.0.2.1', family: 4, hostname: '192.0.2.1.test', pool: 'standard' },
  });
});

test('draining and out are never used for new work; the next pool steps in; else none', () => {
  const down = [address('192.0.2.1', 'draining'), address('192.0.2.3', 'out')];
  assert.equal(ipOf(choose({ standard: down, reserve: [address('192.0.2.2')] })), '192.0.2.2');
  assert.equal(ipOf(choose({ reserve: [address('192.0.2.2')] })), '192.0.2.2');
  assert.equal(ipOf(choose({ standard: [], reserve: down })), 'none');
  assert.equal(ipOf(choose({})), 'none');
});

test('one address a family, of the same pool', () => {
  const chosen = choose({ standard: [address('2001:db8::1'), address('192.0.2.1')], reserve: [] });
  assert.ok(chosen !== 'none');
  assert.deepEqual([chosen.v4?.ip, chosen.v6?.ip], ['192.0.2.1', '2001:db8::1']);
  const onlySix = choose({ standard: [address('2001:db8::1')], reserve: [address('192.0.2.1')] });
  assert.deepEqual(onlySix !== 'none' && Object.keys(onlySix), ['v6']);
});

test('destinations are spread evenly, each stays with its address, and only the share of a lost one moves', () => {
  const ips = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
  const all = ips.map((ip) => address(ip));
  const without = all.map((one) => (one.ip === '192.0.2.2' ? { ...one, state: 'draining' as const } : one));
  const counts = new Map<string, number>();
  for (let i = 0; i < 4000; i++) {
    const destination = `domain${i}.test`;
    const ip = ipOf(choose({ standard: all }, { destination })) ?? '';
    counts.set(ip, (counts.get(ip) ?? 0) + 1);
    assert.equal(ipOf(choose({ standard: all.toReversed() }, { destination })), ip);
    const then = ipOf(choose({ standard: without }, { destination }));
    if (ip === '192.0.2.2') assert.notEqual(then, ip);
    else assert.equal(then, ip);
  }
  for (const ip of ips) assert.ok(Math.abs((counts.get(ip) ?? 0) - 1000) < 150, `${ip} ${counts.get(ip)}`);
});

test('a stream has its own pools and never falls back to those of business mail', () => {
  const standard = [address('192.0.2.1')];
  assert.equal(ipOf(choose({ standard, bulk: [address('192.0.2.9')] }, { stream: 'bulk' })), '192.0.2.9');
  assert.equal(ipOf(choose({ standard, bulk: [address('192.0.2.9', 'out')] }, { stream: 'bulk' })), 'none');
});

test('inbound mail leaves from the pool named inbound, else from the node’s own address', () => {
  const standard = [address('192.0.2.1')];
  assert.equal(ipOf(choose({ standard, inbound: [address('192.0.2.5')] }, { direction: 'inbound' })), '192.0.2.5');
  const own = choose({ standard }, { direction: 'inbound' });
  assert.ok(own !== 'none');
  assert.deepEqual([own.v4?.ip, own.v4?.hostname, own.v4?.pool], ['0.0.0.0', 'relay.test', 'default']);
});

test('the others, for a site that does not want the first: of the same pool, then of the next; the first choice never', () => {
  const pools: Record<string, PoolAddressFact[]> = {
    standard: [address('192.0.2.1'), address('192.0.2.2', 'draining'), address('192.0.2.3')],
    reserve: [address('192.0.2.9')],
    bulk: [address('192.0.2.20')],
  };
  const directory: Partial<Directory> = {
    pool: (name) => (pools[name] === undefined ? undefined : { name, addresses: pools[name] }),
  };
  const request = { customer, direction: 'outbound', destination: 'x.test', hostname: 'relay.test' } as const;
  const others = otherAddresses({ ...request, stream: 'business' }, directory as Directory).map(({ v4 }) => v4?.ip);
  const first = ipOf(choose(pools));
  const second = first === '192.0.2.1' ? '192.0.2.3' : '192.0.2.1';
  assert.deepEqual(others, [second, '192.0.2.9']);
  assert.deepEqual(otherAddresses({ ...request, stream: 'bulk' }, directory as Directory), []);
});
