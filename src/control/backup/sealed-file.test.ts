import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { hashFile, isMacOf, macOf, openSealed, sealFile } from './sealed-file.ts';

const KEY = randomBytes(32);
const MB = 1024 ** 2;
const pace = () => {};
const options = { key: KEY, name: 'trace/2026-11-22.db', pace };

function contentOf(path: string, more: Partial<typeof options> = {}): Buffer {
  const pieces: Buffer[] = [];
  openSealed(path, { ...options, ...more }, (piece) => pieces.push(piece));
  return Buffer.concat(pieces);
}

test('a file of any size comes back as it was, and shows nothing of it', async () => {
  await using folder = temporaryFolder('sealed');
  for (const size of [0, 1, MB - 1, MB, MB + 1, 2 * MB, 3 * MB + 17]) {
    const content = Buffer.alloc(size, 'secret words ');
    const [from, to] = [folder.file(`${size}`), folder.file(`${size}.sealed`)];
    writeFileSync(from, content);
    const seal = sealFile(from, to, options);
    assert.equal(seal.size, size);
    assert.equal(seal.sealed_size, readFileSync(to).length);
    assert.equal(seal.sha256, hashFile(to, pace));
    assert.equal(readFileSync(to).includes('secret words'), false);
    assert.ok(contentOf(to).equals(content));
  }
});

test('another key, another name, a changed octet, a missing or moved chunk: nothing is taken', async () => {
  await using folder = temporaryFolder('sealed');
  const [from, to, bad] = [folder.file('a'), folder.file('a.sealed'), folder.file('bad')];
  writeFileSync(from, randomBytes(3 * MB + 5));
  sealFile(from, to, options);
  assert.throws(() => contentOf(to, { key: randomBytes(32) }), /another key/);
  assert.throws(() => contentOf(to, { name: 'trace/2026-11-21.db' }), /another key/);
  const whole = readFileSync(to);
  const head = 18 + 32;
  const chunk = MB + 16;
  const damaged: Record<string, Buffer> = {
    octet: Buffer.from(whole.map((octet, at) => (at === whole.length - 20 ? octet ^ 1 : octet))),
    'last chunk': whole.subarray(0, head + 3 * chunk),
    'some octets': whole.subarray(0, whole.length - 3),
    'chunks changed places': Buffer.concat([
      whole.subarray(0, head),
      whole.subarray(head + chunk, head + 2 * chunk),
      whole.subarray(head, head + chunk),
      whole.subarray(head + 2 * chunk),
    ]),
    'all chunks': whole.subarray(0, head),
    'more behind': Buffer.concat([whole, whole.subarray(head)]),
    magic: Buffer.concat([Buffer.from('X'), whole.subarray(1)]),
  };
  for (const [what, octets] of Object.entries(damaged)) {
    writeFileSync(bad, octets);
    assert.throws(() => contentOf(bad), /was changed|ends too early|no file of a backup/, what);
  }
});

test('a manifest is known by its key', () => {
  assert.ok(isMacOf(macOf(KEY, 'text'), KEY, 'text'));
  assert.equal(isMacOf(macOf(KEY, 'text'), KEY, 'text '), false);
  assert.equal(isMacOf(macOf(randomBytes(32), 'text'), KEY, 'text'), false);
  assert.equal(isMacOf('', KEY, 'text'), false);
});
