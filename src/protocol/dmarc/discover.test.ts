import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { type DmarcDns, discoverDmarc, organisationalDomain } from './discover.ts';
import { isDmarcRecord, parseDmarcRecord } from './record.ts';

/** `TIMEOUT` in the place of a text: no answer. */
type Texts = Record<string, string | string[]>;

function dnsOf(texts: Texts, asked: string[] = []): DmarcDns {
  return {
    txt: async (name) => {
      asked.push(name);
      const text = texts[name];
      if (text === 'TIMEOUT') return { kind: 'temporary', detail: 'time-out' };
      return text === undefined ? { kind: 'none' } : { kind: 'found', records: [text].flat() };
    },
  };
}

describe('records', () => {
  const USABLE: [text: string, policy: string, warnings: number][] = [
    ['v=DMARC1; p=reject; rua=mailto:d@acme.test', 'reject', 0],
    ['v=DMARC1;p=none', 'none', 0],
    ['V = DMARC1 ; P = REJECT ;\tsp=none', 'reject', 0],
    ['v=DMARC1; rua=mailto:d@acme.test', 'none', 1],
    ['v=DMARC1; p=monitor; rua=mailto:d@acme.test', 'none', 2],
    ['v=DMARC1; p=quarantine; pct=50; ri=86400; rf=afrf', 'quarantine', 0],
    ['v=DMARC1; p=reject; rua=d@acme.test', 'reject', 1],
    ['v=DMARC1; p=reject; adkim=x; foo=bar', 'reject', 2],
  ];
  for (const [text, policy, warnings] of USABLE) {
    test(`${text}: ${policy}`, () => {
      assert(isDmarcRecord(text));
      const record = parseDmarcRecord(text);
      assert(!('fault' in record), JSON.stringify(record));
      assert.equal(record.policy, policy);
      assert.equal(record.warnings.length, warnings, record.warnings.join('; '));
    });
  }

  for (const text of [
    'v=DMARC1;',
    'v=DMARC1; p=none; p=none',
    'v=DMARC1;; p=none',
    'v=DMARC1; p',
    'v=DMARC1; p=rëject',
  ]) {
    test(`${text} is passed over`, () => assert('fault' in parseDmarcRecord(text)));
  }

  for (const text of [
    '',
    'v=dmarc1; p=none',
    'v=DMARC12; p=none',
    'p=none; v=DMARC1',
    'v=DMARC1 p=none',
    'v=spf1 -all',
  ]) {
    test(`"${text}" is none`, () => assert.equal(isDmarcRecord(text), false));
  }

  test('every record that another reader takes is taken', { skip: skipWithout('dmarc') }, () => {
    const suite = JSON.parse(readFileSync(suitePath('dmarc/record-parse-mox.json'), 'utf8')) as {
      valid: { record: string }[];
    };
    for (const { record } of suite.valid) {
      assert(isDmarcRecord(record), record);
      assert(!('fault' in parseDmarcRecord(record)), record);
    }
  });
});

describe('the walk', () => {
  test('the record of the domain itself holds', async () => {
    const found = await discoverDmarc(
      dnsOf({ '_dmarc.a.acme.test': 'v=DMARC1; p=none', '_dmarc.acme.test': 'v=DMARC1; p=reject' }),
      'a.acme.test',
    );
    assert.equal(found.policy, 'none');
    assert.equal(found.organisation, 'acme.test');
  });

  test('else that of the organisation, with its policy for names below', async () => {
    const found = await discoverDmarc(
      dnsOf({ '_dmarc.acme.test': 'v=DMARC1; p=reject; sp=quarantine' }),
      'a.b.acme.test',
    );
    assert.equal(found.policy, 'quarantine');
    assert.equal(found.published?.domain, 'acme.test');
  });

  test('at most eight questions', async () => {
    const asked: string[] = [];
    await discoverDmarc(dnsOf({}, asked), 'a.b.c.d.e.f.g.h.i.j.acme.test');
    assert.equal(asked.length, 8);
    assert.equal(asked[0], '_dmarc.a.b.c.d.e.f.g.h.i.j.acme.test');
    assert.equal(asked[1], '_dmarc.f.g.h.i.j.acme.test');
    assert.equal(asked.at(-1), '_dmarc.test');
  });

  test('psd=n ends it', async () => {
    const asked: string[] = [];
    const texts = { '_dmarc.mail.acme.test': 'v=DMARC1; p=reject; psd=n' };
    assert.equal(await organisationalDomain(dnsOf(texts, asked), 'a.mail.acme.test'), 'mail.acme.test');
    assert.equal(asked.length, 2);
  });

  test('below a public suffix each name is an organisation of its own', async () => {
    const dns = dnsOf({
      '_dmarc.bank.test': 'v=DMARC1; p=reject; psd=y',
      '_dmarc.giant.bank.test': 'v=DMARC1; p=reject',
    });
    assert.equal(await organisationalDomain(dns, 'giant.bank.test'), 'giant.bank.test');
    assert.equal(await organisationalDomain(dns, 'x.mega.bank.test'), 'mega.bank.test');
    assert.equal((await discoverDmarc(dns, 'x.mega.bank.test')).published?.domain, 'bank.test');
  });

  test('two records are none, and a failure of DNS says nothing', async () => {
    const two = await discoverDmarc(
      dnsOf({ '_dmarc.acme.test': ['v=DMARC1; p=none', 'v=DMARC1; p=none'] }),
      'acme.test',
    );
    assert.equal(two.kind, 'none');
    assert.equal(two.seen[0]?.kind, 'faulty');
    assert.equal((await discoverDmarc(dnsOf({ '_dmarc.test': 'TIMEOUT' }), 'acme.test')).kind, 'unknown');
    const own = { '_dmarc.acme.test': 'v=DMARC1; p=reject', '_dmarc.test': 'TIMEOUT' };
    const above = await discoverDmarc(dnsOf(own), 'acme.test');
    assert.deepEqual([above.kind, above.policy, above.incomplete], ['found', 'reject', true]);
  });

  test('a record without a policy hides those above it', async () => {
    const hidden = await discoverDmarc(
      dnsOf({ '_dmarc.a.acme.test': 'v=DMARC1; sp=none', '_dmarc.acme.test': 'v=DMARC1; p=reject' }),
      'a.acme.test',
    );
    assert.equal(hidden.kind, 'none');
    assert.equal(hidden.seen[0]?.kind, 'faulty');
  });
});
