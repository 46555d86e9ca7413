import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { type DmarcQuestion, type DmarcVerdict, type EvaluationDns, evaluateDmarc } from './evaluate.ts';

/** Texts by name; `TIMEOUT`: no answer. `hosts`: names that exist. */
function dnsOf(texts: Record<string, string>, hosts: readonly string[] = [], asked: string[] = []): EvaluationDns {
  return {
    txt: async (name) => {
      asked.push(`TXT ${name}`);
      const text = texts[name];
      if (text === 'TIMEOUT') return { kind: 'temporary', detail: 'time-out' };
      return text === undefined ? { kind: 'none' } : { kind: 'found', records: [text] };
    },
    a: async (name) => {
      asked.push(`A ${name}`);
      if (texts[name] === 'TIMEOUT') return { kind: 'temporary', detail: 'time-out' };
      return hosts.includes(name) ? { kind: 'found' } : { kind: 'none', missing: 'domain' };
    },
  };
}

interface Case {
  txt: Record<string, string>;
  a?: Record<string, string>;
  from_: string;
  mail_from?: string;
  d?: string;
  dkim?: string;
  spf?: string;
  expect: { dkim?: string; spf?: string; policy?: string; record?: null };
}

test('the evaluations of mail-auth', { skip: skipWithout('dmarc') }, async (t) => {
  const cases = JSON.parse(readFileSync(suitePath('dmarc/evaluate-mail-auth.json'), 'utf8')) as Case[];
  for (const { txt, a, from_, mail_from = '', d = '', dkim, spf, expect } of cases) {
    const dns = dnsOf(txt, Object.keys(a ?? {}));
    const author = from_.slice(from_.indexOf('@') + 1);
    const told = JSON.stringify({ txt, from_, expect });
    const ask = (more: Partial<DmarcQuestion>) => evaluateDmarc(dns, { author, dkim: [], ...more });
    // Each way by itself: what the suite says of one must not be had by the other.
    if (expect.dkim !== undefined) {
      const given = dkim === 'pass' ? [{ domain: d, result: 'pass' as const }] : [];
      assert.equal((await ask({ dkim: given })).result, expect.dkim === 'pass' ? 'pass' : 'fail', told);
    }
    if (expect.spf !== undefined) {
      const given = spf === 'pass' ? { domain: mail_from, result: 'pass' as const } : undefined;
      assert.equal((await ask({ spf: given })).result, expect.spf === 'pass' ? 'pass' : 'fail', told);
    }
    if (expect.policy !== undefined) assert.equal((await ask({})).policy, expect.policy, told);
    if (expect.record === null) assert.equal((await ask({})).result, 'none', told);
  }
  t.diagnostic(`${cases.length} cases`);
  assert.equal(cases.length, 12);
});

describe('what it depends on', () => {
  const REJECT = { '_dmarc.acme.test': 'v=DMARC1; p=reject' };
  const pass = (domain: string) => ({ domain, result: 'pass' as const });
  const later = (domain: string) => ({ domain, result: 'temperror' as const });
  const CASES: [string, Record<string, string>, Omit<DmarcQuestion, 'author'>, DmarcVerdict['result'], string?][] = [
    ['nothing passed', REJECT, { dkim: [] }, 'fail', 'reject'],
    ['another domain passed', REJECT, { spf: pass('evil.test'), dkim: [pass('evil.test')] }, 'fail', 'reject'],
    ['a name that only ends alike', REJECT, { dkim: [pass('notacme.test')] }, 'fail', 'reject'],
    ['the domain above, which is another’s', REJECT, { dkim: [pass('test')] }, 'fail', 'reject'],
    ['a name below', REJECT, { dkim: [pass('mail.acme.test')] }, 'pass', 'reject'],
    [
      'a name below, strictly',
      { '_dmarc.acme.test': 'v=DMARC1; p=reject; adkim=s' },
      { dkim: [pass('mail.acme.test')] },
      'fail',
      'reject',
    ],
    [
      'strict for DKIM is not strict for SPF',
      { '_dmarc.acme.test': 'v=DMARC1; p=reject; adkim=s' },
      { spf: pass('mail.acme.test'), dkim: [] },
      'pass',
      'reject',
    ],
    [
      'its own organisation below',
      { ...REJECT, '_dmarc.shop.acme.test': 'v=DMARC1; p=none; psd=n' },
      { dkim: [pass('x.shop.acme.test')] },
      'fail',
      'reject',
    ],
    ['a key that might have passed', REJECT, { dkim: [later('acme.test')] }, 'temperror', 'reject'],
    ['one that could not have', REJECT, { dkim: [later('evil.test')] }, 'fail', 'reject'],
    ['another one passed', REJECT, { spf: later('acme.test'), dkim: [pass('acme.test')] }, 'pass', 'reject'],
    [
      'the organisation of a signer is not known',
      { ...REJECT, '_dmarc.mail.acme.test': 'TIMEOUT' },
      { dkim: [pass('mail.acme.test')] },
      'temperror',
      'reject',
    ],
    ['the policy is not known', { '_dmarc.acme.test': 'TIMEOUT' }, { dkim: [] }, 'temperror'],
    [
      'the policy is not known, and it does not matter',
      { '_dmarc.acme.test': 'TIMEOUT' },
      { dkim: [pass('acme.test')] },
      'temperror',
      'none',
    ],
    ['being tried', { '_dmarc.acme.test': 'v=DMARC1; p=reject; t=y' }, { dkim: [] }, 'fail', 'quarantine'],
    ['being tried, mildly', { '_dmarc.acme.test': 'v=DMARC1; p=quarantine; t=y' }, { dkim: [] }, 'fail', 'none'],
    ['no policy', {}, { dkim: [pass('acme.test')] }, 'none', 'none'],
  ];
  for (const [name, texts, question, result, wish] of CASES) {
    test(name, async () => {
      const verdict = await evaluateDmarc(dnsOf(texts), { author: 'acme.test', ...question });
      assert.deepEqual([verdict.result, verdict.wish], [result, wish]);
    });
  }

  test('whether a name exists is asked only where it counts', async () => {
    const asked: string[] = [];
    const np = { '_dmarc.acme.test': 'v=DMARC1; p=none; sp=none; np=reject' };
    const dns = dnsOf(np, ['www.acme.test'], asked);
    assert.equal((await evaluateDmarc(dns, { author: 'ghost.acme.test', dkim: [] })).wish, 'reject');
    assert.equal((await evaluateDmarc(dns, { author: 'www.acme.test', dkim: [] })).wish, 'none');
    assert.equal((await evaluateDmarc(dns, { author: 'acme.test', dkim: [] })).wish, 'none');
    assert.deepEqual(
      asked.filter((one) => one.startsWith('A ')),
      ['A ghost.acme.test', 'A www.acme.test'],
    );
    const failing = dnsOf({ ...np, 'ghost.acme.test': 'TIMEOUT' });
    const unsure = await evaluateDmarc(failing, { author: 'ghost.acme.test', dkim: [] });
    assert.deepEqual([unsure.result, unsure.wish], ['temperror', 'reject'], 'the stricter of the two counts meanwhile');
    const own = { author: 'ghost.acme.test', dkim: [{ domain: 'ghost.acme.test', result: 'pass' as const }] };
    assert.equal((await evaluateDmarc(failing, own)).wish, 'none', 'it would pass under either');
  });
});
