import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseHeader } from '../mime/header.ts';
import { keyRecordText, parseKeyRecord, publicKeyText, recordFault, recordName, zoneLine } from './key-record.ts';
import { BodyHash, relaxedField } from './relaxed.ts';
import { type SigningKey, SigningLane, signHeader } from './sign.ts';
import { type KeyLookup, verifyMessage } from './verify.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const longRsa = generateKeyPairSync('rsa', { modulusLength: 3072 });
const ed = generateKeyPairSync('ed25519');

const KEYS: SigningKey[] = [
  { selector: 'r1', key: rsa.privateKey },
  { selector: 'e1', key: ed.privateKey },
];

const ZONE = new Map([
  ['r1', keyRecordText('rsa', publicKeyText(rsa.publicKey))],
  ['r3', keyRecordText('rsa', publicKeyText(longRsa.publicKey))],
  ['e1', keyRecordText('ed25519', publicKeyText(ed.publicKey))],
]);

const lookup: KeyLookup = async (name) => {
  const record = ZONE.get(name.split('.')[0] ?? '');
  return record === undefined ? { kind: 'none' } : { kind: 'found', records: [record] };
};

function hashOf(body: string): string {
  const hash = new BodyHash();
  hash.update(Buffer.from(body, 'latin1'));
  return hash.digest();
}

async function signed(content: string, keys = KEYS, lane = new SigningLane(1, 2048)): Promise<string> {
  const header = parseHeader(Buffer.from(content, 'latin1'));
  const body = content.slice(Math.min(content.length, header.end + 2));
  const request = { domain: 'acme.test', bodyHash: hashOf(body), at: 1_700_000_000 };
  return (await signHeader(header, keys, request, lane)) + content;
}

async function verdicts(message: string): Promise<string> {
  const found = await verifyMessage(Buffer.from(message, 'latin1'), lookup, { now: 1_700_000_000 });
  return found.map(({ result, reason }) => (reason === undefined ? result : `${result}: ${reason}`)).join(', ');
}

const PLAIN = 'From: a@acme.test\r\nTo: b@example.test\r\nSubject: hello\r\n\r\nHello.\r\n';

test('RSA and Ed25519 sign together, and both verify', async () => {
  const message = await signed(PLAIN);
  assert.equal(await verdicts(message), 'pass, pass');
  assert.match(message, /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed;\r\n d=acme\.test; s=r1;\r\n/);
  for (const line of message.split('\r\n')) assert.ok(line.length <= 78, line);
});

test('a long RSA key signs too, and more wait than sign at once', async () => {
  const keys = [{ selector: 'r3', key: longRsa.privateKey }, ...KEYS];
  assert.equal(await verdicts(await signed(PLAIN, keys)), 'pass, pass, pass');
  const apart = new SigningLane(1, 0);
  const many = await Promise.all(Array.from({ length: 5 }, () => signed(PLAIN, keys, apart)));
  for (const one of many) assert.equal(await verdicts(one), 'pass, pass, pass');
});

test('what is oversigned cannot be added, what is signed cannot be changed', async () => {
  const message = await signed(PLAIN);
  for (const name of [
    'From',
    'To',
    'Subject',
    'Date',
    'Message-ID',
    'Reply-To',
    'Cc',
    'MIME-Version',
    'Content-Type',
    'Content-Transfer-Encoding',
  ]) {
    const added = message.replace('\r\n\r\n', `\r\n${name}: x\r\n\r\n`);
    assert.match(await verdicts(added), /^fail.*, fail/, name);
    assert.match(await verdicts(`${name}: x\r\n${message}`), /^fail.*, fail/, name);
  }
  assert.match(await verdicts(message.replace('Hello.', 'Hello!')), /^fail: the body.*, fail/);
  assert.equal(await verdicts(`Received: from x by y; z\r\n${message}`), 'pass, pass', 'a hop on top is nothing');
  assert.equal(await verdicts(message.replace('Subject: hello', 'SUBJECT :\r\n\thello  ')), 'pass, pass');
});

test('odd headers: duplicates, folded, eight-bit, empty, no body', async () => {
  const CASES = [
    'From: a@acme.test\r\nTo: 1@x\r\nTo: 2@x\r\nTo: 3@x\r\nSubject: 1\r\nSubject: 2\r\n\r\nx\r\n',
    'From: a@acme.test\r\nSubject:\r\n\r\nx\r\n',
    'From: a@acme.test\r\nSubject: \t \r\n \r\n\t x\r\n\r\nx\r\n',
    'From: \xe9\xa0\x85 <a@acme.test>\r\nSubject:\xa0\xff\x00\x0b\x0c\r\n\r\n\xa0\r\n',
    'From: a@acme.test\r\nSubject : x\r\nX-Stray\r\n\r\nx\r\n',
    'From: a@acme.test\r\n\r\n',
    'From: a@acme.test\r\n',
    'From: a@acme.test\r\n\r\n\r\n \r\n\t\r\n',
    'From: a@acme.test\r\n\r\nno end of line',
    `From: a@acme.test\r\nSubject: ${'x'.repeat(20_000)}\r\n\r\n${'y '.repeat(100_000)}\r\n`,
    `From: a@acme.test\r\n${'Cc: someone@example.test\r\n'.repeat(300)}\r\n${'\r\n'.repeat(50_000)}x\r\n`,
  ];
  for (const content of CASES) {
    const message = await signed(content);
    assert.equal(await verdicts(message), 'pass, pass', JSON.stringify(content.slice(0, 80)));
    assert.match(await verdicts(`From: e@vil.test\r\n${message}`), /^fail.*, fail/);
  }
});

/** RFC 6376 3.4.4 word for word, on a whole body. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}

test('a body in portions has the hash of its canonical whole', () => {
  const piece = fc.constantFrom('\r\n', ' ', '\t', 'x', '\xff', '\r', '\n', 'word', '\r\n\r\n', '  \r\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.array(fc.nat(9)), (pieces, cuts) => {
      const body = pieces.join('');
      const hash = new BodyHash();
      let rest = Buffer.from(body, 'latin1');
      for (const cut of cuts) {
        hash.update(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      hash.update(rest);
      const whole = Buffer.from(relaxedBody(body), 'latin1');
      assert.equal(hash.digest(), createHash('sha256').update(whole).digest('base64'), JSON.stringify(body));
    }),
    { numRuns: 2000 },
  );
  for (const line of [
    'a b\t\tc\r\n',
    'a b c\r\n',
    ' a b c \r\n',
    'a  b\r\n\r\n',
    '\r\n',
    'x',
    ' \r',
    'x\r',
    'x\n',
    ' \n',
  ]) {
    for (const size of [300_000, 300_001, 70_003]) {
      const large = Buffer.alloc(size, line);
      const hash = new BodyHash();
      for (let at = 0; at < size; at += 7001) hash.update(large.subarray(at, at + 7001));
      const canonical = createHash('sha256').update(relaxedBody(large.toString('latin1')), 'latin1');
      assert.equal(hash.digest(), canonical.digest('base64'), JSON.stringify(line));
    }
  }
});

test('the relaxed form of fields', () => {
  assert.equal(relaxedField('SUBJect\t : a \t b\r\n\t c \r\n'), 'subject:a b c');
  assert.equal(relaxedField('Subject:\r\n'), 'subject:');
  assert.equal(relaxedField('Subject: \t\r\n'), 'subject:');
  assert.equal(relaxedField('Subject:\xa0x\xa0\r\n'), 'subject:\xa0x\xa0');
});

function faultOf(...given: Parameters<typeof recordFault>): string {
  return recordFault(...given) ?? 'none';
}

test('records are written and read', () => {
  const text = ZONE.get('r1') ?? '';
  const record = parseKeyRecord(text);
  assert.equal(record.kind === 'key' && record.bits, 2048);
  assert.equal(recordFault(text, 'rsa', publicKeyText(rsa.publicKey)), undefined);
  assert.equal(recordFault(text.replaceAll(/(.{60})/g, '$1 '), 'rsa', publicKeyText(rsa.publicKey)), undefined);
  assert.match(faultOf(text, 'rsa', publicKeyText(longRsa.publicKey)), /another key/);
  assert.match(faultOf(text, 'ed25519', publicKeyText(ed.publicKey)), /is for rsa/);
  assert.match(faultOf('v=DKIM1; p=', 'rsa', ''), /revoked/);
  assert.match(faultOf(`${text}; h=sha1`, 'rsa', publicKeyText(rsa.publicKey)), /sha256/);
  const line = zoneLine(recordName('r1', 'acme.test'), text);
  assert.match(line, /^r1\._domainkey\.acme\.test\. IN TXT \( "v=DKIM1;[^"]+" "[^"]+" \)$/);
  for (const junk of ['', ';', 'v', '=', 'p=%', 'v=DKIM1; p=AAAA', 'k=dsa; p=AAAA', '\0'.repeat(1000)]) {
    assert.notEqual(parseKeyRecord(junk).kind, 'key', junk);
  }
});
