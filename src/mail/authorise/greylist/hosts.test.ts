import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from '../../../../test/support/temp.ts';
import type { DnsAnswer } from '../../../network/dns-answer.ts';
import { createTestLog } from '../../../platform/log.ts';
import { createMetrics } from '../../../platform/metrics.ts';
import type { LearnedHost } from './host-memory.ts';
import { openHostStore } from './host-store.ts';
import { createHosts } from './hosts.ts';

const folder = temporaryFolder('hosts');
after(() => folder.remove());

const LIMITS = { delay: 60_000, retry_within: 86_400_000, passed_kept: 30 * 86_400_000, passed: 100, tried: 100 };

/** Names and addresses of the world; both ways where they are here. */
const NAMES: Record<string, string> = {
  '192.0.2.1': 'mx1.large.example.com',
  '198.51.100.1': 'mx2.large.example.com',
  '203.0.113.1': 'liar.large.example.com',
};
const ADDRESSES: Record<string, string> = {
  'mx1.large.example.com': '192.0.2.1',
  'mx2.large.example.com': '198.51.100.1',
  'liar.large.example.com': '203.0.113.99',
};

function answer(value: string | undefined): DnsAnswer<string> {
  if (value === undefined) return { kind: 'none', missing: 'domain', security: 'insecure' };
  return { kind: 'found', records: [value], security: 'insecure' };
}

function world(limits: Partial<typeof LIMITS> = {}, ptr = async (ip: string) => answer(NAMES[ip])) {
  const state = { now: 1_795_310_305_000, learned: [] as LearnedHost[] };
  const make = () =>
    createHosts({
      secret: Buffer.alloc(32, 1),
      limits: { ...LIMITS, ...limits },
      resolver: {
        ptr,
        a: async (name) => answer(ADDRESSES[name]),
        aaaa: async () => answer(undefined),
      },
      learned: (learned) => state.learned.push(...learned),
      clock: { now: () => state.now, monotonic: () => state.now },
      metrics: createMetrics(),
    });
  const hosts = make();
  const attempt = async (ip: string, recipient = 'a@acme.test', sender = 'x@large.example.com', by = hosts) =>
    (await by.greylist({ ip, sender, recipient }))?.code;
  return { state, hosts, make, attempt };
}

test('the first attempt waits, the second in time passes, whose mail was taken need not wait again', async () => {
  const { attempt, hosts, state } = world();
  assert.equal(await attempt('192.0.2.7'), 451);
  state.now += 59_000;
  assert.equal(await attempt('192.0.2.7'), 451);
  assert.equal(await attempt('192.0.2.7', 'other@acme.test'), 451);
  state.now += 1000;
  assert.equal(await attempt('192.0.2.8'), undefined, 'another host of the network');
  assert.equal(await attempt('192.0.3.8'), 451, 'another network');
  hosts.passed('192.0.2.8');
  assert.equal(await attempt('192.0.2.9', 'third@acme.test'), undefined);
  state.now += LIMITS.passed_kept;
  assert.equal(await attempt('192.0.2.9', 'third@acme.test'), 451, 'it was forgotten');
});

test('a network with any number of first attempts pushes out nobody else’s', async () => {
  const { attempt, state } = world({ tried: 500 });
  assert.equal(await attempt('192.0.2.7'), 451);
  for (let i = 0; i < 2000; i++) assert.equal(await attempt('198.51.100.9', `r${i}@acme.test`), 451);
  assert(state.learned.length < 500);
  state.now += 60_000;
  assert.equal(await attempt('192.0.2.7'), undefined);
  assert.equal(await attempt('198.51.100.9', 'r0@acme.test'), undefined, 'what it tried first counts for it');
  state.now += 3_600_000;
  assert.equal(await attempt('198.51.100.9', 'r1999@acme.test'), 451);
  state.now += 60_000;
  assert.equal(await attempt('198.51.100.9', 'r1999@acme.test'), undefined, 'an hour later it is counted anew');
});

test('names that nobody answers for take no more than a few look-ups at once, and nobody waits for them for long', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let underWay = 0;
  const { hosts } = world({}, () => {
    underWay++;
    return new Promise(() => {});
  });
  const attempts = Array.from({ length: 500 }, (_, i) =>
    hosts.greylist({ ip: `198.51.${i % 250}.${i}`, sender: '', recipient: `r${i}@acme.test` }),
  );
  await new Promise(setImmediate);
  t.mock.timers.tick(2000);
  for (const refusal of attempts) assert.equal((await refusal)?.code, 451);
  assert.equal(underWay, 50);
});

test('a first attempt is forgotten after its time', async () => {
  const { attempt, state } = world();
  assert.equal(await attempt('192.0.2.7'), 451);
  state.now += LIMITS.retry_within;
  assert.equal(await attempt('192.0.2.7'), 451);
});

test('a large sender may try again from another network, where the names of both are its own', async () => {
  const { attempt, state } = world();
  assert.equal(await attempt('192.0.2.1'), 451);
  state.now += 60_000;
  assert.equal(await attempt('203.0.113.1'), 451, 'a name that its address does not have');
  assert.equal(await attempt('198.51.100.1', 'other@acme.test'), 451);
  assert.equal(await attempt('198.51.100.1'), undefined);
});

test('the reply says how long to wait', async () => {
  const { hosts, state } = world();
  const question = { ip: '192.0.2.7', sender: '', recipient: 'a@acme.test' };
  await hosts.greylist(question);
  state.now += 20_500;
  assert.deepEqual((await hosts.greylist(question))?.lines, ['Not seen before, try again in 40 seconds']);
});

test('a host is known only some time after its first message', () => {
  const { hosts, state } = world();
  hosts.passed('192.0.2.7');
  assert.equal(hosts.isKnown('192.0.2.7'), false);
  state.now += 600_000;
  assert.equal(hosts.isKnown('192.0.2.7'), true);
  assert.equal(hosts.isKnown('192.0.2.8'), false, 'room is kept for the host, not for its network');
  state.now += LIMITS.passed_kept;
  assert.equal(hosts.isKnown('192.0.2.7'), false);
});

test('a busy host is told of once an hour', () => {
  const { hosts, state } = world();
  for (let i = 0; i < 100; i++) hosts.passed('192.0.2.7');
  assert.equal(state.learned.length, 2, 'host and network');
  state.now += 3_600_000;
  hosts.passed('192.0.2.7');
  assert.equal(state.learned.length, 4);
});

test('what one thread learned others know, over a restart too, and no address is written', async () => {
  const { attempt, hosts, make, state } = world();
  hosts.passed('192.0.2.7');
  await attempt('198.51.100.9');
  const path = join(folder.path, 'hosts.db');
  const options = { path, limits: () => LIMITS, now: () => state.now, log: createTestLog(() => undefined) };
  const store = openHostStore(options);
  store.learned(state.learned);
  store.close();
  const again = openHostStore(options);
  const kept = again.all();
  assert.equal(kept.length, 3);
  assert.ok(!JSON.stringify(kept).includes('198.51') && !JSON.stringify(kept).includes('acme'));
  state.now += 600_000;
  const other = make();
  other.learn(kept);
  assert.equal(other.isKnown('192.0.2.7'), true);
  assert.equal(await attempt('198.51.100.9', undefined, undefined, other), undefined);
  state.now += LIMITS.passed_kept;
  again.close();
  const old = openHostStore(options);
  assert.deepEqual(old.all(), []);
  old.close();
});

test('memory is bounded; what passed is not forgotten for first attempts', async () => {
  const { attempt, hosts, state } = world();
  hosts.passed('192.0.2.7');
  for (let i = 0; i < 200; i++) await attempt('198.51.100.9', `r${i}@acme.test`);
  state.now += 60_000;
  assert.equal(await attempt('198.51.100.9', 'r0@acme.test'), 451);
  assert.equal(await attempt('198.51.100.9', 'r199@acme.test'), undefined);
  assert.equal(await attempt('192.0.2.7'), undefined);
});
