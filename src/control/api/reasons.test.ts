import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordFault } from '../../protocol/dkim/key-record.ts';
import { problem } from './problem.ts';
import { REASONS } from './reason-texts.ts';
import { WORDS } from './reason-words.ts';
import { reasonOf, wordsOf } from './reasons.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  address: '192.0.2.1:25',
  addresses: '192.0.2.1, 192.0.2.2',
  call: 'connect',
  errno: 'ECONNREFUSED',
  file: 'store.db',
  folder: '/var/backups/easymail',
  host: 'mx.example.lu',
  hosts: 'mx1.example.lu, mx2.example.lu',
  kept: WORDS.kept[0],
  kind: 'connect-timeout',
  missing: 'domain',
  step: 'rcpt',
  time: '2026-11-22T08:30:00.000Z',
  detail: 'nothing for 30 s',
  fault: 'time-out',
  type: 'AAAA',
};
const NUMBERS = /\{(accepted|final|held|difference|place|seconds|count|number|first|last|code|port|ms)\}/g;

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
