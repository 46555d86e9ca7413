import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CommandReader } from './command-reader.ts';

const LONGEST = 30;

/** What is read, up to the first line end that is wrong. */
function read(text: string, cuts: readonly number[]): string[] {
  const reader = new CommandReader();
  const octets = Buffer.from(text, 'latin1');
  const borders = [...new Set([0, ...cuts.map((cut) => cut % (octets.length + 1)), octets.length])].sort(
    (a, b) => a - b,
  );
  const lines: string[] = [];
  for (let i = 1; i < borders.length; i++) {
    reader.append(Buffer.from(octets.subarray(borders[i - 1], borders[i])));
    for (let line = reader.next(LONGEST); line !== undefined; line = reader.next(LONGEST)) {
      lines.push(line.kind === 'line' ? `= ${line.text}` : line.kind);
      if (line.kind === 'bad-line-end') return lines;
    }
  }
  return lines;
}

test('lines, and what is wrong with them', () => {
  const table: [string, string[]][] = [
    ['NOOP\r\nQUIT\r\n', ['= NOOP', '= QUIT']],
    ['\r\n', ['= ']],
    ['NOOP', []],
    ['NOOP\r', []],
    ['NOOP\n', ['bad-line-end']],
    ['NO\rOP', ['bad-line-end']],
    ['NO\0OP', ['bad-line-end']],
    [`${'x'.repeat(28)}\r\n`, [`= ${'x'.repeat(28)}`]],
    [`${'x'.repeat(29)}\r\nNOOP\r\n`, ['too-long', '= NOOP']],
    ['caf\xc3\xa9\r\n', ['= café']],
    ['caf\xe9\r\n', ['not-text']],
    ['\xc0\x80\r\n\xed\xa0\x80\r\n', ['not-text', 'not-text']],
  ];
  for (const [text, lines] of table) assert.deepEqual(read(text, []), lines, JSON.stringify(text));
});

test('how octets are cut changes nothing', () => {
  const parts = fc.constantFrom('\r\n', '\r\n', '\r', '\n', '\0', 'a', 'bcdefghij', 'k'.repeat(29), '\xc3\xa9', '\xff');
  const property = fc.property(fc.array(parts, { maxLength: 12 }), fc.array(fc.nat(200)), (texts, cuts) => {
    const text = texts.join('');
    assert.deepEqual(read(text, cuts), read(text, []));
  });
  fc.assert(property, { numRuns: Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 3000) });
});
