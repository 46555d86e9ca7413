// Each look by itself: what is found, how it is judged, and what a person is told to change.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startReceiver } from '../../../../test/support/scripted-receiver.ts';
import type { Resolver } from '../../../network/dns-answer.ts';
import { createMailHostProbe } from '../../../network/mail-host-probe.ts';
import { createOutsideGuard } from '../../../network/outside-address.ts';
import { systemClock } from '../../../platform/clock.ts';
import { parseNetwork } from '../../../protocol/ip/network.ts';
import { type Zone, zoneDns } from '../../../protocol/spf/testing/zone-dns.ts';
import type { Finding } from '../finding.ts';
import type { DomainSubject } from '../subjects.ts';
import { Clouds } from './clouds.ts';
import { lookDkim } from './look-dkim.ts';
import { lookDmarc } from './look-dmarc.ts';
import { lookMailHost } from './look-mailhost.ts';
import { lookMx } from './look-mx.ts';
import { lookSource } from './look-source.ts';
import { lookSpf } from './look-spf.ts';

const INCLUDE = '_spf.relay.test';
const OURS: Zone = { [INCLUDE]: [{ TXT: 'v=spf1 ip4:198.51.100.10 -all' }] };

/** A zone as a resolver; what it says is not validated. */
function resolver(zone: Zone): Resolver {
  const dns = zoneDns(zone);
  const insecure = async <T>(answer: Promise<T>) => ({ ...(await answer), security: 'insecure' as const });
  return {
    txt: (name) => insecure(dns.txt(name)),
    a: (name) => insecure(dns.a(name)),
    aaaa: (name) => insecure(dns.aaaa(name)),
    mx: (name) => insecure(dns.mx(name)),
    ptr: (ip) => insecure(dns.ptr(ip)),
  };
}

/** The advice is one sentence, or nothing. */
function assertAdvice({ state, advice }: Finding): void {
  if (state === 'ok') assert.equal(advice, '');
  else assert.match(advice, /^[^.].*[.]$/s);
}

describe('SPF', () => {
  const sending = { includes: [INCLUDE], addresses: ['198.51.100.10'] };
  const ten = Array.from({ length: 11 }, (_, i) => `a:x${i}.test`).join(' ');
  const CASES: [what: string, texts: string[], state: string, words: RegExp][] = [
    ['our include is there', [`v=spf1 include:${INCLUDE} -all`], 'ok', /look-ups: 1 of 10/],
    ['no record', ['something else'], 'fail', /no SPF record/],
    ['two records', [`v=spf1 include:${INCLUDE} -all`, 'v=spf1 mx -all'], 'fail', /2 records/],
    ['without our include', ['v=spf1 mx -all'], 'fail', /mx/],
    ['our include with a minus', [`v=spf1 -include:${INCLUDE} ~all`], 'fail', /-include/],
    ['our include behind all', [`v=spf1 -all include:${INCLUDE}`], 'fail', /-all include/],
    ['our addresses by hand', ['v=spf1 ip4:198.51.100.0/24 -all'], 'warn', /ip4/],
    ['too many look-ups', [`v=spf1 include:${INCLUDE} ${ten} -all`], 'fail', /look-ups: 12 of 10.*x0/],
    ['a syntax error', [`v=spf1 include:${INCLUDE} ipv4:192.0.2.1 -all`], 'fail', /ipv4:192\.0\.2\.1/],
    ['everybody is let through', [`v=spf1 include:${INCLUDE} +all`], 'warn', /\+all/],
  ];
  for (const [what, texts, state, words] of CASES) {
    test(`${what}: ${state}`, async () => {
      const addresses = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`x${i}.test`, [{ A: '192.0.2.1' }]]));
      const zone = { ...OURS, ...addresses, 'acme.test': texts.map((TXT) => ({ TXT })) };
      const finding = await lookSpf(resolver(zone), 'acme.test', sending);
      assert.equal(finding.state, state, finding.found);
      assert.match(finding.found, words);
      assertAdvice(finding);
    });
  }

  test('a fault in our own include is not the customer’s to mend', async () => {
    const zone = {
      [INCLUDE]: [{ TXT: 'v=spf1 ip4:nonsense' }],
      'acme.test': [{ TXT: `v=spf1 include:${INCLUDE} -all` }],
    };
    const finding = await lookSpf(resolver(zone), 'acme.test', sending);
    assert.equal(finding.state, 'fail');
    assert.match(finding.advice, /operator/);
  });

  test('DNS that fails says nothing', async () => {
    const finding = await lookSpf(resolver({ 'acme.test': ['TIMEOUT'] }), 'acme.test', sending);
    assert.equal(finding.state, 'unknown');
  });
});

describe('MX', () => {
  const live: DomainSubject = {
    kind: 'domain',
    customer: 'acme',
    domain: 'acme.test',
    inbound: true,
    outbound: false,
    inForce: true,
    verified: true,
    verifiedBy: 'checks',
    customerLive: true,
    pools: [],
    returnPath: 'sender',
  };
  const CASES: [what: string, mx: [number, string][], before: string, after: string][] = [
    ['ours', [[10, 'mx.relay.test']], 'ok', 'ok'],
    ['none', [], 'waiting', 'fail'],
    ['another’s', [[10, 'mail.acme.test']], 'waiting', 'fail'],
    [
      'ours and another’s',
      [
        [10, 'mx.relay.test'],
        [20, 'mail.acme.test'],
      ],
      'waiting',
      'warn',
    ],
    ['a null MX', [[0, '']], 'waiting', 'fail'],
  ];
  for (const [what, mx, before, after] of CASES) {
    test(`${what}: ${before} before the customer is live, ${after} after`, async () => {
      const dns = resolver({ 'acme.test': mx.map((MX) => ({ MX })) });
      for (const [customerLive, state] of [
        [false, before],
        [true, after],
      ] as const) {
        const finding = await lookMx(dns, { ...live, customerLive }, ['mx.relay.test']);
        assert.equal(finding.state, state);
        assertAdvice(finding);
      }
    });
  }
});

describe('DKIM', () => {
  const key = {
    domain: 'acme.test',
    selector: 's1',
    algorithm: 'ed25519',
    state: 'active',
    public_key: 'A'.repeat(43) + '=',
  } as const;

  test('without a key it waits; a record that is missing fails where the key signs', async () => {
    assert.equal((await lookDkim(resolver({}), [])).state, 'waiting');
    const missing = await lookDkim(resolver({}), [key]);
    assert.equal(missing.state, 'fail');
    assert.match(missing.advice, /s1\._domainkey\.acme\.test/);
    assert.equal((await lookDkim(resolver({}), [{ ...key, state: 'waiting' }])).state, 'warn');
    assert.equal((await lookDkim(resolver({ 's1._domainkey.acme.test': ['TIMEOUT'] }), [key])).state, 'unknown');
  });
});

describe('DMARC', () => {
  const CASES: [what: string, texts: string[], way: { returnDomain?: string; signs: boolean }, state: string][] = [
    ['none', [], { signs: true }, 'warn'],
    ['p=none', ['v=DMARC1; p=none; rua=mailto:d@acme.test'], { signs: true }, 'warn'],
    ['p=reject', ['v=DMARC1; p=reject; rua=mailto:d@acme.test'], { signs: true }, 'ok'],
    ['two records', ['v=DMARC1; p=reject', 'v=DMARC1; p=none'], { signs: true }, 'warn'],
    ['no policy', ['v=DMARC1; foo=bar'], { signs: true }, 'warn'],
    ['return path of ours, unsigned', ['v=DMARC1; p=reject'], { returnDomain: 'relay.test', signs: false }, 'fail'],
    ['return path of ours, signed', ['v=DMARC1; p=reject'], { returnDomain: 'relay.test', signs: true }, 'ok'],
    [
      'return path of ours, unsigned, p=none',
      ['v=DMARC1; p=none'],
      { returnDomain: 'relay.test', signs: false },
      'warn',
    ],
    ['the customer’s return path, unsigned', ['v=DMARC1; p=reject'], { signs: false }, 'ok'],
  ];
  for (const [what, texts, way, state] of CASES) {
    test(`${what}: ${state}`, async () => {
      const finding = await lookDmarc(
        resolver({ '_dmarc.acme.test': texts.map((TXT) => ({ TXT })) }),
        'acme.test',
        way,
      );
      assert.equal(finding.state, state, finding.found);
      assertAdvice(finding);
    });
  }
});

describe('mail hosts', () => {
  const probe = createMailHostProbe(systemClock, () => ({ hostname: 'relay.test', timeoutMs: 500 }));
  const look = (host: string, port: number, allowPrivate: boolean, zone: Zone = {}) =>
    lookMailHost(
      { kind: 'mailhost', customer: 'acme', host, port, domains: ['acme.test'], inForce: true },
      { dns: resolver(zone), guard: createOutsideGuard({ allowPrivate }), probe },
    );

  test('a host at a private address is never connected to, by name or by address', async () => {
    await using receiver = await startReceiver({});
    const byAddress = await look('127.0.0.1', receiver.port, false);
    const byName = await look('mail.acme.test', receiver.port, false, { 'mail.acme.test': [{ A: '127.0.0.1' }] });
    assert.deepEqual([byAddress.state, byName.state], ['fail', 'fail']);
    assert.match(byName.found, /private address/);
    assert.equal(receiver.connections(), 0);
  });

  test('postmaster refused, put off, taken', async () => {
    await using receiver = await startReceiver({ rcpt: '550 5.1.1 unknown' });
    assert.equal((await look('127.0.0.1', receiver.port, true)).state, 'fail');
    receiver.script = { rcpt: '450 4.7.1 greylisted' };
    assert.equal((await look('127.0.0.1', receiver.port, true)).state, 'unknown');
    receiver.script = {};
    const taken = await look('127.0.0.1', receiver.port, true);
    assert.equal(taken.state, 'warn');
    assert.match(taken.found, /no STARTTLS/);
    assert.equal(receiver.messages.length, 0);
  });

  test('nobody listens, or says nothing', async () => {
    assert.equal((await look('127.0.0.1', 9, true)).state, 'fail');
    await using receiver = await startReceiver({ greeting: 'silence' });
    const began = performance.now();
    assert.equal((await look('127.0.0.1', receiver.port, true)).state, 'fail');
    assert(performance.now() - began < 3000, 'bounded');
  });

  test('a name without an address, and one that DNS gives no answer for', async () => {
    assert.equal((await look('mail.acme.test', 25, true)).state, 'fail');
    assert.equal((await look('mail.acme.test', 25, true, { 'mail.acme.test': ['TIMEOUT'] })).state, 'unknown');
  });
});

describe('sources', () => {
  const CLOUD: Zone = {
    'spf.cloud.test': [{ TXT: 'v=spf1 ip4:194.0.0.0/20 include:more.cloud.test -all' }],
    'more.cloud.test': [{ TXT: 'v=spf1 ip4:194.1.0.0/20 -all' }],
  };
  const REVERSE: Zone = {
    '5.0.0.193.in-addr.arpa': [{ PTR: 'mail.acme.test' }],
    'mail.acme.test': [{ A: '193.0.0.5' }],
  };

  function look(network: string, more: { zone?: Zone; proof?: boolean; allowPrivate?: boolean; taken?: boolean } = {}) {
    const dns = resolver({ ...CLOUD, ...(more.zone ?? REVERSE) });
    const clouds = new Clouds();
    return lookSource(
      { kind: 'source', customer: 'acme', network, proof: more.proof ?? false },
      {
        dns,
        allowPrivate: more.allowPrivate ?? false,
        isTaken: async () => more.taken ?? false,
        cloudOf: (one) =>
          clouds.nameOf(one, { clouds: [{ name: 'Cloud', include: 'spf.cloud.test' }], dns: () => dns, monotonic: 0 }),
      },
    );
  }

  const CASES: [what: string, network: string, more: Parameters<typeof look>[1], state: string, words: RegExp][] = [
    ['reverse DNS both ways', '193.0.0.5/32', {}, 'ok', /193/],
    ['no reverse DNS', '193.0.0.6/32', {}, 'warn', /no reverse DNS/],
    [
      'reverse DNS that does not lead back',
      '193.0.0.5/32',
      { zone: { ...REVERSE, 'mail.acme.test': [{ A: '193.0.0.9' }] } },
      'warn',
      /lead back/,
    ],
    ['private', '10.0.0.0/24', {}, 'fail', /not public/],
    ['private, by the operator’s word', '10.0.0.0/24', { allowPrivate: true }, 'ok', /10/],
    ['another customer’s', '193.0.0.5/32', { taken: true }, 'fail', /another customer/],
    ['a cloud by its SPF record', '194.0.1.1/32', {}, 'fail', /Cloud/],
    ['a cloud by an include of it', '194.1.0.0/24', {}, 'fail', /Cloud/],
    ['a cloud that is known without DNS', '40.92.1.1/32', {}, 'fail', /Microsoft 365/],
    ['a cloud, with a proof', '40.92.0.0/15', { proof: true }, 'ok', /proof/],
    ['a network around a cloud', '194.0.0.0/16', {}, 'fail', /Cloud/],
    ['a large network', '195.0.0.0/20', {}, 'warn', /large/],
    ['a very large network', '195.0.0.0/8', {}, 'fail', /very large/],
  ];
  for (const [what, network, more, state, words] of CASES) {
    test(`${what}: ${state}`, async () => {
      const finding = await look(network, more);
      assert.equal(finding.state, state, finding.found);
      assert.match(finding.found, words);
      assertAdvice(finding);
    });
  }

  test('a cloud that DNS does not tell of now is kept as it was', async () => {
    const clouds = new Clouds();
    const network = parseNetwork('194.0.1.1');
    assert(!('fault' in network));
    const list = [{ name: 'Cloud', include: 'spf.cloud.test' }];
    const ask = (zone: Zone, monotonic: number) =>
      clouds.nameOf(network, { clouds: list, dns: () => resolver(zone), monotonic });
    assert.deepEqual(await ask(CLOUD, 0), { kind: 'cloud', name: 'Cloud' });
    assert.deepEqual(await ask({ 'spf.cloud.test': ['TIMEOUT'] }, 48 * 3_600_000), { kind: 'cloud', name: 'Cloud' });
    assert.deepEqual(await ask({}, 96 * 3_600_000), { kind: 'cloud', name: 'Cloud' });
  });

  test('an address of a cloud that DNS never told of is nobody’s own yet', async () => {
    const { state, found } = await look('194.0.1.0/24', { zone: { 'spf.cloud.test': ['TIMEOUT'] } });
    assert.equal(state, 'unknown');
    assert.match(found, /SPF record of Cloud/);
    assert.equal((await look('194.0.1.0/24', { zone: { 'spf.cloud.test': [] } })).state, 'ok', 'there is none');
    const shared = await look('194.0.1.0/24', { zone: { 'spf.cloud.test': ['TIMEOUT'] }, proof: true });
    assert.equal(shared.state, 'ok', 'it shows more than the address');
  });
});
