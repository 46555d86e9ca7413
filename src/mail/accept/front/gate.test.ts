import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testLimits } from '../../../../test/dialogues/memory-session.ts';
import { strangers } from '../../../platform/config/strangers.ts';
import { createConnectionCounters, openConnectionCounters } from '../connection-counters.ts';
import { createConnectionRates, openConnectionRates } from './connection-rates.ts';
import { type Admitted, Allowance, Gate, type Standing } from './gate.ts';
import { LOOK_MS, Load } from './load.ts';

/** 10.x is registered, 192.0.2.x known, everybody else a stranger. */
function standing(ip: string): Standing {
  if (ip.startsWith('10.')) return 'registered';
  return ip.startsWith('192.0.2.') ? 'known' : 'stranger';
}

function world(
  settings: Record<string, unknown> = {},
  limits: { connections?: number } = {},
  { openFiles = 100_000, countedFrom = 1000 } = {},
) {
  const state = { now: 1000, listed: [] as string[] };
  const clock = { now: () => state.now, monotonic: () => state.now };
  const all = testLimits({ connections_per_source: 20, connections: 200, ...limits });
  const load = new Load({
    clock,
    settings: () => parsed,
    threads: 1,
    strangersShare: () => 0,
    memoryShare: () => 0,
    changed: () => {},
  });
  const parsed = strangers.parse(settings);
  const gate = new Gate({
    standing,
    counters: openConnectionCounters(createConnectionCounters({ threads: 1, connections: countedFrom }), 0),
    rates: openConnectionRates(createConnectionRates(), () => state.now),
    load,
    limits: () => all,
    openFiles,
    settings: () => parsed,
    threads: 1,
    dnsbl: { listing: async (ip) => (state.listed.includes(ip) ? 'bl.test' : undefined) },
    now: () => state.now,
  });
  const burden = () => {
    for (let i = 0; i < 1000; i++) load.fruitless();
    state.now += LOOK_MS;
    load.look();
  };
  /** Name of the refusal, or what was let in. */
  const admit = (ip: string) => {
    const admission = gate.admit(ip, true);
    return admission.kind === 'refused' ? admission.reply.name : admission;
  };
  /** How many of these are let in, and why the first that is not was refused. */
  const fill = (address: (i: number) => string, most = 1000) => {
    for (let i = 0; i < most; i++) {
      const got = admit(address(i));
      if (typeof got === 'string') return { let: i, why: got };
    }
    return { let: most, why: undefined };
  };
  return { state, gate, load, burden, admit, fill };
}

function stranger(i: number): string {
  return `203.${Math.floor(i / 250) % 250}.${i % 250}.1`;
}

test('strangers leave room to hosts that are known, and both to registered sources', () => {
  const { fill } = world({ room_kept: 40 });
  assert.deepEqual(fill(stranger), { let: 160, why: 'tooManyConnections' });
  assert.deepEqual(
    fill((i) => `192.0.2.${i}`),
    { let: 20, why: 'tooManyConnections' },
  );
  assert.deepEqual(
    fill((i) => `10.0.0.${i}`),
    { let: 20, why: 'tooManyConnections' },
  );
});

test('raised while it runs: to what can be counted, and no client is refused below a limit of its own', () => {
  const { let: taken, why } = world({ room_kept: 0 }, { connections: 200 }, { countedFrom: 25 }).fill(stranger);
  assert.deepEqual({ taken, why }, { taken: 100, why: 'tooManyConnections' });
});

test('a quarter of the room is kept at most, and descriptors bound it', () => {
  assert.equal(world({ room_kept: 2000 }, { connections: 8 }).fill(stranger).let, 6);
  assert.equal(world({ room_kept: 0 }, { connections: 1 }).fill(stranger).let, 1);
  assert.equal(world({ room_kept: 0 }, { connections: 200 }, { openFiles: 50 }).fill(stranger).let, 50);
});

test('limits by address and network are for strangers, by address for known hosts too', () => {
  const settings = { connections_per_network: 30, rate_per_source: 25, rate_per_network: 1000 };
  const { fill } = world(settings);
  assert.deepEqual(
    fill(() => '203.0.113.7'),
    { let: 20, why: 'tooManyFromSource' },
  );
  assert.deepEqual(
    fill((i) => `203.0.113.${i + 10}`),
    { let: 10, why: 'tooManyFromNetwork' },
  );
  assert.deepEqual(
    fill(() => '192.0.2.7'),
    { let: 20, why: 'tooManyFromSource' },
  );
  assert.deepEqual(
    fill(() => '10.0.0.7', 100),
    { let: 100, why: undefined },
  );
});

test('a known host that brings nothing has the rate of an address, also under load; one that brings mail has none', () => {
  const { admit, burden, load, fill } = world({ rate_per_source: 10 });
  burden();
  assert.equal(load.busy, true);
  const once = (fruitful: boolean) => {
    const got = admit('192.0.2.7');
    if (typeof got === 'string') return got;
    got.leave(fruitful);
    return undefined;
  };
  for (let i = 0; i < 100; i++) assert.equal(once(true), undefined);
  for (let i = 0; i < 10; i++) assert.equal(once(false), undefined);
  assert.equal(once(false), 'tooOftenFromSource');
  assert.deepEqual(
    fill((i) => `192.0.2.${i + 10}`, 50),
    { let: 50, why: undefined },
  );
});

test('IPv6: a /64 is one source, a /48 one network', () => {
  const { fill } = world({ connections_per_network: 30 });
  assert.deepEqual(
    fill((i) => `2001:db8:1::${i.toString(16)}`),
    { let: 20, why: 'tooManyFromSource' },
  );
  assert.deepEqual(
    fill((i) => `2001:db8:1:${(i + 1).toString(16)}::1`),
    { let: 10, why: 'tooManyFromNetwork' },
  );
  assert.equal(typeof fill(() => '2001:db8:2::1', 1).why, 'undefined');
});

test('connections without a message count in a minute, those with one do not', () => {
  const { admit } = world({ rate_per_source: 10, rate_per_network: 15 });
  const visit = (ip: string, fruitful: boolean) => {
    const got = admit(ip);
    if (typeof got === 'string') return got;
    got.leave(fruitful);
    return 'let in';
  };
  for (let i = 0; i < 500; i++) assert.equal(visit('203.0.113.7', true), 'let in');
  for (let i = 0; i < 10; i++) assert.equal(visit('203.0.113.7', false), 'let in');
  assert.equal(visit('203.0.113.7', false), 'tooOftenFromSource');
  for (let i = 0; i < 5; i++) assert.equal(visit(`203.0.113.${20 + i}`, false), 'let in');
  assert.equal(visit('203.0.113.30', false), 'tooOftenFromNetwork');
});

test('under load strangers wait first: a tenth of their rate, and only so many of them a second', () => {
  const { admit, burden, fill, state } = world({ rate_per_source: 100, busy_admissions: 5, room_kept: 40 });
  burden();
  state.now += 10_000;
  assert.deepEqual(fill(stranger), { let: 5, why: 'strangersWait' });
  state.now += 1000;
  const got = fill(() => '203.0.113.99');
  assert.equal(got.let <= 5, true);
  let letIn = 0;
  for (let i = 0; i < 100; i++) {
    state.now += 1000;
    const one = admit('203.0.114.1');
    if (typeof one === 'string') assert.equal(one, 'tooOftenFromSource');
    else letIn++;
    if (typeof one !== 'string') one.leave(false);
  }
  assert.ok(letIn >= 25 && letIn <= 27, `ten at once and ten a minute, not ${letIn}`);
  assert.deepEqual(
    fill((i) => `192.0.2.${i}`, 15),
    { let: 15, why: undefined },
    'known hosts go on',
  );
  assert.deepEqual(
    fill(() => '10.0.0.1', 50),
    { let: 50, why: undefined },
    'registered sources go on',
  );
});

test('only strangers wait for the greeting; lists are asked for all that are not registered', async () => {
  const { admit, state } = world({ greeting_pause: '3s' });
  state.listed = ['203.0.113.7', '192.0.2.7', '10.0.0.7'];
  const [bad, known, good, registered] = ['203.0.113.7', '192.0.2.7', '203.0.113.8', '10.0.0.7'].map(
    (ip) => admit(ip) as Admitted,
  );
  assert.deepEqual(
    [bad, known, good, registered].map((one) => one?.pauseMs),
    [3000, 1, 3000, 1],
  );
  const refusal = await bad?.screened;
  assert.deepEqual([refusal?.code, refusal?.lines], [554, ['Your address is listed by bl.test']]);
  assert.equal((await known?.screened)?.code, 554);
  assert.equal(await good?.screened, undefined);
  assert.equal(registered?.screened, undefined);
});

test('whatever ends, no place stays taken', () => {
  const { fill, admit } = world({ room_kept: 40 });
  const places: Admitted[] = [];
  for (let i = 0; i < 300; i++) {
    const got = admit(stranger(i % 170));
    if (typeof got !== 'string') places.push(got);
  }
  for (const place of places) place.leave(true);
  assert.deepEqual(fill(stranger), { let: 160, why: 'tooManyConnections' });
});

test('an allowance gives so many a second, and at most a second’s worth at once', () => {
  let now = 0;
  const allowance = new Allowance(() => now);
  const taken = () => {
    let n = 0;
    while (allowance.take(10)) n++;
    return n;
  };
  assert.equal(taken(), 10);
  now += 500;
  assert.equal(taken(), 5);
  now += 60_000;
  assert.equal(taken(), 10);
});
