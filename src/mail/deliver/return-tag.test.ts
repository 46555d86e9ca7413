import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../protocol/smtp/address.ts';
import type { QueueId } from '../message.ts';
import { createQueueIds, timeOfId } from '../queue/queue-id.ts';
import { makeReturnTag, readReturnTag } from './return-tag.ts';

const key = Buffer.alloc(32, 3);
const DAY = 86_400_000;
const accepted = Date.parse('2026-11-22T12:00:00Z');
const newId = createQueueIds({ node: 0, thread: 0, now: () => accepted });
const at = { key, now: accepted, validMs: 14 * DAY };

test('a tag names its message, and its recipient where it has one', () => {
  const id = newId();
  assert.deepEqual(readReturnTag(makeReturnTag({ id, index: 7 }, key), at), { kind: 'tag', tag: { id, index: 7 } });
  assert.deepEqual(readReturnTag(makeReturnTag({ id }, key), at), { kind: 'tag', tag: { id } });
  const shouted = makeReturnTag({ id, index: 0 }, key).toUpperCase();
  assert.deepEqual(readReturnTag(shouted, at), { kind: 'tag', tag: { id, index: 0 } });
});

test('a tag that was changed in any character is forged, or none', () => {
  const id = newId();
  const tag = makeReturnTag({ id, index: 12 }, key);
  for (let i = 'bounce-'.length; i < tag.length; i++) {
    for (const character of ['a', '3', 'm']) {
      if (tag[i] === character) continue;
      const { kind } = readReturnTag(tag.slice(0, i) + character + tag.slice(i + 1), at);
      assert.ok(kind === 'forged' || kind === 'none', `${i} ${character}`);
    }
  }
  assert.equal(readReturnTag(tag, { ...at, key: Buffer.alloc(32, 4) }).kind, 'forged');
});

test('a tag counts for its time after the acceptance', () => {
  const id = newId();
  const tag = makeReturnTag({ id }, key);
  assert.equal(timeOfId(id), accepted);
  assert.equal(readReturnTag(tag, { ...at, now: accepted + 14 * DAY }).kind, 'tag');
  assert.equal(readReturnTag(tag, { ...at, now: accepted + 14 * DAY + 1 }).kind, 'expired');
});

test('every tag is a local part of 64 octets at most, and any other text is none of ours', () => {
  const ids = fc.stringMatching(/^[0-9a-v]{17}$/).map((text) => text as QueueId);
  fc.assert(
    fc.property(ids, fc.option(fc.integer({ min: 0, max: 999_999 }), { nil: undefined }), (id, index) => {
      const tag = index === undefined ? { id } : { id, index };
      const local = makeReturnTag(tag, key);
      assert.ok(local.length <= 64 && parseAddress(`${local}@bounce.test`) !== undefined);
      const answer = readReturnTag(local, { ...at, now: timeOfId(id) });
      assert.deepEqual(answer, { kind: 'tag', tag });
    }),
  );
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^bounce-[0-9a-v]{17}-(m|[0-9]{1,6})-[a-z2-7]{12}$/));
  fc.assert(fc.property(texts, (text) => !['tag', 'expired'].includes(readReturnTag(text, at).kind)));
});
