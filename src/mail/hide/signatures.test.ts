// Signatures that the customer made, verified by a stranger (mailauth) after its network was hidden.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { corpus } from '../../../test/interop/corpus.ts';
import { skipWithout } from '../../../test/support/suites.ts';
import { editHeader, fieldsNamed, parseHeader } from '../../protocol/mime/header.ts';
import type { CustomerId } from '../message.ts';
import { hideHeader } from './hide-header.ts';
import { createMessageIds } from './message-ids.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const ids = createMessageIds(Buffer.alloc(32, 3), 'relay.test');

/** What a server at home signs: the names that rspamd and OpenDKIM sign as they come. */
const USUAL_NAMES =
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:In-Reply-To:References';
/** Nothing that is rewritten or taken out. */
const UNTOUCHED_NAMES = 'From:Reply-To:Subject:Date:To:Cc:Content-Type:Thread-Index';

async function sign(content: Buffer, headerList: string): Promise<Buffer> {
  const { signatures } = await dkimSign(content, {
    canonicalization: 'relaxed/relaxed',
    algorithm: 'rsa-sha256',
    headerList,
    signingDomain: 'acme.test',
    selector: 's',
    privateKey: pem,
    signatureData: [{ signingDomain: 'acme.test', selector: 's', privateKey: pem }],
  });
  return Buffer.concat([Buffer.from(signatures), content]);
}

async function verdicts(content: Buffer): Promise<string[]> {
  const { results } = await dkimVerify(content, {
    minBitLength: 1024,
    resolver: async (name: string) => {
      if (name === 's._domainkey.acme.test') return [[record]];
      throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    },
  });
  return results
    .filter((result: { signingDomain?: string }) => result.signingDomain === 'acme.test')
    .map((result: { status: { result: string } }) => result.status.result);
}

function hidden(content: Buffer, level: 'usual' | 'strict'): Buffer {
  const header = parseHeader(content);
  const { edits } = hideHeader(header, {
    level,
    customer: 'acme' as CustomerId,
    ids,
    hostname: 'relay.test',
    taken: [],
    // All ids count as inside: as much as possible is rewritten.
    inside: () => true,
  });
  return editHeader(content, edits);
}

for (const [level, names] of [
  ['usual', USUAL_NAMES],
  ['usual', UNTOUCHED_NAMES],
  ['strict', UNTOUCHED_NAMES],
] as const) {
  test(`${level}: a signature over ${names === UNTOUCHED_NAMES ? 'untouched fields' : 'the fields commonly signed'} still verifies`, {
    skip: skipWithout('spam-ham'),
  }, async (context) => {
    let verified = 0;
    let changed = 0;
    for (const { name, content, forbidden } of corpus()) {
      if (forbidden) continue;
      const signed = await sign(content, names);
      // A header that the signer itself reads otherwise is no test of ours.
      if ((await verdicts(signed))[0] !== 'pass') continue;
      const out = hidden(signed, level);
      if (out !== signed) changed++;
      assert.deepEqual(await verdicts(out), ['pass'], name);
      verified++;
    }
    context.diagnostic(`${verified} verified, ${changed} of them after changes`);
    assert.ok(verified > 500 && changed > 400);
  });
}

test('strict: no signature that was broken is left', { skip: skipWithout('spam-ham') }, async (context) => {
  let taken = 0;
  for (const { name, content, forbidden } of corpus(3)) {
    if (forbidden) continue;
    const signed = await sign(content, USUAL_NAMES);
    if ((await verdicts(signed))[0] !== 'pass') continue;
    const out = hidden(signed, 'strict');
    const left = await verdicts(out);
    assert.ok(left.length === 0 || left[0] === 'pass', name);
    if (left.length === 0) taken++;
    assert.ok(fieldsNamed(parseHeader(out), 'dkim-signature').length >= left.length);
  }
  context.diagnostic(`${taken} signatures were taken out`);
  assert.ok(taken > 50);
});
