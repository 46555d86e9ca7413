// Content that is small and says the same many times over; and ordinary mail that looks a little like what is hostile.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zip } from '../archives/testing/make-archives.ts';
import { CONTENT_LIMITS } from './limits.ts';
import { joinPieces } from './split-files.ts';
import { takeApart } from './take-apart.ts';
import { Work } from './work.ts';

const base64 = (octets: Buffer) => octets.toString('base64').replace(/.{76}/g, '$&\r\n');
const attachment = (name: string, content: Buffer | string, type = 'application/octet-stream') =>
  `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(content))}`;
const taken = (...parts: string[]) =>
  takeApart(
    Buffer.from(
      `From: ann@example.lu\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
    ),
    // The limits of size are to hold by themselves.
    { ...CONTENT_LIMITS, time: 60_000 },
  );
const traitsIn = ({ parts }: ReturnType<typeof taken>) => [...new Set(parts.flatMap(({ traits }) => traits))];

/** Seconds of the processor. */
function cost(run: () => void): number {
  const began = process.cpuUsage();
  run();
  return process.cpuUsage(began).user / 1e6;
}

test('a file on a disc whose pieces are the same octets many times', () => {
  const sector = 2048;
  const octets = Buffer.alloc(30 * sector + 1_000_000);
  for (const [at, kind] of [
    [16, 1],
    [17, 255],
  ] as const) {
    octets[at * sector] = kind;
    octets.write('CD001', at * sector + 1);
  }
  octets.writeUInt32LE(18, 16 * sector + 158);
  octets.writeUInt32LE(2 * sector, 16 * sector + 166);
  for (let index = 0; index < 100; index++) {
    const at = (18 + Math.floor(index / 50)) * sector + (index % 50) * 40;
    octets[at] = 40;
    octets.writeUInt32LE(30, at + 2);
    octets.writeUInt32LE(1_000_000, at + 10);
    octets[at + 25] = index < 99 ? 0x80 : 0;
    octets[at + 32] = 5;
    octets.write('A.TXT', at + 33);
  }
  const found = taken(attachment('a.iso', octets));
  assert.equal(found.limit, 'unpacked');
  assert.ok(traitsIn(found).includes('bomb'));
});

test('streams of a PDF file that are the same octets many times', () => {
  const streams = '1 0 obj <</Type/ObjStm/Filter/ASCIIHexDecode>>stream\n'.repeat(200);
  assert.equal(
    taken(attachment('a.pdf', `%PDF-1.4\n${streams}${'41'.repeat(500_000)}>\nendstream\n`)).limit,
    'unpacked',
  );
});

test('comments of a page that end otherwise than most', () => {
  assert.ok(cost(() => taken(attachment('a.html', '<!----!>'.repeat(200_000)))) < 3);
  const hidden = '<!-- a --><!--!> <script>x()</script> -->';
  assert.deepEqual(traitsIn(taken(attachment('a.html', hidden))), []);
  assert.deepEqual(traitsIn(taken(attachment('a.html', '<!-- a --><!----!><script>x()</script> -->'))), ['script']);
});

test('long lists of numbers and of escapes in a script', () => {
  const begin = Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0', 'latin1');
  const wide = [begin.readBigUInt64LE(0), begin.readBigUInt64LE(8)].join(',');
  const numbers = taken(attachment('a.js', `x=[${wide}${',12345678901234567'.repeat(450_000)}]`));
  assert.ok(traitsIn(numbers).includes('executable'));
  const units = Array.from(
    { length: 8 },
    (_, at) =>
      `%u${begin
        .readUInt16LE(at * 2)
        .toString(16)
        .padStart(4, '0')}`,
  );
  const escapes = taken(attachment('a.js', `x="${units.join('')}${'%u4142'.repeat(2_500_000)}"`));
  assert.ok(traitsIn(escapes).includes('executable'));
  const braces = units.map((unit) => unit.replace(/%u(.*)/, '\\u{$1}'));
  assert.ok(traitsIn(taken(attachment('a.js', `x="${braces.join('')}"`))).includes('executable'));
});

test('many pieces of one name and number', () => {
  const pieces = Array.from({ length: 20_000 }, (_, index) => ({
    names: [index === 7 ? 'a.7z.002' : 'a.7z.001'],
    bytes: Buffer.from(`${'A'.repeat(3000)}${index}`),
    path: '1',
    mimePart: 1,
    depth: 0,
  }));
  const join = () => joinPieces(pieces, new Work(CONTENT_LIMITS, () => 0));
  assert.ok(cost(join) < 2);
  // The first, and the last.
  assert.deepEqual(
    join().map(({ bytes }) => Buffer.from(bytes).toString().replace(/A/g, '')),
    ['07', '199997'],
  );
});

test('what customers send each other goes on as before', () => {
  const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), Buffer.alloc(300, 'x')]);
  const page = `<html>${`<img src="data:image/png;base64,\n${base64(picture).replaceAll('\r', '')}\n">`.repeat(120)}</html>`;
  const certificates = Array.from(
    { length: 150 },
    (_, index) =>
      `-----BEGIN CERTIFICATE-----\r\n${base64(Buffer.concat([Buffer.from('\x30\x82\x03\x1d\x30\x82', 'latin1'), Buffer.alloc(790, `${index}é\0ÿ`)]))}\r\n-----END CERTIFICATE-----\r\n`,
  ).join('\r\n');
  assert.equal(taken(attachment('page.html', page), attachment('ca-bundle.crt', certificates)).limit, undefined);
  assert.equal(taken(`Content-Type: text/plain\r\n\r\n${certificates}`).limit, undefined);
  // Each is a ZIP file, and together they are past what may be unpacked.
  const log = (name: string) => zip([{ name, data: Buffer.from(`${name} `.repeat(1_800_000)) }]);
  const small = (name: string) => zip([{ name, data: Buffer.from(name) }]);
  const whole = taken(attachment('logs-part1.zip', small('a.log')), attachment('logs-part2.zip', small('b.log')));
  assert.deepEqual([whole.limit, whole.parts.length], [undefined, 4]);
  const halves = [log('a.log').subarray(0, 20_000), log('a.log').subarray(20_000)];
  const joined = taken(...halves.map((half, index) => attachment(`logs-part${index + 1}.zip`, half)));
  assert.ok(joined.parts.some(({ path, names }) => path.includes(' + 1 > ') && names.includes('a.log')));
  // A version of a drawing, and a font that is called F.
  assert.deepEqual(traitsIn(taken(attachment('plan.r01', Buffer.alloc(500, '\x8f\x03\xee')))), []);
  const pdf = '%PDF-1.4\n3 0 obj\n<</Font<</F 6 0 R>>>>\nendobj\n6 0 obj\n<</Length 3>>\nstream\nabc\nendstream\n';
  assert.deepEqual(traitsIn(taken(attachment('a.pdf', pdf))), []);
});
