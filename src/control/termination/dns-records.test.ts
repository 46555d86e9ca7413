import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DnsAnswer, MxRecord, Resolver } from '../../network/dns-answer.ts';
import { lookForRecord } from './dns-records.ts';
import type { RecordPurpose } from './tables.ts';

function resolver(txt: DnsAnswer<string>, mx: DnsAnswer<MxRecord> = none()): Resolver {
  const never = () => Promise.reject(new Error('not asked'));
  return { txt: async () => txt, mx: async () => mx, a: never, aaaa: never, ptr: never };
}

function found<T>(...records: T[]): DnsAnswer<T> {
  return { kind: 'found', records, security: 'insecure' };
}

function none<T>(missing: 'domain' | 'record' = 'record'): DnsAnswer<T> {
  return { kind: 'none', missing, security: 'insecure' };
}

const KEY = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

test('what of a record in DNS still names us', async () => {
  const cases: [RecordPurpose, string, string, string][] = [
    ['spf', 'include:_spf.relay.test', 'v=spf1 include:_spf.relay.test -all', 'present'],
    ['spf', 'include:_spf.relay.test', 'V=SPF1 a ~INCLUDE:_SPF.relay.test -all', 'present'],
    ['spf', 'include:_spf.relay.test', 'v=spf1 redirect=_spf.relay.test', 'present'],
    ['spf', 'include:_spf.relay.test', 'v=spf1 include:x_spf.relay.test -all', 'gone'],
    ['spf', 'include:_spf.relay.test', 'v=spf1 include:_spf.relay.test.evil.test -all', 'gone'],
    ['spf', 'include:_spf.relay.test', 'v=spf10 include:_spf.relay.test', 'gone'],
    ['spf', 'include:_spf.relay.test', 'we once had include:_spf.relay.test', 'gone'],
    ['dkim', KEY, KEY, 'present'],
    ['dkim', KEY, 'p=11qYAYKxCrfVS/7TyWQHOg7h cvPapiMlrwIaaPcHURo=;v=DKIM1', 'present'],
    ['dkim', KEY, 'v=DKIM1; k=ed25519; p=', 'gone'],
    ['dkim', KEY, 'v=DKIM1; k=ed25519; p=AAAA', 'gone'],
    ['ownership', 'easymail-domain-verification=abc', 'easymail-domain-verification=abc', 'present'],
    ['ownership', 'easymail-domain-verification=abc', 'easymail-domain-verification=abcd', 'gone'],
  ];
  for (const [purpose, value, text, state] of cases) {
    const seen = await lookForRecord({ purpose, host: 'acme.test', value }, resolver(found('other', text)));
    assert.equal(seen, state, `${purpose}: ${text}`);
  }
});

test('an MX that names us among others is there', async () => {
  const record = { purpose: 'mx', host: 'acme.test', value: 'mx1.relay.test' } as const;
  const mx = (...names: string[]) =>
    lookForRecord(record, resolver(none(), found(...names.map((exchange) => ({ preference: 1, exchange })))));
  assert.equal(await mx('mail.acme.test', 'MX1.relay.test'), 'present');
  assert.equal(await mx('mail.acme.test'), 'gone');
});

test('no record and no domain are gone; a failure of DNS says nothing', async () => {
  const record = { purpose: 'spf', host: 'acme.test', value: 'include:_spf.relay.test' } as const;
  assert.equal(await lookForRecord(record, resolver(none())), 'gone');
  assert.equal(await lookForRecord(record, resolver(none('domain'))), 'gone');
  assert.equal(await lookForRecord(record, resolver({ kind: 'temporary', detail: 'SERVFAIL' })), 'unknown');
});
