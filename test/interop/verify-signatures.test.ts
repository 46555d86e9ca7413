// Signatures that a stranger made, on mail that was changed on its way in many manners: we come to what three other
// verifiers come to.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { keyRecordText, publicKeyText, recordName } from '../../src/protocol/dkim/key-record.ts';
import { type KeyLookup, verifyMessage } from '../../src/protocol/dkim/verify.ts';
import { dkimpy, mailauth, opendkim } from '../support/dkim-strangers.ts';
import { skipWithoutPrograms } from '../support/processes.ts';
import { skipWithout } from '../support/suites.ts';
import { temporaryFolder } from '../support/temp.ts';
import { corpus, corpusStep } from './corpus.ts';

const { dkimSign } = createRequire(import.meta.url)('mailauth/lib/dkim/sign') as {
  dkimSign: (message: Buffer, options: object) => Promise<{ signatures: string }>;
};

const FORMS = ['simple/simple', 'relaxed/relaxed', 'relaxed/simple', 'simple/relaxed'];

/** What happens to mail on its way, as a change of its text. */
const CHANGES: Record<string, (text: string) => string> = {
  nothing: (text) => text,
  'blank lines at the end': (text) => `${text}\r\n\r\n`,
  'space at line ends': (text) => text.replace(/(\r\n\r\n[^]*?[a-z])\r\n/, '$1 \t\r\n'),
  'space in a line': (text) => text.replace(/(\r\n\r\n[^]*?[a-z]) ([a-z])/, '$1   $2'),
  'a subject that is folded': (text) => text.replace(/^(Subject:.*?) (\S)/m, '$1\r\n\t$2'),
  'names in another case': (text) => text.replace(/^From:/m, 'FROM:').replace(/^Subject:/m, 'subject:'),
  'a line more': (text) => `${text}one more\r\n`,
  'another subject': (text) => text.replace(/^Subject:.*/m, 'Subject: another'),
  'a second subject on top': (text) => `Subject: on top\r\n${text}`,
  'a Received on top': (text) => `Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0000\r\n${text}`,
  'no body': (text) => text.slice(0, text.indexOf('\r\n\r\n') + 4),
};

const skip = skipWithout('spam-ham') || skipWithoutPrograms(['opendkim', 'dkimverify']);

test('signatures of others, whole and broken', { skip }, async (t) => {
  await using temp = temporaryFolder('verify');
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const zone = new Map([[recordName('r', 'acme.test'), keyRecordText('rsa', publicKeyText(pair.publicKey))]]);
  const lookup: KeyLookup = async (name) => {
    const text = zone.get(name);
    return text === undefined ? { kind: 'none' } : { kind: 'found', records: [text] };
  };
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const sign = async (content: Buffer, canonicalization: string) => {
    const signatureData = [{ signingDomain: 'acme.test', selector: 'r', privateKey }];
    const { signatures } = await dkimSign(content, { canonicalization, signatureData });
    return signatures + content.toString('latin1');
  };
  const all = corpus().filter(({ content, forbidden }) => !forbidden && /^from:/im.test(content.toString('latin1')));
  const step = corpusStep(all.length, 10);
  const files = new Map<string, Buffer>();
  const names = new Map<string, string>();
  for (const [number, { content }] of all.filter((_, index) => index % step === 0).entries()) {
    for (const form of FORMS) {
      const signed = await sign(content, form);
      for (const [name, change] of Object.entries(CHANGES)) {
        const file = temp.file(`${files.size}.eml`);
        const changed = Buffer.from(change(signed), 'latin1');
        writeFileSync(file, changed);
        files.set(file, changed);
        names.set(file, `message ${number}, ${form}, ${name}`);
      }
    }
  }
  const others = await Promise.all(
    [mailauth(zone), dkimpy(zone), opendkim(zone, temp.path)].map(async (one) => ({
      ...one,
      verdicts: await one.verify(files),
    })),
  );
  const counts = { pass: 0, fail: 0 };
  const differences: string[] = [];
  for (const [file, content] of files) {
    const [verdict] = await verifyMessage(content, lookup, { now: Date.now() / 1000 });
    const ours = verdict?.result === 'pass' ? 'pass' : 'fail';
    counts[ours]++;
    for (const { name, verdicts } of others) {
      // In its test mode it reads mail as a milter is given it: how the header was folded is lost.
      if (name === 'opendkim' && names.get(file)?.includes(' simple/') === true) continue;
      const theirs = verdicts.get(file)?.split(' ')[0] ?? '';
      if ((theirs === 'pass') !== (ours === 'pass'))
        differences.push(`${names.get(file)}: ${name} ${theirs}, we ${ours} ${verdict?.reason}`);
    }
  }
  t.diagnostic(`${files.size} messages: ${JSON.stringify(counts)}, ${differences.length} differences`);
  assert(counts.pass > files.size / 4 && counts.fail > files.size / 8);
  assert.deepEqual(differences, []);
});
