import assert from 'node:assert/strict';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { decodeResponse, readPlain } from './plain.ts';
import { prepare } from './prepare.ts';
import {
  checkPassword,
  checkScramFinal,
  keysOfNobody,
  makeScramKeys,
  readScramFirst,
  type ScramKeys,
  scramChallenge,
} from './scram.ts';

function keysFor(password: string, salt: string, iterations: number): ScramKeys {
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), iterations, 32, 'sha256');
  const mac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(mac('Client Key')).digest('base64');
  return { salt, iterations, storedKey, serverKey: mac('Server Key').toString('base64') };
}

test('RFC 7677 3: the example exchange', () => {
  const keys = keysFor('pencil', 'W22ZaJ0SNY7soEsUEjb6gQ==', 4096);
  const first = readScramFirst('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
  assert.ok(first);
  const challenge = scramChallenge(first, keys, '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0');
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  assert.equal(challenge, `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
  const said = { first, challenge, keys };
  assert.deepEqual(checkScramFinal(said, `c=biws,r=${nonce},p=${proof}`), {
    kind: 'proved',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  });
  const other = `A${proof.slice(1)}`;
  assert.deepEqual(checkScramFinal(said, `c=biws,r=${nonce},p=${other}`), { kind: 'wrong' });
  const malformed = [
    `c=biws,r=${nonce}x,p=${proof}`,
    `c=biws,r=rOprNGfwEbeRWgbNEkqO,p=${proof}`,
    `c=eSws,r=${nonce},p=${proof}`,
    `c=biws,r=${nonce},p=AAAA`,
    `r=${nonce},p=${proof}`,
    '',
  ];
  for (const message of malformed) assert.deepEqual(checkScramFinal(said, message), { kind: 'malformed' }, message);
});

test('client-first-message: channel binding and mandatory extensions are refused', () => {
  for (const text of [
    'p=tls-unique,,n=u,r=abc',
    'n,,m=x,n=u,r=abc',
    'n,,n=u',
    'n,,n=,r=abc',
    'n,,n=u=,r=abc',
    'n,a=x,n=u,r=abc',
  ]) {
    assert.equal(readScramFirst(text), undefined, text);
  }
  assert.equal(readScramFirst('y,a=a=2Cb=3D,n=a=2Cb=3D,r=abc')?.name, 'a,b=');
});

test('a plain password is checked against the same keys', async () => {
  const keys = makeScramKeys('pass wörd');
  assert.equal(await checkPassword(keys, 'pass wörd'), true);
  assert.equal(await checkPassword(keys, 'pass\u00a0wörd'), true);
  assert.equal(await checkPassword(keys, 'other'), false);
  assert.equal(await checkPassword(keys, 'a\0b'), false);
  assert.throws(() => makeScramKeys('a\u0007'), RangeError);
});

test('a name that does not exist has the same salt each time, and no password', async () => {
  const secret = Buffer.alloc(32, 1);
  assert.deepEqual(keysOfNobody('a', secret), keysOfNobody('a', secret));
  assert.notEqual(keysOfNobody('a', secret).salt, keysOfNobody('b', secret).salt);
  assert.equal(await checkPassword(keysOfNobody('a', secret), ''), false);
});

test('PLAIN: three parts, UTF-8, no acting for others', () => {
  assert.deepEqual(readPlain('\0tim\0tanstaaf'), { name: 'tim', password: 'tanstaaf' });
  assert.deepEqual(readPlain('tim\0tim\0x'), { name: 'tim', password: 'x' });
  for (const text of ['', 'tim', '\0tim', '\0tim\0', '\0\0x', 'other\0tim\0x', '\0tim\0x\0y']) {
    assert.equal(readPlain(text), undefined, JSON.stringify(text));
  }
});

test('responses are strict base64 of UTF-8', () => {
  assert.equal(decodeResponse('AHRpbQB0'), '\0tim\0t');
  assert.equal(decodeResponse(''), '');
  for (const text of ['A', 'AA', 'AA=', 'AAA', '====', 'AA==AA==', 'AHRp bQ', 'something', '/w==', 'AHR-']) {
    assert.equal(decodeResponse(text), undefined, text);
  }
});

test('RFC 4013 3: examples of SASLprep', () => {
  const table: [string, string | undefined][] = [
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['\u0007', undefined],
  ];
  for (const [text, prepared] of table) assert.equal(prepare(text), prepared);
});
