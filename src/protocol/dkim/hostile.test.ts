// What a stranger may write into a signature or a key record to be believed, or to be dear.

import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { parseDmarcRecord } from '../dmarc/record.ts';
import { keyRecordText, parseKeyRecord, publicKeyText } from './key-record.ts';
import { BodyHash, relaxedField } from './relaxed.ts';
import { type KeyLookup, type SignatureVerdict, type VerifyOptions, verifyMessage } from './verify.ts';

const NOW = 1_795_000_000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const RECORD = keyRecordText('rsa', publicKeyText(rsa.publicKey));

interface Wish {
  /** Tags between `h` and `b`. */
  tags?: string;
  body?: string;
  /** Octets of the body that count. */
  length?: number;
  domain?: string;
  key?: KeyObject;
  /** Put behind the body once it was signed. */
  added?: string;
}

const FIELDS = ['From: Ann <ann@acme.test>\r\n', 'Subject: hello\r\n'];

/** A message with one signature that is right by itself. */
function signed({
  tags = '',
  body = 'Hello\r\n',
  length,
  domain = 'acme.test',
  key = rsa.privateKey,
  added = '',
}: Wish = {}): string {
  const hash = new BodyHash('relaxed', length);
  hash.update(Buffer.from(body));
  const field =
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=k; h=from:subject;` +
    `${length === undefined ? '' : ` l=${length};`}${tags} bh=${hash.digest()}; b=`;
  const covered = FIELDS.map((one) => `${relaxedField(one)}\r\n`).join('') + relaxedField(field);
  const signature = sign('sha256', Buffer.from(covered, 'latin1'), key).toString('base64');
  return `${field}${signature}\r\n${FIELDS.join('')}\r\n${body}${added}`;
}

async function verdicts(message: string, records: readonly string[] = [RECORD], more: Partial<VerifyOptions> = {}) {
  const lookup: KeyLookup = async () => ({ kind: 'found', records });
  return verifyMessage(Buffer.from(message, 'latin1'), lookup, { now: NOW, ...more });
}

async function told(message: string, records?: readonly string[]): Promise<string | undefined> {
  const [verdict] = await verdicts(message, records);
  return verdict?.result;
}

test('identities, keys and hashes outside of what was allowed', async () => {
  assert.equal(await told(signed()), 'pass');
  const CASES: [name: string, wish: Wish, record: string, wanted: SignatureVerdict['result']][] = [
    ['i of a name below d', { tags: ' i=@sub.acme.test;' }, RECORD, 'pass'],
    ['i outside of d', { tags: ' i=@evil.test;' }, RECORD, 'permerror'],
    ['i that only ends like d', { tags: ' i=@notacme.test;' }, RECORD, 'permerror'],
    ['t=s and i below d', { tags: ' i=@sub.acme.test;' }, `t=s; ${RECORD}`, 'permerror'],
    ['t=s and i of d', { tags: ' i=ann@acme.test;' }, RECORD.replace('k=', 't=s; k='), 'pass'],
    ['a key that excludes sha256', {}, RECORD.replace('k=', 'h=sha1; k='), 'permerror'],
    ['a key for other services', {}, RECORD.replace('k=', 's=tlsrpt; k='), 'permerror'],
    ['a revoked key', {}, 'v=DKIM1; p=', 'permerror'],
    ['expired', { tags: ` x=${NOW - 1};` }, RECORD, 'permerror'],
    ['not yet expired', { tags: ` x=${NOW + 1};` }, RECORD, 'pass'],
    ['d that is no name', { domain: 'acme.test\r\n evil' }, RECORD, 'permerror'],
    ['d with a port', { domain: 'acme.test:25' }, RECORD, 'permerror'],
    ['tags that come twice', { tags: ' d=acme.test;' }, RECORD, 'permerror'],
  ];
  for (const [name, wish, record, wanted] of CASES) assert.equal(await told(signed(wish), [record]), wanted, name);
});

test('b is emptied where it is the tag, not where copied fields say so', async () => {
  assert.equal(await told(signed({ tags: ' z=X-Old:b=abc|From:ann@acme.test;' })), 'pass');
  assert.equal(await told(signed({ tags: ' xb=abc;' })), 'pass');
});

test('a part of the body that is not signed is told', async () => {
  const [whole] = await verdicts(signed({ length: 7 }));
  assert.deepEqual([whole?.result, whole?.uncovered], ['pass', undefined]);
  for (const wish of [{ length: 0 }, { length: 5 }, { length: 7, added: 'Pay to evil.\r\n' }]) {
    const [open] = await verdicts(signed(wish));
    assert.deepEqual([open?.result, open?.uncovered], ['pass', true], JSON.stringify(wish));
  }
  assert.equal(await told(signed({ length: 100 })), 'fail', 'l beyond the body');
});

test('short and overlong keys are not used', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 512 });
  const keyOf = (pair: typeof rsa) => keyRecordText('rsa', publicKeyText(pair.publicKey));
  assert.equal(await told(signed({ key: weak.privateKey }), [keyOf(weak)]), 'permerror');
  const dear = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 2 ** 31 + 11 });
  assert.equal(await told(signed({ key: dear.privateKey }), [keyOf(dear)]), 'pass');
  const [long] = await verdicts(signed(), [keyRecordText('rsa', longKey(8192))]);
  assert.deepEqual([long?.result, long?.reason], ['permerror', 'the key has 8192 bits']);
  const [large] = await verdicts(signed(), [keyRecordText('rsa', longKey(2048, 2048))]);
  assert.deepEqual([large?.result, large?.reason], ['permerror', 'the exponent of the key is too large']);
});

/** A public key of so many bits that nobody has the other half of: RSAPublicKey in DER, base64. */
function longKey(bits: number, exponentBits = 17): string {
  const number = (length: number) => {
    const octets = Buffer.alloc(length / 8, 0xff);
    return Buffer.concat([Buffer.from([0x02, 0x82, (octets.length + 1) >> 8, (octets.length + 1) & 0xff, 0]), octets]);
  };
  const exponent = exponentBits === 17 ? Buffer.from([0x02, 0x03, 1, 0, 1]) : number(exponentBits);
  const content = Buffer.concat([number(bits), exponent]);
  return Buffer.concat([Buffer.from([0x30, 0x82, content.length >> 8, content.length & 0xff]), content]).toString(
    'base64',
  );
}

test('of many keys at one name four are tried', async () => {
  const others = Array.from({ length: 3 }, () =>
    keyRecordText('rsa', publicKeyText(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)),
  );
  assert.equal(await told(signed(), [...others, RECORD]), 'pass');
  assert.equal(await told(signed(), [...others, others[0] ?? '', RECORD]), 'fail');
});

test('a heap of foreign signatures does not hide the author’s', async () => {
  const foreign = signed({ domain: 'evil.test' }).split('\r\n')[0];
  const message = `${`${foreign}\r\n`.repeat(20)}${signed()}`;
  assert(!(await verdicts(message)).some(({ domain }) => domain === 'acme.test'));
  const preferred = await verdicts(message, [RECORD], { prefer: 'acme.test' });
  assert.equal(preferred.length, 5);
  assert.deepEqual([preferred[0]?.domain, preferred[0]?.result], ['acme.test', 'pass']);
});

test('a body is hashed in four ways at most', async () => {
  const [field] = signed().split('b=');
  const open = (length: number) => `${field?.replace('h=', `l=${length}; h=`)}b=AAAA\r\n`;
  const message = `${[1, 2, 3, 4].map(open).join('')}${signed()}`;
  assert.deepEqual(
    (await verdicts(message)).map(({ result }) => result),
    ['fail', 'fail', 'fail', 'fail', 'permerror'],
  );
});

test('long runs of white space take no longer than other octets', async () => {
  const space = ' '.repeat(100_000);
  const message =
    `DKIM-Signature: v=1;${space}a=rsa-sha256; c=relaxed/relaxed; d=acme.test${space}x; s=k; h=from${space}:${space}x;` +
    ` bh=x; b=A${space}A\r\nSubject${space}x: y${space}z\r\nFrom: a@acme.test\r\n\r\nHello\r\n`;
  const started = performance.now();
  await verdicts(message);
  parseKeyRecord(`v=DKIM1;${space}k=rsa${space}x; p=AAAA${space}A`);
  assert('fault' in parseDmarcRecord(`v=DMARC1; p=none${space}x; rua${space}=${space};;`));
  assert(performance.now() - started < 2000);
});

test('huge lists of names and fields take bounded time', async () => {
  const names = 'x:'.repeat(60_000);
  const field = (tag: string) =>
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.test; s=k; h=from:${names}y; ${tag} bh=x; b=AAAA\r\n`;
  const message = `${field('').repeat(5)}${'X: y\r\n'.repeat(40_000)}From: a@acme.test\r\n\r\nHello\r\n`;
  const started = performance.now();
  await verdicts(message);
  assert(performance.now() - started < 3000);
});
