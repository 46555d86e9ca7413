import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forScanner } from './for-scanner.ts';
import { look } from './testing/look.ts';

const reading = (text: string | Uint8Array, path = '1') => ({ path, bytes: Buffer.from(text) });

/** What a reader of archives finds in it. */
function unpacked(bytes: Uint8Array): string[] {
  const { hidden, parts } = look(Buffer.from(bytes), 'a.zip');
  assert.deepEqual(hidden, []);
  return parts.filter(({ depth }) => depth === 1).map(({ text = '' }) => text);
}

test('one reading is given as it is', () => {
  assert.deepEqual(forScanner([]), []);
  assert.deepEqual(forScanner([reading('a')]), [reading('a')]);
});

test('small readings are given together, each content once', () => {
  const given = forScanner([reading('one text', '2'), reading('another text'), reading('one text', '3')]);
  assert.equal(given.length, 1);
  assert.deepEqual(unpacked(given[0]!.bytes), ['one text', 'another text']);
});

test('equal readings are one, as it is', () => {
  assert.deepEqual(
    forScanner([reading('same', '1'), reading('same', '2')]).map(({ bytes }) => String(bytes)),
    ['same'],
  );
});

test('a large reading is given by itself, and no archive grows past a megabyte or so', () => {
  const large = reading(Buffer.alloc(300_000, 'L'));
  const small = Array.from({ length: 10 }, (_, i) => reading(Buffer.alloc(200_000, 97 + i)));
  const given = forScanner([small[0]!, large, ...small.slice(1)]);
  assert.deepEqual(given[0], large);
  assert.deepEqual(
    given.slice(1).map(({ bytes }) => unpacked(bytes).length),
    [5, 5],
  );
});
