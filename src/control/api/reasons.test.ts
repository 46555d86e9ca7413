import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CustomerId } from '../../mail/message.ts';
import { recordFault } from '../../protocol/dkim/key-record.ts';
import { shownCheck } from './operations/checks/check-schemas.ts';
import { problem } from './problem.ts';
import { REASONS } from './reason-texts.ts';
import { WORDS } from './reason-words.ts';
import { reasonOf, wordsOf } from './reasons.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  address: '192.0.2.1:25',
  addresses: '192.0.2.1, 192.0.2.2',
  call: 'connect',
  // One that has no words: those that have are shortened.
  errno: 'EXAMPLE',
  file: 'store.db',
  folder: '/var/backups/easymail',
  host: 'mx.example.lu',
  hosts: 'mx1.example.lu, mx2.example.lu',
  dmarc: 'v=DMARC1; p=reject',
  ips: '2001:db8::1, 192.0.2.2',
  minute: '2026-11-22 08:30 UTC',
  recipient: 'postmaster@example.lu',
  spf: 'v=spf1 mx -all',
  kept: WORDS.kept[0],
  kind: 'connect-timeout',
  missing: 'domain',
  step: 'rcpt',
  time: '2026-11-22T08:30:00.000Z',
  detail: 'nothing for 30 s',
  fault: 'time-out',
  type: 'AAAA',
};
const NUMBERS =
  /\{(accepted|final|held|difference|place|seconds|count|number|first|last|code|port|ms|most|voids|mostVoids)\}/g;

const sampled = (text: string) =>
  text.replaceAll(NUMBERS, '451').replaceAll(/\{(\w+)\}/g, (_, name: string) => SAMPLES[name] ?? 'example');

test('each reason is known again, with what it names', () => {
  for (const [code, text] of Object.entries(REASONS)) {
    const written = sampled(text);
    const found = reasonOf(written);
    // Two sentences may be the same: the first of them is known.
    const same = found !== undefined && REASONS[found.code as keyof typeof REASONS] === text;
    assert.ok(same, `${code}: "${written}" is known as ${found?.code}`);
    const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(found.values ?? {}), names, code);
  }
});

test('a reason within a reason has its code too', () => {
  const { words } = wordsOf({
    last_cause: 'dns-temporary: MX of example.lu: time-out',
    reply: 'mx.example.org says no',
  });
  assert.deepEqual(words, {
    last_cause: {
      code: 'kind-and',
      values: {
        kind: 'dns-temporary',
        detail: {
          text: 'MX of example.lu: time-out',
          code: 'mx-unknown',
          values: { domain: 'example.lu', detail: { text: 'time-out', code: 'dns-time-out' } },
        },
      },
    },
  });
});

test('a problem that was kept as text is known by its code', () => {
  const { message } = problem('queue-not-empty', { counts: '3 deferred, 1 held' });
  assert.deepEqual(reasonOf(message), { code: 'problem:queue-not-empty', values: { counts: '3 deferred, 1 held' } });
});

test('what a remote said is left alone, and so is a fault of a record that names none of ours', () => {
  assert.equal(reasonOf('mx.example.org: 550 5.1.1 no such user here'), undefined);
  assert.equal(reasonOf('We do not like your network'), undefined);
  assert.equal(reasonOf(recordFault('v=DKIM1; p=', 'rsa', '') ?? '')?.code, 'record-revoked');
  assert.deepEqual(wordsOf({ fault: null, note: undefined, list: ['go away', 'no answer'] }), {
    words: { 'list.1': { code: 'no-answer' } },
  });
});

test('by what mail counts as a customer’s is known again, with the right within it', () => {
  const way = (text: string) => {
    const { code, values } = reasonOf(text) ?? {};
    const detail = values?.['detail'];
    return [code, typeof detail === 'object' ? detail.code : undefined];
  };
  assert.deepEqual(way('login smtp@acme, domain acme.test'), ['way-login', 'right-domain']);
  assert.deepEqual(way('certificate sha256:9f86, grant of partner.test'), ['way-certificate', 'right-grant']);
  assert.deepEqual(way('source 192.0.2.0/24, From: domain acme.test'), ['way-source', 'way-from']);
  assert.deepEqual(way('source 192.0.2.0/24, forward: our stamp'), ['way-source', 'right-stamp']);
  assert.deepEqual(way('shared source 192.0.2.0/24 with proof, domain acme.test'), ['way-shared', 'right-domain']);
  assert.deepEqual(way('inbound domain of acme'), ['way-inbound', undefined]);
});

/** The codes of a text and of the sentences in it, from the outside in. */
function codesIn(text: string): string[] {
  const found = reasonOf(text);
  const codes: string[] = [];
  const walk = ({ code, values = {} }: NonNullable<typeof found>) => {
    codes.push(code);
    for (const value of Object.values(values)) if (typeof value === 'object') walk(value);
  };
  if (found !== undefined) walk(found);
  return codes;
}

test('what the checks found of records is known again, with what is within it; records themselves are quotations', () => {
  const spf = 'v=spf1 include:_spf.relay.test a:x.test -all';
  const cost = '(look-ups: 12 of 10, without an answer: 1 of 2)';
  const dmarc = 'v=DMARC1; p=reject; rua=mailto:a@acme.test';
  const CASES: readonly [text: string, ...codes: string[]][] = [
    ['MX 10 mx1.relay.test, MX 20 mx2.relay.test'],
    [spf],
    [dmarc],
    ['no MX record', 'found-none'],
    ['no TXT record; verified by the operator’s word', 'found-operator', 'found-none'],
    ['no TXT record, since 2026-11-22 08:30 UTC', 'found-since', 'found-none'],
    ['no answer: a look-up of the SPF record, or of an include, failed', 'no-answer-for', 'spf-not-looked'],
    [`${spf}, v=spf1 -all (2 records)`, 'spf-several'],
    [`${spf} ${cost}`, 'spf-cost'],
    [`${spf} ${cost}: include:_spf.relay.test: 3; a:x.test: 1`, 'spf-over'],
    [`${spf} ${cost}: include:_spf.relay.test: 3; a:x.test: 1; without an answer: a:x.test`, 'spf-over-voids'],
    [`${spf} ipv4:1; acme.test: ipv4:1: "ipv4" is no mechanism`, 'spf-at', 'spf-mechanism'],
    [`${spf} exists:%{x}; acme.test: exists:%{x}: %{x} is no macro`, 'spf-at', 'spf-no-macro'],
    [`of acme.test: ${dmarc}`, 'dmarc-of'],
    ['v=DMARC1; p=reject; no reports are asked for (rua)', 'dmarc-no-reports'],
    ['of acme.test: v=DMARC1; p=reject; no reports are asked for (rua)', 'dmarc-no-reports', 'dmarc-of'],
    [`of acme.test: ${dmarc} (the tag x is not known)`, 'dmarc-of', 'dmarc-at', 'dmarc-tag'],
    ['v=DMARC1; p=all (it has no policy (p=none, p=quarantine or p=reject))', 'dmarc-at', 'dmarc-no-policy'],
  ];
  for (const [text, ...codes] of CASES) assert.deepEqual(codesIn(text), codes, text);
});

test('what the checks found of mail hosts and sources is known again; what a host said is a quotation', () => {
  const CASES: readonly [text: string, ...codes: string[]][] = [
    ['192.0.2.1, TLSv1.3, certificate verified; postmaster is taken', 'host-taken', 'tls-verified'],
    ['2001:db8::1, no STARTTLS; postmaster@acme.test: 550 no such user', 'host-told', 'tls-none'],
    [
      '192.0.2.1, STARTTLS fails: STARTTLS was refused: 454; postmaster@acme.test: it hung up, or said nothing',
      'host-told',
      'tls-broken',
      'starttls-refused',
      'said-nothing',
    ],
    ['192.0.2.1, TLSv1.3, certificate not verified (unheard of); postmaster is taken', 'host-taken', 'tls-unverified'],
    ['192.0.2.1, 2001:db8::1: connect-failed: connect ECONNREFUSED', 'found-at', 'kind-and', 'system-call'],
    ['mx.acme.test has no address', 'host-no-address'],
    ['mx.acme.test: a private address', 'host-unknown', 'host-private'],
    ['10.0.0.0/24 is not public', 'source-private'],
    ['192.0.2.0/24 belongs to Big Mail 365, whose tenants share it', 'source-cloud'],
    ['192.0.2.0/24 of Big Mail 365, with a proof of its own', 'source-cloud-proof'],
    ['192.0.2.0/24, with a proof of its own', 'source-proof'],
    ['no answer: the SPF record of Big Mail 365 was never heard', 'no-answer-for', 'source-unheard'],
    ['2001:db8::1: no reverse DNS', 'found-at', 'reverse-none'],
    ['192.0.2.1: reverse DNS says a.test, which does not lead back', 'host-unknown', 'reverse-other'],
    ['192.0.2.1: no answer: time-out', 'host-unknown', 'no-answer-for', 'dns-time-out'],
    ['192.0.2.0/24'],
    ['granted, but not now: it begins on 2026-12-01T00:00:00.000Z', 'grant-begins'],
    ['granted for all streams', 'grant-all'],
    ['granted for the stream bulk, until 2026-12-01T00:00:00.000Z', 'grant-stream-until'],
  ];
  for (const [text, ...codes] of CASES) assert.deepEqual(codesIn(text), codes, text);
});

test('what was found of several keys is known by the selector of each', () => {
  const view = {
    customer: 'acme' as CustomerId,
    object: 'acme.test',
    required: true,
    expected: '',
    advice: '',
    since: 0,
  };
  const found = 's1: published; s2: the record holds another key';
  const { words } = shownCheck({ ...view, kind: 'dkim', state: 'warn', found });
  assert.deepEqual(words, { 'found.s1': { code: 'key-published' }, 'found.s2': { code: 'record-other-key' } });
});

test('what Node and OpenSSL say of a connection is known by their codes; of others the text is a quotation', () => {
  const CASES: readonly [text: string, code: string, values: Record<string, string>][] = [
    [
      'ECONNREFUSED: connect ECONNREFUSED 192.0.2.1:25 - Local (0.0.0.0:0)',
      'errno-at',
      { errno: 'ECONNREFUSED', address: '192.0.2.1:25' },
    ],
    ['DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate', 'errno-alone', { errno: 'DEPTH_ZERO_SELF_SIGNED_CERT' }],
    ['CERT_HAS_EXPIRED: certificate has expired', 'errno-alone', { errno: 'CERT_HAS_EXPIRED' }],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER: 4033:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:x.c:78:\n',
      'errno-alone',
      { errno: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    ],
    [
      'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE: 4033:error:0A000410:SSL routines::ssl/tls alert handshake failure',
      'errno-alone',
      { errno: 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE' },
    ],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID: Hostname/IP does not match certificate's altnames: Host: mx.acme.test. is not in the cert's altnames: DNS:leaf.test, DNS:b.test",
      'certificate-names',
      { host: 'mx.acme.test', names: 'DNS:leaf.test, DNS:b.test' },
    ],
    ['ERR_SSL_BAD_ECPOINT: bad ecpoint', 'system-error', { errno: 'ERR_SSL_BAD_ECPOINT', text: 'bad ecpoint' }],
    [
      'getaddrinfo ENOTFOUND no.test',
      'system-call-at',
      { call: 'getaddrinfo', errno: 'ENOTFOUND', address: 'no.test' },
    ],
  ];
  for (const [text, code, values] of CASES) assert.deepEqual(reasonOf(text), { code, values }, text);
  assert.deepEqual(codesIn('tls-failed: CERT_NOT_YET_VALID: certificate is not yet valid'), [
    'kind-and',
    'errno-alone',
  ]);
});

test('what the checks noted of held mail is known again; what a person noted is not', () => {
  const CASES: readonly [note: string, code: string | undefined][] = [
    ['A virus was found: Eicar-Test-Signature', 'note-virus'],
    ['No virus scanner could look at it', 'note-no-virus-scanner'],
    ['Spam: a score of 12.3, 10 or more', 'note-spam'],
    ['Can be read in 2 other ways', 'note-readings'],
    ['Can be read in two ways: bare-lf (header), two-bodies (2.1)', 'note-two-ways'],
    ['Past the limits of what is looked into: bomb', 'note-past-limits'],
    ['Holds what cannot be looked into', 'note-unreadable'],
    ['DMARC: not proven to be of acme.test', 'note-dmarc'],
    ['Their server looped all night', undefined],
  ];
  for (const [note, code] of CASES) assert.equal(reasonOf(note)?.code, code, note);
});
