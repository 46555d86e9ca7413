import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ContentScanner } from './content-scanner.ts';

interface Read {
  content: string;
  ended: boolean;
  fault: string | undefined;
  headerEnd: number;
  rest: string;
}

/** Reads octets in pieces, cut at `cuts`. */
function read(text: string, cuts: number[], dots = true, longestLine = 1000): Read {
  const scanner = new ContentScanner({ dots, longestLine });
  const all = Buffer.from(text, 'latin1');
  let content = '';
  let headerEnd = -1;
  const borders = [...new Set([0, ...cuts.map((cut) => cut % (all.length + 1)), all.length])].sort((a, b) => a - b);
  for (let i = 1; i < borders.length; i++) {
    const piece = Buffer.from(all.subarray(borders[i - 1], borders[i]));
    const next = scanner.scan(piece, 0, piece.length);
    if (scanner.headerEnd !== -1) headerEnd = content.length + scanner.headerEnd;
    content += piece.toString('latin1', 0, scanner.contentEnd);
    if (scanner.ended) {
      const rest = all.toString('latin1', (borders[i - 1] ?? 0) + next);
      return { content, ended: true, fault: scanner.fault, headerEnd, rest };
    }
  }
  return { content, ended: false, fault: scanner.fault, headerEnd, rest: '' };
}

/** The same by the words of the RFC, slow and plain. */
function readPlainly(text: string): Omit<Read, 'headerEnd'> {
  const end = `\r\n${text}`.indexOf('\r\n.\r\n');
  const ended = end !== -1;
  const raw = ended ? text.slice(0, end) : text;
  const bad = /\0|\r(?!\n)|(?<!\r)\n/.test(raw);
  const content = raw.replace(/(^|\r\n)\./g, '$1');
  return { content, ended, fault: bad ? 'line-end' : undefined, rest: ended ? text.slice(end + 3) : '' };
}

test('dots are taken off, the end is found, the header ends at the first empty line', () => {
  const table: [string, Partial<Read>][] = [
    ['.\r\n', { content: '', ended: true, headerEnd: -1 }],
    ['a: b\r\n\r\nx\r\n.\r\nQUIT\r\n', { content: 'a: b\r\n\r\nx\r\n', headerEnd: 8, rest: 'QUIT\r\n' }],
    ['..\r\n..a\r\n.\r\n', { content: '.\r\n.a\r\n', ended: true }],
    ['.a\r\n.\r\n', { content: 'a\r\n', ended: true }],
    ['\r\nbody\r\n.\r\n', { content: '\r\nbody\r\n', headerEnd: 2 }],
    ['a\r\n.b: c\r\n\r\n\r\n.\r\n', { content: 'a\r\nb: c\r\n\r\n\r\n', headerEnd: 11 }],
  ];
  for (const [text, expected] of table) {
    for (const cuts of [[], [1], [2], [3], [4, 5], Array.from(text, (_, i) => i)]) {
      const got = read(text, cuts);
      assert.equal(got.fault, undefined);
      for (const [key, value] of Object.entries(expected))
        assert.equal(got[key as keyof Read], value, `${text} ${key}`);
    }
  }
});

test('in BDAT a dot is a dot', () => {
  assert.equal(read('.\r\n..\r\n', [1, 3], false).content, '.\r\n..\r\n');
  assert.equal(read('.\r\n', [], false).ended, false);
});

test('a line longer than the limit is a fault, also before it ends', () => {
  assert.equal(read(`${'x'.repeat(1000)}\r\n.\r\n`, [500]).fault, undefined);
  assert.equal(read(`${'x'.repeat(1001)}\r\n.\r\n`, [500]).fault, 'line-length');
  assert.equal(read('x'.repeat(1500), [500]).fault, 'line-length');
});

const octets = fc.array(
  fc.constantFrom('\r\n', '\r\n', '\r\n.\r\n', '\r\n.', '.', '\r', '\n', '\0', 'a', 'bc', '\r\n..', '\xff'),
  { maxLength: 40 },
);
const runs = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000);

test('any octets, cut anywhere, read as the plain words of RFC 5321 say', () => {
  fc.assert(
    fc.property(octets, fc.array(fc.nat(60), { maxLength: 12 }), (parts, cuts) => {
      const text = parts.join('');
      const whole = read(text, []);
      assert.deepEqual(read(text, cuts), { ...whole });
      const plain = readPlainly(text);
      assert.equal(whole.ended, plain.ended);
      if (!plain.ended) return;
      assert.equal(whole.rest, plain.rest);
      assert.equal(whole.fault, plain.fault);
      if (plain.fault === undefined) assert.equal(whole.content, plain.content);
    }),
    { numRuns: runs },
  );
});
