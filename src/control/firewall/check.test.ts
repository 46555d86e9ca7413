import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerFact, PoolFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { ProbeAnswer, ProbeOptions } from '../../network/probe.ts';
import { type CheckParts, checkPorts, judge } from './check.ts';
import { addressList, published } from './published.ts';

const reply = (code: number, text = 'x') => ({ code, text, lines: [text] });
const taken: ProbeAnswer = { kind: 'taken', greeting: 'mx ESMTP' };
const refused = (code: number): ProbeAnswer => ({ kind: 'refused', stage: 'rcpt', reply: reply(code) });
const none = (how: 'refused' | 'timeout' | 'unreachable'): ProbeAnswer => ({ kind: 'no-connection', how, detail: how });
const silent = (how: 'closed' | 'timeout'): ProbeAnswer => ({ kind: 'silent', stage: 'greeting', how });
const nothing: ProbeAnswer = { kind: 'not-tried', detail: 'EADDRNOTAVAIL' };

test('what two views say together: nothing is called shut that we cannot pass ourselves', () => {
  const here = { way: 'not-configured', vantage: false } as const;
  const TABLE: readonly [ProbeAnswer, ProbeAnswer, string, Parameters<typeof judge>[2]?][] = [
    [taken, taken, 'open'],
    [taken, nothing, 'open'],
    [refused(554), taken, 'shut'],
    [refused(554), refused(554), 'unknown'],
    [refused(554), nothing, 'unknown'],
    [refused(450), taken, 'unknown'],
    [refused(530), taken, 'open'],
    [silent('closed'), taken, 'shut'],
    [silent('closed'), silent('closed'), 'unknown'],
    [silent('timeout'), taken, 'unknown'],
    [none('refused'), taken, 'shut'],
    [{ kind: 'no-connection', how: 'unreachable', detail: 'ENETUNREACH' }, taken, 'unknown'],
    [{ kind: 'no-connection', how: 'unreachable', detail: 'EHOSTUNREACH' }, taken, 'shut'],
    [none('refused'), refused(550), 'shut'],
    [none('refused'), none('refused'), 'unknown'],
    [none('timeout'), taken, 'shut'],
    [none('timeout'), none('timeout'), 'unknown'],
    [none('timeout'), nothing, 'unknown'],
    [none('timeout'), taken, 'unknown', { way: 'blocked', vantage: false }],
    [none('timeout'), taken, 'unknown', { way: 'not-configured', vantage: true }],
    [none('refused'), taken, 'shut', { way: 'not-configured', vantage: true }],
    [none('timeout'), taken, 'shut', { way: 'open', vantage: true }],
    [nothing, taken, 'unknown'],
  ];
  for (const [strange, ours, state, view = here] of TABLE) {
    const judged = judge(strange, ours, view);
    assert.equal(judged.state, state, JSON.stringify([strange, ours, view]));
    assert.ok(judged.reason !== '');
  }
});

const POOLS: PoolFact[] = [
  {
    name: 'standard',
    addresses: [
      { ip: '192.0.2.1', hostname: 'out1.relay.test', state: 'active' },
      { ip: '192.0.2.2', hostname: 'out2.relay.test', state: 'draining' },
      { ip: '192.0.2.3', hostname: 'out3.relay.test', state: 'out' },
    ],
  },
  { name: 'bulk', addresses: [{ ip: '2001:db8::1', hostname: 'bulk.relay.test', state: 'active' }] },
  { name: 'inbound', addresses: [{ ip: '192.0.2.9', hostname: 'in.relay.test', state: 'active' }] },
];
const customer: CustomerFact = {
  id: 'acme' as CustomerId,
  name: 'Acme',
  state: 'live',
  pools: ['standard'],
  streams: [{ name: 'bulk', pools: ['bulk', 'standard'], match: { header: 'x', value: 'y' } }],
  mailhosts: [{ host: 'mx.acme.test', port: 25, preference: 10, tls: 'none' }],
  foreignFrom: 'refuse',
  language: 'en',
  hide: 'usual',
  forwards: 'refuse',
  returnPath: 'sender',
  recipientCheck: 'none',
};

function publishedFor(pools: readonly PoolFact[]) {
  return published(
    {
      directory: {
        customer: (id) => (id === customer.id ? customer : undefined),
        pool: (name) => pools.find((pool) => pool.name === name),
      },
      hostname: 'relay.test',
      listeners: [
        { address: { host: '0.0.0.0', port: 25 }, roles: ['outbound', 'inbound'], tls: 'starttls' },
        { address: { host: '0.0.0.0', port: 26 }, roles: ['inbound'], tls: 'none' },
      ],
      inboundPool: 'inbound',
      addressesOf: async () => ['192.0.2.20'],
    },
    customer.id,
  );
}

test('published are the addresses in use, draining ones too, of all pools of the customer, and where mail is handed in', async () => {
  const all = await publishedFor(POOLS);
  assert.ok(all);
  assert.deepEqual(addressList(all), ['192.0.2.9', '192.0.2.1', '192.0.2.2', '2001:db8::1']);
  assert.deepEqual(all.outbound[1], {
    pool: 'standard',
    ip: '192.0.2.2',
    hostname: 'out2.relay.test',
    state: 'draining',
  });
  assert.deepEqual(
    all.submit.map(({ port }) => port),
    [25],
  );
  assert.deepEqual(all.notes, []);
  const without = await publishedFor(POOLS.slice(0, 2));
  assert.deepEqual(
    without?.inbound.map(({ ip, pool }) => [ip, pool]),
    [['192.0.2.20', 'default']],
  );
  assert.equal(without.notes.length, 1);
});

async function check(more: Partial<CheckParts>) {
  const asked: ProbeOptions[] = [];
  const parts: CheckParts = {
    hostname: 'relay.test',
    port: 25,
    probe: { address: ['192.0.2.77'], timeout: 100 },
    allowPrivate: false,
    addressesOf: async () => ['198.51.100.1'],
    isPublic: () => true,
    ask: async (options) => {
      asked.push(options);
      return options.origin.kind === 'here' && options.origin.bind === '192.0.2.77' ? none('refused') : taken;
    },
    ...more,
  };
  const known = await publishedFor(POOLS);
  assert.ok(known);
  return { findings: await checkPorts(parts, customer, { published: known, domain: 'acme.test' }), asked };
}

test('the two views come from a strange address and from a published one, to the same recipient', async () => {
  const { findings, asked } = await check({});
  assert.deepEqual(findings, [
    {
      host: 'mx.acme.test',
      ip: '198.51.100.1',
      port: 25,
      state: 'shut',
      reason: 'the connection is refused',
      from: '192.0.2.77',
      ours: 'open',
    },
  ]);
  assert.deepEqual(
    asked.map(({ origin, recipient }) => [origin, recipient]),
    [
      [{ kind: 'here', bind: '192.0.2.77' }, 'postmaster@acme.test'],
      [{ kind: 'here', bind: '192.0.2.9' }, 'postmaster@acme.test'],
    ],
  );
});

test('what cannot be told is said to be so, with the reason', async () => {
  const reasonOf = async (more: Partial<CheckParts>) => {
    const [finding] = (await check(more)).findings;
    assert.equal(finding?.state, 'unknown');
    return finding.reason;
  };
  assert.match(await reasonOf({ probe: { address: [], timeout: 1 } }), /no \[probe\]/);
  assert.match(await reasonOf({ probe: { address: ['192.0.2.2'], timeout: 1 } }), /among the addresses that are let/);
  assert.match(await reasonOf({ addressesOf: async () => [] }), /no address in DNS/);
  assert.match(await reasonOf({ addressesOf: async () => ['2001:db8::5'] }), /none of IPv6/);
  assert.match(await reasonOf({ isPublic: () => false }), /private address/);
  assert.match(
    await reasonOf({ probe: { address: ['192.0.2.77'], control: { host: 'c', port: 25 }, timeout: 1 } }),
    /way out is blocked/,
  );
});
