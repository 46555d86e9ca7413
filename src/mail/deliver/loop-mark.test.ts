import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findLoopMarks, foldedHops, LOOP_HEADER, loopHeader, loopMark } from './loop-mark.ts';

const secret = Buffer.alloc(32, 1);
const find = (header: string) => findLoopMarks(Buffer.from(header, 'latin1'));

test('the marks of a header are found again, for their direction and recipient alone', () => {
  const header = `From: a\r\n${loopHeader(secret, 'outbound', ['To@Example.test'])}Subject: x\r\n`;
  const marks = find(header);
  assert.equal(marks.size, 4);
  assert.ok(marks.has('outbound', loopMark(secret, 'outbound', 'to@example.TEST')));
  assert.ok(!marks.has('inbound', loopMark(secret, 'inbound', 'to@example.test')));
  assert.ok(!marks.has('outbound', loopMark(secret, 'outbound', 'other@example.test')));
  assert.ok(!marks.has('outbound', loopMark(Buffer.alloc(32, 2), 'outbound', 'to@example.test')));
});

test('the number of recipients does not show below four, lines stay short, and each header differs', () => {
  for (const count of [0, 1, 3, 4]) {
    const recipients = Array.from({ length: count }, (_, i) => `r${i}@x.test`);
    assert.match(loopHeader(secret, 'inbound', recipients), /^X-Easymail-Loop: inbound( [0-9a-f]{12}){4}\r\n$/);
  }
  assert.notEqual(loopHeader(secret, 'inbound', ['a@b']), loopHeader(secret, 'inbound', ['a@b']));
  const many = loopHeader(
    secret,
    'outbound',
    Array.from({ length: 50 }, (_, i) => `r${i}@x.test`),
  );
  for (const line of many.split('\r\n')) assert.ok(line.length <= 78, line);
  assert.equal(find(many).size, 50);
});

test('fields of several passes, of other case and folding are found; others are passed over', () => {
  const mark = loopMark(secret, 'inbound', 'a@b.test');
  assert.ok(find(`X: y\r\nx-easymail-LOOP :\r\n\tinbound\r\n ${mark}\r\n`).has('inbound', mark));
  const two = loopHeader(secret, 'inbound', ['a@b.test']) + loopHeader(secret, 'outbound', ['c@d.test']);
  assert.equal(find(two).size, 8);
  assert.equal(find(`Subject: ${LOOP_HEADER}: inbound ${mark}\r\n`).size, 0);
  assert.equal(find(`${LOOP_HEADER}: sideways ${mark}\r\n`).size, 0);
  assert.equal(find(`${LOOP_HEADER}: inbound ${mark}0 ${mark.slice(1)}\r\n`).size, 0);
});

test('any octets are borne', () => {
  const piece = fc.constantFrom(`${LOOP_HEADER}:`, ' inbound', ' 0123456789ab', '\r\n', '\n', '\r', '\t', 'x', '\0');
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => find(pieces.join('')).size >= 0));
  const started = performance.now();
  find(`${LOOP_HEADER}: inbound ${'\r\n '.repeat(80_000)}`);
  find(`${LOOP_HEADER}:\r\n`.repeat(15_000));
  assert.ok(performance.now() - started < 500);
});

test('the number of folded hops goes on among the marks, for whoever has the key, and cannot be read', () => {
  const once = loopHeader(secret, 'outbound', ['a@b.test'], 7);
  assert.match(once, /^X-Easymail-Loop: outbound( [0-9a-f]{12}){4}\r\n$/);
  assert.equal(foldedHops(find(once), secret, 30), 7);
  assert.equal(foldedHops(find(once), Buffer.alloc(32, 2), 30), 0);
  assert.equal(foldedHops(find(once), secret, 6), 0, 'more than are looked for');
  const twice = loopHeader(secret, 'outbound', ['c@d.test'], 9) + once;
  assert.equal(foldedHops(find(twice), secret, 30), 9);
  assert.equal(foldedHops(find(loopHeader(secret, 'outbound', ['a@b.test'])), secret, 30), 0);
  assert.equal(foldedHops(find('From: a\r\n'), secret, 30), 0);
});
