import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temp.ts';
import { createSecretBox, readMasterKey } from './secret-box.ts';

const master = randomBytes(32);
const other = randomBytes(32);
const secret = Buffer.from('a private key');

test('what was sealed is opened with the same key, purpose and owner, and with nothing else', () => {
  const box = createSecretBox([master], 'dkim');
  const sealed = box.seal(secret, 'acme.test s1');
  assert.deepEqual(box.open(sealed, 'acme.test s1'), secret);
  assert.equal(box.open(sealed, 'acme.test s2'), undefined);
  assert.equal(createSecretBox([master], 'srs').open(sealed, 'acme.test s1'), undefined);
  assert.equal(createSecretBox([other], 'dkim').open(sealed, 'acme.test s1'), undefined);
  assert.ok(!sealed.includes(secret));
  assert.notDeepEqual(box.seal(secret, 'acme.test s1'), sealed, 'a nonce is never used twice');
});

test('every changed octet is noticed', () => {
  const box = createSecretBox([master], 'dkim');
  const sealed = box.seal(secret, 'x');
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(box.open(changed, 'x'), undefined, `octet ${at}`);
    assert.equal(box.open(sealed.subarray(0, at), 'x'), undefined, `cut at ${at}`);
  }
});

test('an older master key still opens, and the present one has another name', () => {
  const sealed = createSecretBox([other], 'dkim').seal(secret, 'x');
  const box = createSecretBox([master, other], 'dkim');
  assert.deepEqual(box.open(sealed, 'x'), secret);
  assert.notEqual(box.master, createSecretBox([other], 'dkim').master);
  assert.equal(box.master, createSecretBox([master], 'dkim').master);
});

test('a master key is read in three forms, and nothing else is taken for one', async () => {
  await using folder = temporaryFolder('master');
  const path = folder.file('master.key');
  for (const form of [master, master.toString('hex'), `${master.toString('base64')}\n`]) {
    writeFileSync(path, form);
    assert.deepEqual(Buffer.from(readMasterKey(path)), master);
  }
  for (const form of ['', 'short', 'x'.repeat(44)]) {
    writeFileSync(path, form);
    assert.throws(() => readMasterKey(path), /32 random octets/);
  }
  assert.throws(() => readMasterKey(folder.file('none')), /cannot be read/);
});
