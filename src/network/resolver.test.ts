import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DnsHandler, noDomain, nothing, packet, startFakeDns } from '../../test/support/fake-dns.ts';
import { freePort } from '../../test/support/ports.ts';
import { systemClock } from '../platform/clock.ts';
import { createResolver, type ResolverOptions } from './resolver.ts';

const mx = (name: string, preference: number, exchange: string, ttl = 60) => ({
  type: 'MX',
  name,
  ttl,
  data: { preference, exchange },
});
const a = (name: string, data: string, ttl = 60) => ({ type: 'A', name, ttl, data });
const cname = (name: string, data: string) => ({ type: 'CNAME', name, ttl: 60, data });

function resolverOf(server: { host: string; port: number }, options: Partial<ResolverOptions> = {}) {
  return createResolver({ servers: [server], trustAd: false, timeoutMs: 400, clock: systemClock, ...options });
}

/** A clock that a test moves. */
function movableClock() {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    monotonic: () => performance.now() + offset,
    move: (ms: number) => (offset += ms),
  };
}

test('records are found, names in lower case without the final dot', async () => {
  await using dns = await startFakeDns(({ name }) => [
    {
      answers: [
        mx(name, 10, 'MX1.Example.TEST'),
        mx(name, 0, '.'),
        { type: 'MX', name: 'other.test', ttl: 1, data: { preference: 1, exchange: 'x' } },
      ],
    },
  ]);
  assert.deepEqual(await resolverOf(dns.endpoint).mx('Example.Test.'), {
    kind: 'found',
    records: [
      { preference: 10, exchange: 'mx1.example.test' },
      { preference: 0, exchange: '' },
    ],
    security: 'insecure',
  });
});

test('A, AAAA, TXT and PTR', async () => {
  await using dns = await startFakeDns(({ name, type }) => {
    if (type === 'A') return [{ answers: [a(name, '192.0.2.1')] }];
    if (type === 'AAAA') return [{ answers: [{ type, name, ttl: 60, data: '2001:db8::1' }] }];
    if (type === 'TXT') return [{ answers: [{ type, name, ttl: 60, data: ['v=spf1 ', '-all'] }] }];
    return [{ answers: [{ type, name, ttl: 60, data: 'Host.test' }] }];
  });
  const resolver = resolverOf(dns.endpoint);
  const records = async (answer: Promise<{ kind: string; records?: unknown }>) => (await answer).records;
  assert.deepEqual(await records(resolver.a('x.test')), ['192.0.2.1']);
  assert.deepEqual(await records(resolver.aaaa('x.test')), ['2001:db8::1']);
  assert.deepEqual(await records(resolver.txt('x.test')), ['v=spf1 -all']);
  assert.deepEqual(await records(resolver.ptr('192.0.2.7')), ['host.test']);
  assert.deepEqual(await records(resolver.ptr('2001:db8::1')), ['host.test']);
  assert.deepEqual(dns.asked.slice(-2), [
    'PTR 7.2.0.192.in-addr.arpa udp',
    `PTR 1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa udp`,
  ]);
});

test('no such domain, no such record, and what can not be a name at all', async () => {
  await using dns = await startFakeDns(({ name }) => [name === 'gone.test' ? noDomain : nothing]);
  const resolver = resolverOf(dns.endpoint);
  assert.deepEqual(await resolver.mx('gone.test'), { kind: 'none', missing: 'domain', security: 'insecure' });
  assert.deepEqual(await resolver.mx('bare.test'), { kind: 'none', missing: 'record', security: 'insecure' });
  for (const name of ['', 'a..b', `${'x'.repeat(64)}.test`, 'x.'.repeat(130), 'a b.test', 'é.test']) {
    assert.equal((await resolver.a(name)).kind, 'none', name);
  }
  assert.equal(dns.asked.length, 2);
});

test('faults are temporary: SERVFAIL, REFUSED, silence, garbage', async () => {
  const table: [string, DnsHandler][] = [
    ['SERVFAIL', () => [{ rcode: 2 }]],
    ['REFUSED', () => [{ rcode: 5 }]],
    ['time-out', () => []],
    [
      'garbage with our id',
      ({ id }) => [Buffer.concat([u16(id), Buffer.from('8180000100ff', 'hex'), Buffer.alloc(9, 0xff)])],
    ],
    ['garbage', () => [Buffer.from('garbage'), Buffer.alloc(0), Buffer.alloc(600, 0xc0)]],
    ['another id', ({ id }) => [{ id: (id + 1) & 0xffff, answers: [a('x.test', '192.0.2.66')] }]],
    ['another question', () => [{ question: { name: 'y.test', type: 'A' }, answers: [a('y.test', '192.0.2.66')] }]],
    ['another type', () => [{ question: { name: 'x.test', type: 'MX' }, answers: [a('x.test', '192.0.2.66')] }]],
    ['CNAME loop', () => [{ answers: [cname('x.test', 'y.test'), cname('y.test', 'x.test')] }]],
  ];
  for (const [name, handler] of table) {
    await using dns = await startFakeDns(handler);
    const answer = await resolverOf(dns.endpoint, { timeoutMs: 200 }).a('x.test');
    assert.equal(answer.kind, 'temporary', name);
  }
});

test('no server at all is temporary, and is known at once', async () => {
  const started = performance.now();
  const answer = await resolverOf({ host: '127.0.0.1', port: await freePort() }, { timeoutMs: 5000 }).a('x.test');
  assert.equal(answer.kind, 'temporary');
  assert.ok(performance.now() - started < 2000);
});

test('a forged answer before the right one is passed over', async () => {
  await using dns = await startFakeDns(({ id, name }) => [
    { id: (id + 1) & 0xffff, answers: [a(name, '192.0.2.66')] },
    { question: { name: 'z.test', type: 'A' }, answers: [a(name, '192.0.2.66')] },
    Buffer.alloc(3),
    { answers: [a(name, '192.0.2.1')] },
  ]);
  const answer = await resolverOf(dns.endpoint).a('x.test');
  assert.deepEqual(answer.kind === 'found' && answer.records, ['192.0.2.1']);
});

test('a truncated answer, or a flood of forged ones, is asked for again over TCP', async () => {
  for (const udp of [[{ truncated: true }], Array.from({ length: 30 }, () => Buffer.alloc(20))]) {
    await using dns = await startFakeDns(({ name, via }) =>
      via === 'udp' ? udp : [{ answers: [a(name, '192.0.2.1')] }],
    );
    const answer = await resolverOf(dns.endpoint).a('x.test');
    assert.deepEqual(answer.kind === 'found' && answer.records, ['192.0.2.1']);
    assert.deepEqual(dns.asked, ['A x.test udp', 'A x.test tcp']);
  }
});

test('each question has its own id and port', async () => {
  await using dns = await startFakeDns(() => [nothing]);
  const resolver = resolverOf(dns.endpoint);
  await Promise.all(Array.from({ length: 30 }, (_, i) => resolver.a(`x${i}.test`)));
  assert.ok(new Set(dns.origins.map(({ id }) => id)).size > 25);
  assert.ok(new Set(dns.origins.map(({ port }) => port)).size > 15);
});

test('CNAMEs are followed in the answer and beyond it', async () => {
  await using dns = await startFakeDns(({ name }) => {
    if (name === 'one.test') return [{ answers: [cname('one.test', 'Two.test'), a('two.test', '192.0.2.2')] }];
    if (name === 'far.test') return [{ answers: [cname('far.test', 'one.test')] }];
    if (name === 'dead.test') return [{ ...noDomain, answers: [cname('dead.test', 'gone.test')] }];
    if (name === 'empty.test') return [{ ...nothing, answers: [cname('empty.test', 'bare.test')] }];
    if (name.startsWith('chain')) return [{ answers: [cname(name, `chain${Number(name.slice(5, -5)) + 1}.test`)] }];
    return [nothing];
  });
  const resolver = resolverOf(dns.endpoint);
  for (const name of ['one.test', 'far.test']) {
    const answer = await resolver.a(name);
    assert.deepEqual(answer.kind === 'found' && answer.records, ['192.0.2.2'], name);
  }
  assert.deepEqual(await resolver.a('dead.test'), { kind: 'none', missing: 'domain', security: 'insecure' });
  assert.deepEqual(await resolver.a('empty.test'), { kind: 'none', missing: 'record', security: 'insecure' });
  assert.equal((await resolver.a('chain1.test')).kind, 'temporary');
});

test('AD counts only where the server is trusted, and only if every step has it', async () => {
  await using dns = await startFakeDns(({ name }) => {
    if (name === 'half.test') return [{ authentic: true, answers: [cname('half.test', 'plain.test')] }];
    return [{ authentic: name !== 'plain.test', answers: [a(name, '192.0.2.1')] }];
  });
  const security = async (trustAd: boolean, name: string) => {
    const answer = await resolverOf(dns.endpoint, { trustAd }).a(name);
    return answer.kind === 'found' && answer.security;
  };
  assert.equal(await security(true, 'x.test'), 'secure');
  assert.equal(await security(false, 'x.test'), 'insecure');
  assert.equal(await security(true, 'plain.test'), 'insecure');
  assert.equal(await security(true, 'half.test'), 'insecure');
});

test('answers are kept for their time, negative ones for that of the SOA, faults not at all', async () => {
  let fail = true;
  await using dns = await startFakeDns(({ name }) => {
    if (name === 'a.test') return [{ answers: [a(name, '192.0.2.1', 100)] }];
    if (name === 'brief.test') return [{ answers: [a(name, '192.0.2.1', 0)] }];
    if (name === 'none.test') return [nothing];
    return [fail ? { rcode: 2 } : { answers: [a(name, '192.0.2.1')] }];
  });
  const clock = movableClock();
  const resolver = resolverOf(dns.endpoint, { clock });
  const asks = async (name: string) => {
    const before = dns.asked.length;
    await resolver.a(name);
    return dns.asked.length - before;
  };
  assert.deepEqual(
    [await asks('a.test'), await asks('A.test'), await asks('brief.test'), await asks('none.test')],
    [1, 0, 1, 1],
  );
  clock.move(4000);
  assert.deepEqual([await asks('a.test'), await asks('brief.test'), await asks('none.test')], [0, 0, 0]);
  clock.move(57_000);
  assert.deepEqual([await asks('a.test'), await asks('brief.test'), await asks('none.test')], [0, 1, 1]);
  clock.move(50_000);
  assert.equal(await asks('a.test'), 1);
  await resolver.a('flaky.test');
  fail = false;
  assert.equal((await resolver.a('flaky.test')).kind, 'found');
});

test('one look-up serves all who ask at the same time; the cache is bounded', async () => {
  await using dns = await startFakeDns(({ name }) => [{ answers: [a(name, '192.0.2.1')] }]);
  const resolver = resolverOf(dns.endpoint, { cacheEntries: 10 });
  await Promise.all(Array.from({ length: 50 }, () => resolver.a('x.test')));
  assert.equal(dns.asked.length, 1);
  for (let i = 0; i < 20; i++) await resolver.a(`x${i}.test`);
  await resolver.a('x19.test');
  assert.equal(dns.asked.length, 21);
  await resolver.a('x.test');
  assert.equal(dns.asked.length, 22);
});

test('the next server is asked when one is silent or fails; the silent one is left alone for a while', async () => {
  await using silent = await startFakeDns(() => []);
  await using failing = await startFakeDns(() => [{ rcode: 2 }]);
  await using good = await startFakeDns(({ name }) => [{ answers: [a(name, '192.0.2.1')] }]);
  const servers = [silent.endpoint, failing.endpoint, good.endpoint];
  const resolver = resolverOf(silent.endpoint, { servers, timeoutMs: 1200 });
  assert.equal((await resolver.a('x.test')).kind, 'found');
  const started = performance.now();
  assert.equal((await resolver.a('y.test')).kind, 'found');
  assert.ok(performance.now() - started < 150);
  assert.equal(silent.asked.length, 1);
});

test('the time of a look-up is bounded over all servers and CNAMEs', async () => {
  await using silent = await startFakeDns(() => []);
  const resolver = resolverOf(silent.endpoint, { servers: [silent.endpoint, { ...silent.endpoint }], timeoutMs: 500 });
  const started = performance.now();
  assert.equal((await resolver.a('x.test')).kind, 'temporary');
  assert.ok(performance.now() - started < 1000);
  assert.equal(silent.asked.length, 4);
});

test('an answer without a question and without a fault is not taken', async () => {
  await using dns = await startFakeDns(({ id }) => {
    const octets = packet(id, { name: 'x.test', type: 'A' }, { answers: [] });
    octets.writeUInt16BE(0, 4);
    return [octets.subarray(0, 12)];
  });
  assert.equal((await resolverOf(dns.endpoint, { timeoutMs: 150 }).a('x.test')).kind, 'temporary');
});

function u16(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(value);
  return octets;
}
