import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { suiteFiles } from '../../../test/support/suites.ts';
import { parseMimeValue } from './parameters.ts';
import { decodeQuotedPrintable, readParts, textOf } from './parts.ts';

const RUNS = Number(process.env['EASYMAIL_FUZZ_RUNS'] ?? 300);
const partsOf = (...lines: string[]) => readParts(Buffer.from(lines.join('\r\n'))).parts;

test('parameters: tokens, quoted strings, what is faulty', () => {
  const read = (text: string) => {
    const { value, parameters } = parseMimeValue(text);
    return [value, ...[...parameters].map(([name, given]) => `${name}=${given}`)];
  };
  assert.deepEqual(read('Multipart/Report; boundary="a b\\"c"; report-type=delivery-status'), [
    'multipart/report',
    'boundary=a b"c',
    'report-type=delivery-status',
  ]);
  assert.deepEqual(read('text/plain charset=utf-8'), ['text/plain']);
  assert.deepEqual(read('text/plain; charset'), ['text/plain']);
  assert.deepEqual(read('text/plain; a=1; A=2; b="never ends'), ['text/plain', 'a=1', 'b=never ends']);
  assert.deepEqual(read(''), ['']);
});

test('parts in order, nested, the last without its end', () => {
  const parts = partsOf(
    'Content-Type: multipart/mixed; boundary=o',
    '',
    'preamble',
    '--o',
    'Content-Type: multipart/alternative; boundary=i',
    '',
    '--i',
    '',
    'plain',
    '--i',
    'Content-Type: text/html',
    '',
    '<p>',
    '--i--',
    '--o',
    'Content-Type: message/rfc822',
    '',
    'Subject: inside',
    '',
    '--o is not all of this line',
  );
  assert.deepEqual(
    parts.map(({ type, within }) => [type, within]),
    [
      ['text/plain', 'multipart/alternative'],
      ['text/html', 'multipart/alternative'],
      ['message/rfc822', 'multipart/mixed'],
    ],
  );
  assert.equal(parts[0]?.body.toString(), 'plain');
});

test('a boundary that was lost on the way is found in the body; without any it is one text', () => {
  const lost = partsOf('Content-Type: multipart/report', '', 'text', '--xyz', '', 'one', '--xyz', '', 'two', '--xyz--');
  assert.deepEqual(
    lost.map(({ body }) => body.toString()),
    ['one', 'two'],
  );
  const none = partsOf('Content-Type: multipart/report; boundary=b', '', 'only text');
  assert.deepEqual(
    none.map(({ type, body }) => [type, body.toString()]),
    [['text/plain', 'only text']],
  );
});

test('text: transfer encodings and charsets, and what does not fit them', () => {
  const text = (...head: string[]) => {
    const [part] = partsOf(...head);
    return part === undefined ? undefined : textOf(part);
  };
  assert.equal(text('Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '', 'w7w='), 'ü');
  assert.equal(
    text(
      'Content-Type: text/plain; charset=iso-8859-15',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '=A4=',
      ' x',
    ),
    '€ x',
  );
  assert.equal(text('Content-Type: text/plain; charset=iso-2022-jp', '', '\x1b$B%a!<%k\x1b(B'), 'メール');
  assert.equal(text('Content-Type: text/plain; charset=no-such', '', 'abc'), 'abc');
});

test('quoted-printable: soft breaks, and what is not valid stays', () => {
  const decode = (input: string) => decodeQuotedPrintable(Buffer.from(input, 'latin1')).toString('latin1');
  assert.equal(decode('a=3Db=\r\nc= \t\nd=zz=4'), 'a=bcd=zz=4');
});

test('number and depth of parts are bounded', () => {
  assert.ok(partsOf('Content-Type: multipart/mixed; boundary=b', '', '--b\r\n\r\nx\r\n'.repeat(5000)).length <= 60);
  const deep = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(200);
  assert.ok(partsOf(deep).length <= 60);
});

test('any octets, and every mail of the suites, are read without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (octets) =>
      readParts(octets).parts.every((part) => textOf(part) !== '\0'),
    ),
    { numRuns: RUNS },
  );
  for (const folder of ['mime-mail-parser', 'mime-mime4j', 'mime-cpython', 'mime-postfix']) {
    for (const path of suiteFiles(folder)) for (const part of readParts(readFileSync(path)).parts) textOf(part);
  }
});
