import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { countSpf, leadsTo, type SpfCount } from './count.ts';
import { evaluateSpf } from './evaluate.ts';
import { parseSpfRecord } from './record.ts';
import { type Zone, zoneDns } from './testing/zone-dns.ts';

const OURS = '_spf.relay.test';
const BASE: Zone = {
  [OURS]: [{ TXT: 'v=spf1 include:a.spf.relay.test include:b.spf.relay.test ~all' }],
  'a.spf.relay.test': [{ TXT: 'v=spf1 ip4:192.0.2.0/28 -all' }],
  'b.spf.relay.test': [{ TXT: 'v=spf1 ip6:2001:db8::/64 -all' }],
};

function count(text: string | string[], more: Zone = {}, families: readonly (4 | 6)[] = [4, 6]): Promise<SpfCount> {
  const records = [text].flat().map((TXT) => ({ TXT }));
  return countSpf(zoneDns({ ...BASE, 'acme.test': records, ...more }), 'acme.test', { families });
}

describe('look-ups of a record', () => {
  const CASES: [what: string, text: string, lookups: number, more?: Zone][] = [
    ['no term that asks', 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all', 0],
    ['an include and what it includes', `v=spf1 include:${OURS} -all`, 3],
    ['a, mx, ptr and exists', 'v=spf1 a mx ptr exists:acme.test -all', 4, { 'relay.test': [] }],
    ['an exists that depends on the sender', 'v=spf1 exists:%{i}._spf.acme.test -all', 1],
    ['a redirect', `v=spf1 redirect=${OURS}`, 3],
    ['a redirect behind all, which is not followed', `v=spf1 -all redirect=${OURS}`, 0],
    ['terms behind all, which are not reached', `v=spf1 -all include:${OURS} a mx`, 0],
    ['an explanation, which costs nothing', 'v=spf1 -all exp=why.acme.test', 0],
    ['the same include twice', `v=spf1 include:${OURS} include:${OURS} -all`, 6],
    ['a macro of the domain', 'v=spf1 include:_spf.%{d2} -all', 1, { '_spf.acme.test': [{ TXT: 'v=spf1 -all' }] }],
  ];
  for (const [what, text, lookups, more] of CASES) {
    test(`${what}: ${lookups}`, async () => assert.equal((await count(text, more)).lookups, lookups));
  }

  test('ten are within the limit, eleven are not', async () => {
    const more = Object.fromEntries('abcdefghijk'.split('').map((name) => [`${name}.test`, [{ A: '192.0.2.1' }]]));
    const terms = (n: number) =>
      `v=spf1 ${'abcdefghijk'
        .split('')
        .slice(0, n)
        .map((name) => `a:${name}.test`)
        .join(' ')} -all`;
    assert.equal((await count(terms(10), more, [4])).kind, 'ok');
    const over = await count(terms(11), more, [4]);
    assert.equal(over.kind, 'over');
    assert.equal(over.lookups, 11);
  });

  test('names without an address: two are within the limit, three are not', async () => {
    assert.equal((await count('v=spf1 a:x.test mx:y.test -all')).kind, 'ok');
    const over = await count('v=spf1 a:x.test mx:y.test exists:z.test -all');
    assert.equal(over.kind, 'over');
    assert.equal(over.voids4, 3);
  });

  test('a name without an IPv6 address is void for senders from IPv6 alone', async () => {
    const four: Zone = { 'x.test': [{ A: '192.0.2.1' }] };
    const terms = 'v=spf1 a:x.test a:x.test a:x.test -all';
    assert.equal((await count(terms, four, [4])).kind, 'ok');
    assert.equal((await count(terms, four, [4, 6])).kind, 'over');
  });
});

describe('what is wrong with a record', () => {
  const CASES: [what: string, text: string | string[], kind: SpfCount['kind'], more?: Zone][] = [
    ['none', 'some other text', 'none'],
    ['two records', ['v=spf1 -all', 'v=spf1 ~all'], 'several'],
    ['an include without a record', 'v=spf1 include:nothing.test -all', 'faulty'],
    [
      'an include with two',
      'v=spf1 include:two.test -all',
      'faulty',
      { 'two.test': [{ TXT: 'v=spf1' }, { TXT: 'v=spf1' }] },
    ],
    ['a record that includes itself', 'v=spf1 include:acme.test -all', 'faulty'],
    [
      'eleven MX hosts',
      'v=spf1 mx -all',
      'faulty',
      {
        'acme.test': [{ TXT: 'v=spf1 mx -all' }, ...Array.from({ length: 11 }, (_, i) => ({ MX: [1, `mx${i}.test`] }))],
      },
    ],
    ['DNS that fails', 'v=spf1 include:slow.test -all', 'unknown', { 'slow.test': ['TIMEOUT'] }],
    ['a word that is no mechanism', 'v=spf1 ipv4:192.0.2.1 -all', 'faulty'],
  ];
  for (const [what, text, kind, more] of CASES) {
    test(`${what}: ${kind}`, async () => assert.equal((await count(text, more)).kind, kind));
  }

  test('every fault of a record is named', () => {
    const read = parseSpfRecord('v=spf1 ip4:192.0.2.300 includ:x.test a:foo/33 redirect=a.test redirect=b.test -all:x');
    assert('faults' in read);
    assert.deepEqual(
      read.faults.map(({ term }) => term),
      ['ip4:192.0.2.300', 'includ:x.test', 'a:foo/33', 'redirect=b.test', '-all:x'],
    );
  });
});

describe('whether a record leads to our include', () => {
  const CASES: [what: string, text: string, found: string | undefined, more?: Zone][] = [
    ['named in it', `v=spf1 include:${OURS} -all`, '+'],
    ['in another case', 'v=spf1 include:_SPF.Relay.Test -all', '+'],
    [
      'inside another include',
      'v=spf1 include:in.test -all',
      '+',
      { 'in.test': [{ TXT: `v=spf1 include:${OURS} -all` }] },
    ],
    ['by redirect', `v=spf1 redirect=${OURS}`, '+'],
    ['behind all', `v=spf1 ~all include:${OURS}`, undefined],
    ['as a fail', `v=spf1 -include:${OURS} ~all`, '-'],
    ['as neutral first, which decides', `v=spf1 ?include:${OURS} include:${OURS} -all`, '?'],
    [
      'as softfail of an include, which matches on a pass alone',
      'v=spf1 include:in.test -all',
      '~',
      { 'in.test': [{ TXT: `v=spf1 ~include:${OURS} -all` }] },
    ],
    ['not at all', 'v=spf1 ip4:192.0.2.1 -all', undefined],
  ];
  for (const [what, text, found, more] of CASES) {
    test(`${what}: ${found}`, async () => assert.equal(leadsTo((await count(text, more)).tree, OURS), found));
  }
});

test('what all says is told, through a redirect too', async () => {
  assert.equal((await count('v=spf1 +all')).all, '+');
  assert.equal((await count('v=spf1 include:x.test ?all', { 'x.test': [{ TXT: 'v=spf1 -all' }] })).all, '?');
  assert.equal((await count(`v=spf1 redirect=${OURS}`)).all, '~');
  assert.equal((await count('v=spf1 a')).all, undefined);
});

describe('a record within the limits', { skip: skipWithout('spf') }, () => {
  const file = suitePath('spf/rfc7208-tests.json');
  const scenarios = skipWithout('spf') ? [] : (JSON.parse(readFileSync(file, 'utf8')) as { zonedata: Zone }[]);
  // What depends on the sender is counted, not followed.
  const independent = ({ zonedata }: { zonedata: Zone }) =>
    Object.keys(zonedata)
      .filter((domain) => !JSON.stringify(zonedata[domain]).includes('%{'))
      .map((domain) => ({ domain, dns: zoneDns(zonedata) }));

  test('never ends in permerror, for whatever address', async () => {
    let counted = 0;
    for (const { domain, dns } of scenarios.flatMap(independent)) {
      if ((await countSpf(dns, domain)).kind !== 'ok') continue;
      counted++;
      for (const ip of ['192.0.2.77', '2001:db8::77']) {
        const verdict = await evaluateSpf(dns, { ip, domain, sender: `a@${domain}`, helo: 'a.test' });
        assert(!['none', 'permerror'].includes(verdict.result), `${domain} ${ip}: ${verdict.detail}`);
      }
    }
    assert(counted > 50, `only ${counted} records`);
  });
});

test('whatever the text is, it is read without an error', () => {
  const word = fc.constantFrom(
    'a',
    'mx',
    'include:',
    'ip4:',
    '/',
    '%{',
    'd',
    '}',
    'redirect=',
    'exp=',
    '.',
    '-',
    ' ',
    '1',
    'all',
    '%%',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 20 }), (words) => {
      const read = parseSpfRecord(`v=spf1 ${words.join('')}`);
      assert('faults' in read ? read.faults.length > 0 : Array.isArray(read.directives));
    }),
    { numRuns: 2000 },
  );
});
