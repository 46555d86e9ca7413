import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../../test/support/ports.ts';
import type { DnsAnswer, MxRecord, Resolver } from '../../network/dns-answer.ts';
import { createResolver } from '../../network/resolver.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Directory, MailHostFact } from '../authorise/directory.ts';
import { PLAIN_SETTINGS } from '../authorise/testing/plain-settings.ts';
import type { CustomerId } from '../message.ts';
import { ownHosts } from './own-hosts.ts';
import type { RouteAnswer } from './route.ts';
import { type RouteContext, routeRecipient, routeTo } from './route-recipient.ts';
import { parseHost } from './static-route.ts';

/** What DNS says, by name. `fault` is a SERVFAIL; a name that is not there does not exist. */
type Zone = Record<string, { mx?: MxRecord[] | 'fault'; a?: string[] | 'fault'; aaaa?: string[] | 'fault' }>;

function resolverOf(zone: Zone): Resolver {
  const look = <T>(name: string, pick: (entry: Zone[string]) => T[] | 'fault' | undefined): Promise<DnsAnswer<T>> => {
    const entry = zone[name];
    if (entry === undefined) return Promise.resolve({ kind: 'none', missing: 'domain', security: 'insecure' });
    const records = pick(entry);
    if (records === 'fault') return Promise.resolve({ kind: 'temporary', detail: 'SERVFAIL' });
    if (records === undefined) return Promise.resolve({ kind: 'none', missing: 'record', security: 'insecure' });
    return Promise.resolve({ kind: 'found', records, security: 'insecure' });
  };
  const none = () => Promise.resolve({ kind: 'none', missing: 'record', security: 'insecure' } as const);
  return {
    mx: (name) => look(name, ({ mx }) => mx),
    a: (name) => look(name, ({ a }) => a),
    aaaa: (name) => look(name, ({ aaaa }) => aaaa),
    txt: none,
    ptr: none,
  };
}

interface World extends Partial<Omit<RouteContext, 'delivery'>> {
  zone?: Zone;
  delivery?: Partial<RouteContext['delivery']>;
  mailhosts?: MailHostFact[];
  customer?: { state?: 'live' | 'verifying' | 'deactivated'; inbound?: boolean; verified?: boolean };
}

const ACME = 'acme' as CustomerId;

function contextOf(world: World): RouteContext {
  const { customer } = world;
  const directory: Partial<Directory> = {
    domain: (name) =>
      name === 'acme.test' && customer !== undefined
        ? {
            name,
            customer: ACME,
            outbound: true,
            inbound: customer.inbound ?? true,
            subdomains: false,
            verified: customer.verified ?? true,
          }
        : undefined,
    customer: (id) => ({
      id,
      name: 'Acme',
      state: customer?.state ?? 'live',
      pools: [],
      streams: [],
      mailhosts: world.mailhosts ?? [],
      ...PLAIN_SETTINGS,
    }),
  };
  return {
    directory: directory as Directory,
    resolver: world.resolver ?? resolverOf(world.zone ?? {}),
    routes: world.routes ?? [],
    delivery: { port: 25, allow_private: false, connections_per_destination: 20, ...world.delivery },
    own: world.own ?? ourselves({ zone: world.zone ?? {} }),
    random: world.random ?? (() => 0),
  };
}

interface Ourselves {
  zone?: Zone;
  listeners?: string[];
  port?: number;
  mxNames?: string[];
  poolNames?: string[];
}

/** A relay with the name `Relay.Test` that listens at 203.0.114.1, unless told otherwise. */
function ourselves({ zone = {}, listeners = ['203.0.114.1:25'], port = 25, mxNames = [], poolNames = [] }: Ourselves) {
  return ownHosts({
    config: () => ({
      node: { hostname: 'Relay.Test' },
      inbound: { mx_names: mxNames },
      delivery: { port },
      listener: listeners.map((text) => ({ address: parseHost(text, 0) })),
    }),
    directory: { poolHostnames: () => new Set(poolNames) },
    resolver: resolverOf(zone),
  });
}

const route = (domain: string, world: World) => routeRecipient(domain, contextOf(world));
const mx = (...list: [number, string][]): MxRecord[] =>
  list.map(([preference, exchange]) => ({ preference, exchange }));

/** Such as `bounce null-mx`, `defer dns-temporary`, or `mx: mx1.test[192.0.3.1] mx2.test[…]`. */
function told(answer: RouteAnswer): string {
  if (answer.kind !== 'hosts') return `${answer.kind} ${answer.cause.from === 'us' ? answer.cause.cause : 'remote'}`;
  return `${answer.rule}: ${answer.hosts.map(({ name, addresses }) => `${name}[${addresses.join()}]`).join(' ')}`;
}

test('MX by preference, addresses of both families, the port of the configuration', async () => {
  const zone: Zone = {
    'x.test': { mx: mx([20, 'mx2.test'], [10, 'mx1.test']) },
    'mx1.test': { a: ['192.0.3.1', '192.0.3.2'], aaaa: ['2a00::1'] },
    'mx2.test': { a: ['192.0.3.3'] },
  };
  const answer = await route('x.test', { zone, delivery: { port: 2600 } });
  assert.equal(told(answer), 'mx: mx1.test[2a00::1,192.0.3.1,192.0.3.2] mx2.test[192.0.3.3]');
  assert.ok(answer.kind === 'hosts');
  assert.deepEqual(
    answer.hosts.map(({ port }) => port),
    [2600, 2600],
  );
  assert.equal(answer.tls, 'opportunistic');
  assert.equal(answer.connections, 20);
});

test('equal preferences come in random order, evenly', async () => {
  const zone: Zone = { 'x.test': { mx: mx([10, 'a.test'], [10, 'b.test'], [10, 'c.test'], [5, 'first.test']) } };
  for (const name of ['a.test', 'b.test', 'c.test', 'first.test']) zone[name] = { a: ['192.0.3.1'] };
  const counts = new Map<string, number>();
  const sites = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const answer = await route('x.test', { zone, random: Math.random });
    assert.ok(answer.kind === 'hosts');
    sites.add(answer.site);
    const names = answer.hosts.map(({ name }) => name);
    assert.equal(names[0], 'first.test');
    const order = names.slice(1).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(sites.size, 1, 'the site has one name, whatever the order');
  assert.equal(counts.size, 6);
  for (const count of counts.values()) assert.ok(count > 350 && count < 650);
});

test('the answers of RFC 5321 5.1 and RFC 7505, one by one', async () => {
  const host = { a: ['192.0.3.1'] };
  const table: [string, Zone, string][] = [
    ['implicit MX', { 'x.test': host }, 'implicit mx: x.test[192.0.3.1]'],
    ['implicit MX, IPv6 only', { 'x.test': { aaaa: ['2a00::1'] } }, 'implicit mx: x.test[2a00::1]'],
    ['null MX', { 'x.test': { mx: mx([0, '']), ...host } }, 'bounce null-mx'],
    [
      'null MX beside others is no host',
      { 'x.test': { mx: mx([0, ''], [5, 'h.test']) }, 'h.test': host },
      'mx: h.test[192.0.3.1]',
    ],
    ['no such domain', {}, 'bounce dns-no-domain'],
    ['no MX and no address', { 'x.test': {} }, 'bounce dns-no-host'],
    [
      'MX hosts without address',
      { 'x.test': { mx: mx([1, 'h.test'], [2, 'i.test']) }, 'i.test': {} },
      'bounce dns-no-host',
    ],
    [
      'an MX means that the domain itself is not tried',
      { 'x.test': { mx: mx([1, 'gone.test']), ...host } },
      'bounce dns-no-host',
    ],
    ['fault at MX', { 'x.test': { mx: 'fault', ...host } }, 'defer dns-temporary'],
    [
      'fault at the addresses',
      { 'x.test': { mx: mx([1, 'h.test']) }, 'h.test': { a: 'fault', aaaa: 'fault' } },
      'defer dns-temporary',
    ],
    [
      'fault at one family only',
      { 'x.test': { mx: mx([1, 'h.test']) }, 'h.test': { a: ['192.0.3.1'], aaaa: 'fault' } },
      'mx: h.test[192.0.3.1]',
    ],
    ['fault at the one family, nothing in the other', { 'x.test': { aaaa: 'fault' } }, 'defer dns-temporary'],
    [
      'fault at one host',
      { 'x.test': { mx: mx([1, 'h.test'], [2, 'i.test']) }, 'h.test': { a: 'fault' }, 'i.test': host },
      'mx: i.test[192.0.3.1]',
    ],
    [
      'fault at one host, none at the other',
      { 'x.test': { mx: mx([1, 'h.test'], [2, 'i.test']) }, 'h.test': { a: 'fault' } },
      'defer dns-temporary',
    ],
  ];
  for (const [name, zone, expected] of table) assert.equal(told(await route('x.test', { zone })), expected, name);
});

test('DNS gone: everything that needs it waits, what does not goes on', async () => {
  const servers = [{ host: '127.0.0.1', port: await freePort() }];
  const resolver = createResolver({ servers, trustAd: false, timeoutMs: 300, clock: systemClock });
  assert.equal(told(await route('x.test', { resolver })), 'defer dns-temporary');
  const routes = (host: string) => [{ domain: '*', hosts: [{ host, port: 25 }], tls: 'none' as const }];
  assert.equal(told(await route('x.test', { resolver, routes: routes('mx.test') })), 'defer dns-temporary');
  assert.equal(told(await route('x.test', { resolver, routes: routes('10.0.0.1') })), 'route *: 10.0.0.1[10.0.0.1]');
});

test('ourselves in the list: we and what is worse are dropped; nothing left is a loop', async () => {
  const zone: Zone = {
    'backup.test': {
      mx: mx([10, 'best.test'], [20, 'Relay.test'.toLowerCase()], [20, 'equal.test'], [30, 'worse.test']),
    },
    'ours.test': { mx: mx([10, 'relay.test'], [20, 'best.test']) },
    'byip.test': { mx: mx([10, 'best.test'], [20, 'alias.test'], [20, 'equal.test']) },
    'implicit.test': { a: ['203.0.114.1'] },
    'best.test': { a: ['192.0.3.1'] },
    'equal.test': { a: ['192.0.3.2'] },
    'worse.test': { a: ['192.0.3.3'] },
    'alias.test': { a: ['203.0.114.1'] },
    'relay.test': {},
  };
  assert.equal(told(await route('backup.test', { zone })), 'mx: best.test[192.0.3.1]');
  assert.equal(told(await route('ours.test', { zone })), 'bounce mx-is-us');
  assert.equal(told(await route('byip.test', { zone })), 'mx: best.test[192.0.3.1]');
  assert.equal(told(await route('implicit.test', { zone })), 'bounce mx-is-us');
});

test('ourselves by what else the world knows us by: published names and their addresses, names of sending addresses', async () => {
  const zone: Zone = {
    'x.test': { mx: mx([10, 'best.test'], [20, 'ours.test'], [20, 'equal.test'], [30, 'worse.test']) },
    'best.test': { a: ['192.0.3.1'] },
    'equal.test': { a: ['192.0.3.2'] },
    'worse.test': { a: ['192.0.3.3'] },
    'mx.relay.test': { a: ['192.0.3.40'], aaaa: ['2a00::40'] },
  };
  const cut = 'mx: best.test[192.0.3.1]';
  const whole = /^mx: best.test\S+ ours.test\S+ equal.test\S+ worse.test\S+$/;
  const table: [string, Zone[string], Ourselves, string | RegExp][] = [
    ['a listener', { a: ['203.0.114.1'] }, {}, cut],
    ['a listener elsewhere', { a: ['203.0.114.1'] }, { listeners: ['203.0.114.1:2525'] }, whole],
    ['a listener on every address', { a: ['127.0.0.1'] }, { listeners: ['0.0.0.0:25'] }, cut],
    ['a published name, by its address', { a: ['192.0.3.40'] }, { mxNames: ['mx.relay.test'] }, cut],
    ['the same, IPv6', { aaaa: ['2a00::40'] }, { mxNames: ['mx.relay.test'], listeners: ['10.0.0.1:2525'] }, cut],
    ['a published name that DNS does not know', { a: ['192.0.3.40'] }, { mxNames: ['gone.test'] }, whole],
    ['an address that only others publish', { a: ['192.0.3.40'] }, {}, whole],
  ];
  for (const [name, entry, world, expected] of table) {
    const full = { ...zone, 'ours.test': entry };
    const delivery = { allow_private: true };
    const got = told(await route('x.test', { zone: full, delivery, own: ourselves({ ...world, zone: full }) }));
    if (typeof expected === 'string') assert.equal(got, expected, name);
    else assert.match(got, expected, name);
  }
  for (const [exchange, world] of [
    ['mx.relay.test', { mxNames: ['mx.relay.test'], listeners: [] }],
    ['out.relay.test', { poolNames: ['out.relay.test'], listeners: [] }],
  ] as [string, Ourselves][]) {
    const named: Zone = { 'y.test': { mx: mx([10, exchange]) }, [exchange]: { a: ['192.0.3.77'] } };
    const own = ourselves({ ...world, zone: named });
    assert.equal(told(await route('y.test', { zone: named, own })), 'bounce mx-is-us', exchange);
  }
});

test('a customer’s domain whose MX is this relay goes to its mail hosts', async () => {
  const zone: Zone = { 'acme.test': { mx: mx([10, 'relay.test']) }, 'relay.test': { a: ['203.0.114.1'] } };
  const mailhosts = [{ host: '10.0.0.2', port: 25, preference: 10, tls: 'none' as const }];
  assert.equal(
    told(await route('acme.test', { zone, mailhosts, customer: {} })),
    'customer domain: 10.0.0.2[10.0.0.2]',
  );
  assert.equal(told(await route('acme.test', { zone })), 'bounce mx-is-us');
  // Its MX may point here before it is live: what others send it comes again, as strangers are told at RCPT.
  const early = { state: 'verifying' as const };
  assert.equal(told(await route('acme.test', { zone, mailhosts, customer: early })), 'defer recipient-paused');
  const unproven = { ...early, verified: false };
  assert.equal(told(await route('acme.test', { zone, mailhosts, customer: unproven })), 'bounce mx-is-us');
});

test('private and loopback addresses of MX hosts are passed over, unless allowed', async () => {
  const zone: Zone = {
    'x.test': { mx: mx([1, 'in.test'], [2, 'out.test']) },
    'only.test': { mx: mx([1, 'in.test']) },
    'in.test': {
      a: ['127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.1.1', '0.0.0.0'],
      aaaa: ['::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1'],
    },
    'out.test': { a: ['192.0.3.1', '10.0.0.1'], aaaa: ['64:ff9b::808:808'] },
  };
  assert.equal(told(await route('x.test', { zone })), 'mx: out.test[64:ff9b::808:808,192.0.3.1]');
  assert.equal(told(await route('only.test', { zone })), 'bounce private-address');
  const allowed = await route('only.test', { zone, delivery: { allow_private: true } });
  assert.ok(allowed.kind === 'hosts' && allowed.hosts[0]?.addresses.includes('127.0.0.1'));
});

test('address literals are refused, whatever routes there are', async () => {
  const routes = [{ domain: '*', hosts: [{ host: '127.0.0.1', port: 1 }], tls: 'none' as const }];
  assert.equal(told(await route('[192.0.2.1]', { routes })), 'bounce dns-no-domain');
  assert.equal(told(await route('[ipv6:::1]', { routes })), 'bounce dns-no-domain');
  // Without brackets too: as an implicit MX, the name would be the address to connect to.
  assert.equal(told(await route('198.51.100.9', { routes })), 'bounce dns-no-domain');
  assert.equal(told(await route('mail.7', { routes })), 'bounce dns-no-domain');
});

test('static routes: the domain itself, names below a suffix, all; the first of the file counts', async () => {
  const to = (domain: string, host: string, more = {}) => ({
    domain,
    hosts: [{ host, port: 26 }],
    tls: 'verify' as const,
    ...more,
  });
  const routes = [to('x.test', '192.0.2.1'), to('*.sub.test', '10.0.0.2', { connections: 3 }), to('*', '127.0.0.1')];
  const hostOf = async (domain: string) => {
    const answer = await route(domain, { routes });
    return answer.kind === 'hosts' ? `${answer.rule} ${answer.hosts[0]?.name} ${answer.connections} ${answer.tls}` : '';
  };
  assert.equal(await hostOf('x.test'), 'route x.test 192.0.2.1 20 verify');
  assert.equal(await hostOf('a.sub.test'), 'route *.sub.test 10.0.0.2 3 verify');
  assert.equal(await hostOf('sub.test'), 'route * 127.0.0.1 20 verify');
  assert.equal(await hostOf('notsub.test'), 'route * 127.0.0.1 20 verify');
});

test('a host of a static route that DNS does not know makes mail wait, never bounce', async () => {
  const routes = [{ domain: '*', hosts: [{ host: 'typo.test', port: 25 }], tls: 'none' as const }];
  assert.equal(told(await route('x.test', { routes })), 'defer dns-no-host');
  assert.equal(told(await route('x.test', { routes, zone: { 'typo.test': { a: 'fault' } } })), 'defer dns-temporary');
});

test('a customer’s inbound domain goes to its mail hosts, before any static route', async () => {
  const host = (name: string, preference: number, tls: MailHostFact['tls'] = 'opportunistic') => ({
    host: name,
    port: 2601,
    preference,
    tls,
  });
  const routes = [{ domain: '*', hosts: [{ host: '127.0.0.1', port: 1 }], tls: 'none' as const }];
  const mailhosts = [host('10.0.0.2', 20), host('10.0.0.1', 10), host('in.test', 15)];
  const world = { routes, mailhosts, zone: { 'in.test': { a: ['192.168.1.1'] } } };
  assert.equal(
    told(await route('acme.test', { ...world, customer: {} })),
    'customer domain: 10.0.0.1[10.0.0.1] in.test[192.168.1.1] 10.0.0.2[10.0.0.2]',
  );
  for (const customer of [{ inbound: false }, { verified: false }, { state: 'deactivated' as const }]) {
    assert.equal(told(await route('acme.test', { ...world, customer })), 'route *: 127.0.0.1[127.0.0.1]');
  }
  const ended = { ...world, customer: { state: 'deactivated' as const } };
  const takenFor = async (customer: string) =>
    told(await routeRecipient('acme.test', { ...contextOf(ended), takenFor: customer as CustomerId }));
  assert.match(await takenFor('acme'), /^customer domain/, 'what came in before the end is still handed over');
  assert.match(await takenFor('beta'), /^route/, 'what another customer sends there goes to the world');
  assert.equal(told(await route('acme.test', { routes, customer: {} })), 'defer dns-no-host');
  const strict = await route('acme.test', {
    mailhosts: [host('10.0.0.1', 1, 'none'), host('10.0.0.2', 1, 'verify')],
    customer: {},
  });
  assert.equal(strict.kind === 'hosts' && strict.tls, 'verify');
});

test('domains that share their hosts share their site', async () => {
  const zone: Zone = {
    'a.test': { mx: mx([1, 'mx1.test'], [2, 'mx2.test']) },
    'b.test': { mx: mx([5, 'mx2.test'], [5, 'mx1.test']) },
    'c.test': { mx: mx([1, 'mx1.test']) },
    'mx1.test': { a: ['192.0.3.1'] },
    'mx2.test': { a: 'fault' },
  };
  const sites = await Promise.all(['a.test', 'b.test', 'c.test'].map((name) => route(name, { zone })));
  const [a, b, c] = sites.map((answer) => (answer.kind === 'hosts' ? answer.site : ''));
  assert.equal(a, b);
  assert.notEqual(a, c);
});

test('reroute: hosts in all their forms', async () => {
  const answer = await routeTo(
    ['127.0.0.1', '127.0.0.2:2600', '[::1]:27', '::1', 'mx.test:28'],
    'elsewhere.test',
    contextOf({ zone: { 'mx.test': { a: ['10.0.0.9'] } } }),
  );
  assert.ok(answer.kind === 'hosts');
  assert.equal(answer.rule, 'reroute');
  assert.deepEqual(
    answer.hosts.map(({ addresses, port }) => `${addresses[0]} ${port}`),
    ['127.0.0.1 25', '127.0.0.2 2600', '::1 27', '::1 25', '10.0.0.9 28'],
  );
  assert.equal(answer.receiver, undefined);
});

test('reroute: mail for a customer stays mail for that customer, at hosts that are not its own', async () => {
  const to = (customer: NonNullable<World['customer']>) => routeTo(['127.0.0.1'], 'acme.test', contextOf({ customer }));
  const led = await to({});
  assert.ok(led.kind === 'hosts');
  assert.deepEqual([led.receiver, led.mailHostsOf, led.stampFor], [ACME, undefined, undefined]);
  const sentOnly = await to({ inbound: false });
  assert.ok(sentOnly.kind === 'hosts' && sentOnly.receiver === undefined);
});
