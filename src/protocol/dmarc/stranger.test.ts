// Evaluations compared with another implementation, over zones and messages made at random.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { type EvaluationDns, evaluateDmarc, type Identifier } from './evaluate.ts';

interface Evaluated {
  response: { status: { result: string }; policy?: string } | false;
}

const { evaluateDmarc: theirs } = createRequire(import.meta.url)('mailauth/lib/dmarc') as {
  evaluateDmarc: (options: object) => Promise<Evaluated>;
};

const NAMES = ['test', 'bank.test', 'acme.test', 'shop.acme.test', 'a.shop.acme.test', 'www.acme.test', 'evil.test'];
const DEEP = 'a.b.c.d.e.f.g.h.shop.acme.test';
const name = fc.constantFrom(...NAMES, DEEP, 'com', 'acme.example');
const policy = fc.constantFrom('none', 'quarantine', 'reject');
const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 });

const record = fc
  .record({
    p: fc.oneof({ weight: 6, arbitrary: policy }, { weight: 1, arbitrary: fc.constantFrom('', 'monitor') }),
    sp: optional(fc.oneof({ weight: 5, arbitrary: policy }, { weight: 1, arbitrary: fc.constant('block') })),
    np: optional(policy),
    adkim: optional(fc.constantFrom('r', 's')),
    aspf: optional(fc.constantFrom('r', 's')),
    psd: fc.option(fc.constantFrom('y', 'n', 'u'), { nil: undefined, freq: 1 }),
    t: optional(fc.constantFrom('y', 'n')),
    rua: optional(fc.constant('mailto:d@acme.test')),
  })
  .map((tags) =>
    [
      'v=DMARC1',
      ...Object.entries(tags).flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}=${value}`])),
    ].join('; '),
  );

const zone = fc.dictionary(
  name,
  fc.oneof(
    { weight: 8, arbitrary: record },
    { weight: 1, arbitrary: fc.constantFrom('TIMEOUT', 'v=spf1 -all', 'v=DMARC1; p=none; p=none') },
  ),
  { maxKeys: 6 },
);

const scene = fc.record({
  texts: zone,
  author: name,
  dkim: fc.array(name, { maxLength: 3 }),
  spf: optional(name),
  hosts: fc.subarray([...NAMES, DEEP]),
});

function dnsOf(texts: Record<string, string>, hosts: readonly string[]): EvaluationDns {
  return {
    txt: async (asked) => {
      const text = texts[asked.slice('_dmarc.'.length)];
      if (text === 'TIMEOUT') return { kind: 'temporary', detail: 'time-out' };
      return text === undefined ? { kind: 'none' } : { kind: 'found', records: [text] };
    },
    a: async (asked) => (hosts.includes(asked) ? { kind: 'found' } : { kind: 'none', missing: 'domain' }),
  };
}

function resolverOf(texts: Record<string, string>, hosts: readonly string[]) {
  return async (asked: string, type: string) => {
    const text = type === 'TXT' ? texts[asked.slice('_dmarc.'.length)] : undefined;
    if (text === 'TIMEOUT') throw Object.assign(new Error('time-out'), { code: 'ETIMEOUT' });
    if (type === 'A' && hosts.includes(asked)) return ['192.0.2.1'];
    if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    return [[text]];
  };
}

test('mailauth comes to the same', async (t) => {
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(scene, async ({ texts, author, dkim, spf, hosts }) => {
      const { response } = await theirs({
        headerFrom: [`a@${author}`],
        fromFields: [`From: <a@${author}>`],
        spfDomains: spf === undefined ? [] : [spf],
        dkimDomains: dkim.map((domain) => ({ id: domain, domain })),
        resolver: resolverOf(texts, hosts),
        strict: true,
      });
      const pass = (domain: string): Identifier => ({ domain, result: 'pass' });
      const ours = await evaluateDmarc(dnsOf(texts, hosts), {
        author,
        spf: spf === undefined ? undefined : pass(spf),
        dkim: dkim.map(pass),
      });
      assert(response !== false);
      assert.equal(ours.result, response.status.result);
      if (ours.result === 'fail') assert.equal(ours.wish, response.policy);
      seen[ours.result] = (seen[ours.result] ?? 0) + 1;
    }),
    { numRuns: 2000 },
  );
  t.diagnostic(JSON.stringify(seen));
  for (const result of ['pass', 'fail', 'none', 'temperror']) assert((seen[result] ?? 0) > 20, result);
});
