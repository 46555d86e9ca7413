// What rspamd finds of who sent a message, beside what we find: both ask the same DNS.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { authenticationDns, beginAuthentication } from '../../src/mail/inspect/authentication/authenticate.ts';
import { signedBy, testKey } from '../../src/mail/inspect/authentication/testing/mail-world.ts';
import type { InspectedMessage } from '../../src/mail/inspect/inspection.ts';
import { createResolver } from '../../src/network/resolver.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { parseHeader } from '../../src/protocol/mime/header.ts';
import { type FakeDns, noDomain, nothing, startFakeDns } from '../support/fake-dns.ts';
import { type Rspamd, skipWithoutRspamd, startRspamd } from '../support/rspamd.ts';
import { temporaryFolder } from '../support/temp.ts';

const ADDRESS = '203.0.113.9';

/** Records by name and type. */
const ZONE: Record<string, Record<string, string>> = {
  'good.example': { TXT: `v=spf1 ip4:${ADDRESS} -all` },
  '_dmarc.good.example': { TXT: 'v=DMARC1; p=reject' },
  'k._domainkey.good.example': { TXT: testKey.record },
  '_dmarc.example.com': { TXT: 'v=DMARC1; p=reject' },
  'k._domainkey.example.com': { TXT: testKey.record },
  'soft.example': { TXT: 'v=spf1 a:mail.good.example ~all' },
  '_dmarc.soft.example': { TXT: 'v=DMARC1; p=quarantine; adkim=s; aspf=s' },
  'k._domainkey.mail.soft.example': { TXT: testKey.record },
  'k._domainkey.soft.example': { TXT: testKey.record },
  'mx.example': { TXT: 'v=spf1 mx include:deep.mx.example -all', MX: 'mail.mx.example' },
  'deep.mx.example': { TXT: 'v=spf1 exists:%{ir}.%{v}.list.example ?all' },
  '9.113.0.203.in-addr.list.example': { A: '127.0.0.2' },
  'mail.mx.example': { A: '198.51.100.1' },
  '_dmarc.watched.example': { TXT: 'v=DMARC1; p=none' },
  'watched.example': { TXT: 'v=spf1 -all' },
};

function answer({ name, type }: { name: string; type: string }) {
  const records = ZONE[name.toLowerCase()];
  const text = records?.[type];
  if (records === undefined) return [noDomain];
  if (text === undefined) return [nothing];
  const data = { TXT: text.match(/.{1,200}/g), MX: { preference: 10, exchange: text } }[type] ?? text;
  return [{ answers: [{ type, name, ttl: 60, data }] }];
}

const letter = (author: string, body = 'Hello Bob, how are you?\r\n') =>
  `From: Ann <${author}>\r\nTo: bob@acme.example\r\nSubject: hello\r\nMessage-ID: <1@good.example>\r\n` +
  `Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n${body}`;

interface Found {
  spf: string;
  dkim: string;
  dmarc: string;
}

const SYMBOLS: Record<string, Partial<Found>> = {
  R_SPF_ALLOW: { spf: 'pass' },
  R_SPF_FAIL: { spf: 'fail' },
  R_SPF_SOFTFAIL: { spf: 'softfail' },
  R_SPF_NEUTRAL: { spf: 'neutral' },
  R_SPF_NA: { spf: 'none' },
  R_SPF_PERMFAIL: { spf: 'permerror' },
  R_DKIM_ALLOW: { dkim: 'pass' },
  R_DKIM_REJECT: { dkim: 'fail' },
  R_DKIM_NA: { dkim: 'none' },
  R_DKIM_PERMFAIL: { dkim: 'permerror' },
  DMARC_POLICY_ALLOW: { dmarc: 'pass' },
  DMARC_POLICY_REJECT: { dmarc: 'fail' },
  DMARC_POLICY_QUARANTINE: { dmarc: 'fail' },
  DMARC_POLICY_SOFTFAIL: { dmarc: 'fail' },
  DMARC_NA: { dmarc: 'none' },
};

async function theirs(rspamd: Rspamd, sender: string, content: string): Promise<Found> {
  const response = await fetch(`${rspamd.url}/checkv2`, {
    method: 'POST',
    headers: { IP: ADDRESS, Helo: 'mail.good.example', From: sender, Rcpt: 'bob@acme.example' },
    body: Buffer.from(content, 'latin1'),
  });
  const { symbols } = (await response.json()) as { symbols: Record<string, unknown> };
  const found = Object.keys(symbols).map((name) => SYMBOLS[name] ?? {});
  return Object.assign({ spf: 'none', dkim: 'none', dmarc: 'none' }, ...found) as Found;
}

async function ours(dns: FakeDns, sender: string, content: string): Promise<Found> {
  const resolver = createResolver({ servers: [dns.endpoint], trustAd: false, timeoutMs: 5000, clock: systemClock });
  const octets = Buffer.from(content, 'latin1');
  const header = parseHeader(octets);
  const origin = { ip: ADDRESS, helo: 'mail.good.example' };
  const message = { header, sender, origin, at: Date.now() } as unknown as InspectedMessage;
  const begun = beginAuthentication(message, authenticationDns(resolver, 1));
  begun.update(octets.subarray(header.end + 2));
  const { spf, dkim, dmarc } = await begun.end();
  return { spf: spf.result, dkim: dkim[0]?.result ?? 'none', dmarc: dmarc[0]?.result ?? 'none' };
}

test('rspamd comes to the same', { skip: skipWithoutRspamd }, async () => {
  await using temp = temporaryFolder('authentication');
  await using dns = await startFakeDns(answer);
  const folder = temp.file('rspamd');
  mkdirSync(join(folder, 'override.d'), { recursive: true });
  for (const name of ['spf', 'dkim', 'dmarc']) {
    writeFileSync(join(folder, 'override.d', `${name}.conf`), 'enabled = true;\n');
  }
  const resolvers = `dns { nameserver = ["127.0.0.1:${dns.endpoint.port}"]; timeout = 2s; retransmits = 3; }`;
  writeFileSync(join(folder, 'override.d', 'options.inc'), `${resolvers}\nfilters = "chartable,dkim,regexp,spf";\n`);
  await using rspamd = await startRspamd({
    folder,
    more: `options { ${resolvers} filters = "chartable,dkim,regexp,spf"; }`,
  });
  const CASES: [name: string, sender: string, content: string][] = [
    ['SPF passes', 'a@good.example', letter('a@good.example')],
    ['nothing passes', 'a@watched.example', letter('a@good.example')],
    ['a signature passes', 'a@watched.example', await signedBy('good.example', letter('a@good.example'))],
    [
      'a signature is broken',
      'a@watched.example',
      `${await signedBy('good.example', letter('a@good.example'))}more\r\n`,
    ],
    // Which suffixes are public it knows from a list, where `example` is none.
    ['a name below', 'a@watched.example', await signedBy('example.com', letter('a@www.example.com'))],
    ['soft failure', 'a@soft.example', letter('a@soft.example')],
    ['a name below, strictly', 'a@soft.example', await signedBy('mail.soft.example', letter('a@soft.example'))],
    ['the very name, strictly', 'a@soft.example', await signedBy('soft.example', letter('a@soft.example'))],
    ['mx, include, exists', 'a@mx.example', letter('a@mx.example')],
    ['no key', 'a@watched.example', await signedBy('mx.example', letter('a@good.example'))],
    ['watched only', 'a@watched.example', letter('a@watched.example')],
    ['nothing published', 'a@nothing.example', letter('a@nothing.example')],
  ];
  const differences: unknown[] = [];
  for (const [name, sender, content] of CASES) {
    const [we, they] = [await ours(dns, sender, content), await theirs(rspamd, sender, content)];
    if (!isDeepStrictEqual(we, they)) differences.push({ name, we, they });
  }
  assert.deepEqual(differences, []);
});
