// Responses of a client that means no good: read, or refused, never thrown over.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { decodeResponse, readPlain } from './plain.ts';
import { checkScramFinal, keysOfNobody, readScramFirst, scramChallenge } from './scram.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 2000);
const keys = keysOfNobody('nobody', Buffer.alloc(32));

function readAll(text: string): void {
  const plain = readPlain(text);
  if (plain !== undefined) assert.ok(plain.name !== '' && plain.password !== '' && !plain.name.includes('\0'));
  const first = readScramFirst(text);
  const said = { first: first ?? { name: 'a', nonce: 'x', header: 'n,,', bare: 'n=a,r=x' }, keys };
  assert.notEqual(checkScramFinal({ ...said, challenge: scramChallenge(said.first, keys) }, text).kind, 'proved');
}

const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'n,,',
        'y,,',
        'p=x,,',
        'n=',
        'r=x',
        ',',
        '=2C',
        '=',
        'a=',
        'c=biws',
        'p=AAAA',
        '\0',
        'user',
        'é',
        'm=',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('any text as a message of PLAIN or SCRAM', () => {
  fc.assert(fc.property(pieces, readAll), { numRuns: runs });
});

test('any line as a response: what is decoded encodes to the same line', () => {
  const property = fc.property(fc.oneof(fc.base64String(), fc.string()), (line) => {
    const text = decodeResponse(line);
    if (text === undefined) return;
    assert.equal(
      Buffer.from(text).toString('base64').replaceAll('=', '').slice(0, -1),
      line.replaceAll('=', '').slice(0, -1),
    );
    readAll(text);
  });
  fc.assert(property, { numRuns: runs });
});

test('the seeds of chasquid', { skip: skipWithout('smtp-dialogs') }, () => {
  const file = suitePath('smtp-dialogs', 'chasquid-fuzz-normalize-auth.json');
  const seeds = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  for (const seed of seeds['FuzzDecodeResponse'] ?? []) {
    const text = decodeResponse(seed.replace(/^string\("(.*)"\)$/s, '$1'));
    if (text !== undefined) readAll(text);
  }
});
