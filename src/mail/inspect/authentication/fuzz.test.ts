// Whatever stands in a header: the check comes to an end, soon, with a verdict.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHeader } from '../../../protocol/mime/header.ts';
import type { CustomerId, QueueId } from '../../message.ts';
import { BUILT_IN } from '../protection.ts';
import { WEIGHT } from '../verdict.ts';
import { createAuthenticationCheck } from './check.ts';
import { resolverOf, signedBy, testKey } from './testing/mail-world.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1500);

const PIECES = [
  'From: ',
  'DKIM-Signature: ',
  'ARC-Seal: ',
  'ARC-Message-Signature: ',
  'ARC-Authentication-Results: ',
  'Authentication-Results: ',
  'v=1; ',
  'a=rsa-sha256; ',
  'a=ed25519-sha256; ',
  'c=simple; ',
  'c=relaxed/relaxed; ',
  'd=good.test; ',
  'd=.; ',
  's=k; ',
  'i=1; ',
  'i=2; ',
  'i=@x.good.test; ',
  'h=from:subject; ',
  'h=:; ',
  'bh=AAAA; ',
  'b=AAAA; ',
  'b=; ',
  'l=0; ',
  'l=99999999999999999999; ',
  'x=1; ',
  'cv=none; ',
  'cv=pass; ',
  'relay.test; ',
  'dmarc=pass header.from=good.test; ',
  '\r\n',
  '\r\n\t',
  ' ',
  '<',
  '>',
  '@',
  '"',
  '\\',
  '(',
  ')',
  ',',
  ';',
  ':',
  '=',
  'a@good.test',
  'b@strict.test',
  '=?utf-8?q?=40?=',
  '\xff',
  '\0',
];

const header = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    ),
    { maxLength: 80 },
  )
  .map((parts) => parts.join('').replaceAll('\r\n\r\n', '\r\n'));

const RECORDS = {
  'TXT good.test': ['v=spf1 a mx include:good.test exists:%{l}.%{d} -all'],
  'TXT _dmarc.good.test': ['v=DMARC1; p=reject'],
  'TXT k._domainkey.good.test': [testKey.record, 'v=DKIM1; p=AAAA'],
  'TXT _dmarc.strict.test': 'TIMEOUT',
} as const;

test('random headers, and signed mail that was changed at random', async (t) => {
  const check = createAuthenticationCheck({
    resolver: resolverOf(RECORDS),
    hostname: 'relay.test',
    config: { trusted_sealers: ['good.test'], policy_unknown: 'note' },
  });
  const good = await signedBy('good.test', 'From: a@good.test\r\nSubject: hello\r\n\r\nHello\r\n');
  const judge = async (text: string, sender: string, helo: string) => {
    const octets = Buffer.from(text, 'latin1');
    const section = parseHeader(octets);
    const run = check.begin({
      id: '1k80dag2700vm0000' as QueueId,
      customer: 'acme' as CustomerId,
      direction: 'inbound',
      stream: 'business',
      sender,
      recipients: [],
      origin: { ip: '192.0.2.1', helo },
      header: section,
      settings: { ...BUILT_IN.inbound, spf_fail: 'reject' },
      at: 1_795_000_000_000,
    });
    run?.chunk?.(octets.subarray(0, section.end + 2));
    run?.chunk?.(octets.subarray(section.end + 2));
    const result = await run?.end({ size: octets.length, bytes: async () => octets, async *stream() {} });
    assert(result !== undefined && result.verdict.kind in WEIGHT);
    return result.verdict.kind;
  };
  const seen: Record<string, number> = {};
  const sender = fc.oneof(
    fc.constantFrom('', 'a@good.test', '"a@b"@strict.test', '@', 'x'),
    fc.string({ maxLength: 30 }),
  );
  const change = fc.tuple(fc.nat(good.length), fc.nat(40), fc.constantFrom('', ...PIECES));
  const random = fc.tuple(header, fc.string({ maxLength: 40 })).map(([given, body]) => `${given}\r\n\r\n${body}`);
  const changed = change.map(([at, removed, inserted]) => good.slice(0, at) + inserted + good.slice(at + removed));
  await fc.assert(
    fc.asyncProperty(fc.oneof(random, changed), sender, fc.string({ maxLength: 30 }), async (text, from, helo) => {
      const kind = await judge(text, from, helo);
      seen[kind] = (seen[kind] ?? 0) + 1;
    }),
    { numRuns: RUNS },
  );
  assert.equal(await judge(good, '', 'x'), 'pass');
  t.diagnostic(JSON.stringify(seen));
});
