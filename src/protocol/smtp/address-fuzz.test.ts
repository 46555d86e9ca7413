// Whatever is read as an address can be written into an SMTP command and a header, and reads as the same again.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { parseAddress, parsePath } from './address.ts';
import { parsePathCommand } from './command-line.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000);

const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        '@',
        '.',
        '"',
        '\\',
        '<',
        '>',
        ' ',
        '[',
        ']',
        'IPv6:',
        '::1',
        '1.2.3.4',
        'xn--',
        '-',
        ':',
        ',',
      ),
      fc.constantFrom('é', '例', '\u200d', '\u0301', '\ud800', '\0', '\r', '\n', 'example.lu', 'postmaster', '１'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

function assertSafe(text: string): void {
  const mailbox = parseAddress(text);
  if (mailbox === undefined) return;
  assert.equal(mailbox.text, text);
  assert.ok(!/[\0\r\n]/.test(text), JSON.stringify(text));
  assert.ok(mailbox.literal || /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(mailbox.domain), mailbox.domain);
  assert.ok(text.startsWith(`${mailbox.localPart}@`));
  assert.ok(Buffer.byteLength(text) <= 254);
  assert.deepEqual(parseAddress(text), mailbox);
  const path = parsePath(`<${text}>`, 0, 'rcpt');
  assert.ok(path?.kind === 'mailbox' && path.end === text.length + 2);
  assert.deepEqual(path.mailbox, mailbox);
}

test('any text as an address', () => {
  fc.assert(fc.property(pieces, assertSafe), { numRuns: runs });
  fc.assert(
    fc.property(pieces, pieces, (local, domain) => assertSafe(`${local}@${domain}`)),
    { numRuns: runs },
  );
});

test('any text as the argument of MAIL and RCPT is read or refused', () => {
  const property = fc.property(fc.constantFrom('FROM:', 'TO:', 'FROM:<', 'TO: <', ''), pieces, (begin, rest) => {
    for (const verb of ['mail', 'rcpt'] as const) {
      const command = parsePathCommand(verb, begin + rest);
      if (command.kind === 'path' && verb === 'rcpt') assert.ok(command.mailbox !== undefined);
    }
  });
  fc.assert(property, { numRuns: runs });
});

test('the seeds of chasquid', { skip: skipWithout('smtp-dialogs') }, () => {
  const file = suitePath('smtp-dialogs', 'chasquid-fuzz-normalize-auth.json');
  const seeds = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  const texts = Object.values(seeds)
    .flat()
    .map((text) => text.replace(/^string\("(.*)"\)$/s, '$1'));
  assert.ok(texts.length > 0);
  for (const text of texts) {
    assertSafe(text);
    assertSafe(`${text}@example.lu`);
    assertSafe(`a@${text}`);
  }
});
