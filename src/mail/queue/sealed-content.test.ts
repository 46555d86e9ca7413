import assert from 'node:assert/strict';
import test from 'node:test';
import { openHeader } from '../../protocol/mime/header.ts';
import type { QueueId } from '../message.ts';
import {
  CHUNK_OCTETS,
  chunkAt,
  contentKeys,
  isSealed,
  openBytes,
  plainSize,
  sealBytes,
  sealedOctetsFor,
  sealStream,
} from './sealed-content.ts';

const id = '00000000000000a1' as QueueId;
const keys = contentKeys([Buffer.alloc(32, 1)]);
const SIZES = [0, 1, 1000, CHUNK_OCTETS - 1, CHUNK_OCTETS, CHUNK_OCTETS + 1, 3 * CHUNK_OCTETS, 200_000];

function contentOf(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255));
}

test('content of every size opens as it was, and nothing of it can be read before', () => {
  for (const size of SIZES) {
    const content = contentOf(size);
    const sealed = sealBytes(content, id, keys);
    assert.ok(isSealed(sealed));
    assert.equal(plainSize(sealed.length), size);
    assert.deepEqual(openBytes(sealed, { id, keys }), content);
    if (size > 32) assert.equal(sealed.indexOf(content.subarray(0, 32)), -1);
  }
});

test('a stream in odd pieces seals to what opens to the same', async () => {
  for (const size of SIZES) {
    const content = contentOf(size);
    async function* pieces() {
      for (let at = 0; at < size; at += 7777) yield content.subarray(at, at + 7777);
    }
    const sealed: Uint8Array[] = [];
    for await (const part of sealStream(pieces(), id, keys)) sealed.push(part);
    assert.deepEqual(openBytes(Buffer.concat(sealed), { id, keys }), content);
  }
});

test('the beginning opens without the rest', () => {
  const content = contentOf(200_000);
  const sealed = sealBytes(content, id, keys);
  for (const most of [1, 100, CHUNK_OCTETS, CHUNK_OCTETS + 1, 199_999, 200_000, 300_000]) {
    const beginning = sealed.subarray(0, sealedOctetsFor(most));
    assert.deepEqual(openBytes(beginning, { id, keys, most, size: sealed.length }), content.subarray(0, most));
  }
});

test('what was changed, cut off, moved or is another message’s does not open', () => {
  const sealed = sealBytes(contentOf(200_000), id, keys);
  for (const at of [5, 9, 20, 44, chunkAt(1), chunkAt(1) + 70, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => openBytes(changed, { id, keys }), `octet ${at}`);
  }
  for (const end of [chunkAt(1), chunkAt(2), chunkAt(3), sealed.length - 1, 44, 10]) {
    assert.throws(() => openBytes(sealed.subarray(0, end), { id, keys }), `cut off at ${end}`);
  }
  const swapped = Buffer.concat([
    sealed.subarray(0, chunkAt(0)),
    sealed.subarray(chunkAt(1), chunkAt(2)),
    sealed.subarray(chunkAt(0), chunkAt(1)),
    sealed.subarray(chunkAt(2)),
  ]);
  assert.throws(() => openBytes(swapped, { id, keys }));
  assert.throws(() => openBytes(sealed, { id: '00000000000000a2' as QueueId, keys }));
});

test('a former master key opens what it sealed; without it nothing does', () => {
  const content = contentOf(1000);
  const sealed = sealBytes(content, id, keys);
  const later = contentKeys([Buffer.alloc(32, 2), Buffer.alloc(32, 1)]);
  assert.deepEqual(openBytes(sealed, { id, keys: later }), content);
  assert.deepEqual(openBytes(sealBytes(content, id, later), { id, keys: later }), content);
  assert.throws(() => openBytes(sealed, { id, keys: contentKeys([Buffer.alloc(32, 2)]) }), /master key/);
});

test('the same content is never sealed to the same octets, and no mail that is stored looks sealed', () => {
  const content = contentOf(100);
  const [one, other] = [sealBytes(content, id, keys), sealBytes(content, id, keys)];
  assert.notDeepEqual(one, other);
  // What a client sends that begins like it gets an empty line before it.
  const opened = openHeader(Buffer.concat([one, Buffer.from('\r\n\r\n')]));
  assert.equal(opened?.edits[0]?.kind, 'replace');
});
