import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/support/temp.ts';
import { BodyHash } from '../../protocol/dkim/relaxed.ts';
import type { QueueId } from '../message.ts';
import { openBodyStore, prepareBodyFolders } from '../queue/body-store.ts';
import { beginBody } from '../queue/incoming-body.ts';
import { changeContent, editsOf } from './change-content.ts';
import type { ContentChange } from './verdict.ts';

const header = 'Subject: hi\r\nContent-Type: text/plain\r\n\r\n';
const body = 'Dear all,\r\nsee the attachment.\r\n';
const whole = header + body;
const edit = (at: number, remove: number, insert: string): ContentChange => ({
  kind: 'edit',
  at,
  remove,
  insert: Buffer.from(insert),
});

async function changed(changes: ContentChange[], inline: number, pieces = [header, body]) {
  await using folder = temporaryFolder();
  if (inline < 4096) prepareBodyFolders(folder.path);
  const incoming = beginBody('1k80dag2700vm0000' as QueueId, inline, openBodyStore(folder.path));
  for (const piece of pieces) await incoming.add(Buffer.from(piece));
  const signing = { authorDomain: undefined, hash: new BodyHash() };
  signing.hash.update(Buffer.from(body));
  await changeContent({ body: incoming, headerSize: header.length, signing }, changes);
  const kept = await incoming.finish();
  const bytes = kept.kind === 'inline' ? Buffer.from(kept.bytes) : await readFile(join(folder.path, kept.name));
  return { kind: kept.kind, text: bytes.toString(), size: incoming.size, hash: signing.hash.digest() };
}

function hashOf(text: string): string {
  const hash = new BodyHash();
  hash.update(Buffer.from(text));
  return hash.digest();
}

const subject = edit(9, 0, '[SPAM] ');
const words = edit(header.length + 11, body.length - 11, 'It was removed.\r\n');

for (const [where, inline] of [
  ['in memory', 4096],
  ['in a file', 8],
] as const) {
  test(`changes are made ${where}: size and hash are those of what is kept`, async () => {
    const found = await changed(
      [edit(0, 0, 'X-First: 1\r\n'), words, subject, { kind: 'field', text: 'X: 1\r\n' }],
      inline,
    );
    const after = 'Dear all,\r\nIt was removed.\r\n';
    assert.equal(found.text, `X-First: 1\r\n${header.replace('hi', '[SPAM] hi')}${after}`);
    assert.equal(found.size, found.text.length);
    assert.equal(found.hash, hashOf(after));
    assert.equal(found.kind, inline === 8 ? 'file' : 'inline');
  });

  test(`what is put in at the begin and at the end of the body is part of it, ${where}`, async () => {
    const found = await changed([edit(whole.length, 0, 'END\r\n'), edit(header.length, 0, 'BEGIN\r\n')], inline);
    assert.equal(found.text, `${header}BEGIN\r\n${body}END\r\n`);
    assert.equal(found.hash, hashOf(`BEGIN\r\n${body}END\r\n`));
  });
}

test('content in memory that grows past the limit goes to a file', async () => {
  const found = await changed([edit(whole.length, 0, 'x'.repeat(100))], whole.length);
  assert.deepEqual([found.kind, found.text], ['file', whole + 'x'.repeat(100)]);
});

test('without a change of the content nothing is read or hashed again', async () => {
  const found = await changed([{ kind: 'field', text: 'X: 1\r\n' }], 4096);
  assert.deepEqual([found.text, found.hash], [whole, hashOf(body)]);
});

test('a change that is not within the content is a fault', async () => {
  await assert.rejects(changed([edit(whole.length - 1, 5, '')], 4096), RangeError);
});

test('of changes that touch each other, what either takes out is out; one within another says nothing', () => {
  const texts = (...changes: ContentChange[]) =>
    editsOf(changes).map(({ at, remove, insert }) => [at, remove, Buffer.from(insert).toString()]);
  assert.deepEqual(texts(edit(10, 5, 'a'), edit(12, 6, 'b')), [[10, 8, 'ab']]);
  assert.deepEqual(texts(edit(12, 2, 'b'), edit(10, 5, 'a')), [[10, 5, 'a']]);
  assert.deepEqual(texts(edit(10, 5, 'a'), edit(10, 9, 'b')), [[10, 9, 'b']]);
  assert.deepEqual(texts(edit(10, 0, 'a'), edit(10, 0, 'b'), edit(10, 2, 'c')), [
    [10, 0, 'a'],
    [10, 0, 'b'],
    [10, 2, 'c'],
  ]);
  assert.deepEqual(texts(edit(10, 5, 'a'), edit(15, 1, 'b')), [
    [10, 5, 'a'],
    [15, 1, 'b'],
  ]);
});

test('in whatever pieces the content comes, the result is the same', async () => {
  const change = fc.record({ at: fc.nat(whole.length), remove: fc.nat(20), insert: fc.string({ maxLength: 5 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), async (changes, step) => {
      const wanted = changes.map(({ at, remove, insert }) => edit(at, Math.min(remove, whole.length - at), insert));
      const pieces: string[] = [];
      for (let at = 0; at < whole.length; at += step) pieces.push(whole.slice(at, at + step));
      let expected = '';
      let done = 0;
      for (const { at, remove, insert } of editsOf(wanted)) {
        expected += whole.slice(done, at) + Buffer.from(insert).toString();
        done = Math.max(done, at + remove);
      }
      expected += whole.slice(done);
      assert.equal((await changed(wanted, 4096, pieces)).text, expected);
    }),
    { numRuns: 50 },
  );
});
