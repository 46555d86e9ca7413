import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ReplyReader, type ServerReply } from './reply-reader.ts';

const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000);

function readAll(...portions: string[]): { replies: ServerReply[]; fault: string | undefined } {
  const reader = new ReplyReader();
  const replies = portions.flatMap((portion) => reader.read(Buffer.from(portion, 'latin1')));
  return { replies, fault: reader.fault };
}

test('replies of one line and of many', () => {
  const { replies, fault } = readAll('220 hi\r\n250-mx\r\n250-SIZE 10\r\n250 PIPELINING\r\n354\r\n');
  assert.equal(fault, undefined);
  assert.deepEqual(replies, [
    { code: 220, text: 'hi', lines: ['hi'] },
    { code: 250, text: 'mx SIZE 10 PIPELINING', lines: ['mx', 'SIZE 10', 'PIPELINING'] },
    { code: 354, text: '', lines: [''] },
  ]);
});

test('the enhanced status is taken off each line', () => {
  const { replies } = readAll('550-5.7.1 no\r\n550-more\r\n550 5.7.1 way\r\n');
  assert.equal(replies[0]?.enhanced, '5.7.1');
  assert.equal(replies[0]?.text, 'no more way');
  assert.equal(readAll('250 2.0.0\r\n').replies[0]?.text, '');
  assert.equal(readAll('250 2.0.0.1 x\r\n').replies[0]?.enhanced, undefined);
  assert.equal(readAll('250 1.2.3 x\r\n').replies[0]?.enhanced, undefined);
});

test('a bare LF ends a line; control characters never get into the text', () => {
  assert.deepEqual(readAll('250 ok\n').replies, [{ code: 250, text: 'ok', lines: ['ok'] }]);
  assert.equal(readAll('250 a\x1b[31m\rb\0\r\n').replies[0]?.text, 'a?[31m?b?');
});

test('what is no reply is a fault, and nothing is read after it', () => {
  for (const octets of [
    'hello\r\n',
    '\r\n',
    '25 ok\r\n',
    '250_ok\r\n',
    '150 x\r\n',
    '650 x\r\n',
    '2x0 y\r\n',
    '250-a\r\n251 b\r\n',
    '250-a\r\n\r\n',
  ]) {
    const { replies, fault } = readAll(octets, '250 ok\r\n');
    assert.deepEqual(replies, [], octets);
    assert.notEqual(fault, undefined, octets);
  }
});

test('long and endless replies are bounded', () => {
  assert.equal(readAll(`250 ${'x'.repeat(5000)}\r\n`).fault, 'line too long');
  assert.equal(readAll('250 ', 'x'.repeat(3000), 'x'.repeat(3000)).fault, 'line too long');
  assert.equal(readAll('250-x\r\n'.repeat(200)).fault, 'too many lines');
  assert.equal(readAll(`550-${'y'.repeat(900)}\r\n550 ${'z'.repeat(900)}\r\n`).replies[0]?.text.length, 1000);
});

test('it does not matter how the octets are cut, and any octets are borne', () => {
  const piece = fc.constantFrom('250', '-', ' ', '\r\n', '\n', '\r', 'ok', '2.1.0 ', '550 5.1.1 no\r\n', '\xff', 'x');
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(60)), (pieces, cuts) => {
      const text = pieces.join('');
      const whole = readAll(text);
      const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
      const portions = edges.slice(1).map((edge, i) => text.slice(edges[i], edge));
      assert.deepEqual(readAll(...portions), whole);
    }),
    { numRuns: runs },
  );
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (portions) => {
      const reader = new ReplyReader();
      for (const portion of portions) {
        for (const reply of reader.read(portion)) {
          assert.ok(reply.code >= 200 && reply.code < 600);
          assert.doesNotMatch(reply.text, /[\x00-\x1f\x7f]/);
        }
      }
    }),
    { numRuns: runs },
  );
});
