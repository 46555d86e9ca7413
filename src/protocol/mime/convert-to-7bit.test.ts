import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { corpus } from '../../../test/interop/corpus.ts';
import { skipWithoutPrograms } from '../../../test/support/processes.ts';
import { skipWithout } from '../../../test/support/suites.ts';
import { convertTo7Bit } from './convert-to-7bit.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');
const lines = (...all: string[]) => latin(`${all.join('\r\n')}\r\n`);

function converted(message: Buffer): string {
  const result = convertTo7Bit(message);
  assert.equal(result.kind, 'converted', JSON.stringify(result));
  return result.kind === 'converted' ? result.bytes.toString('latin1') : '';
}

function obstacle(message: Buffer): string {
  const result = convertTo7Bit(message);
  return result.kind === 'impossible' ? result.obstacle : result.kind;
}

test('what is ASCII is unchanged, whatever its labels say', () => {
  const message = lines('Content-Transfer-Encoding: 8bit', 'Subject: x', '', 'hello');
  assert.equal(convertTo7Bit(message).kind, 'unchanged');
});

test('text becomes quoted-printable; every octet that need not change stays', () => {
  const message = lines(
    'Subject:   odd   spacing',
    'Content-Type: text/plain;',
    '\tcharset=iso-8859-1',
    'content-transfer-encoding:  8BIT (why)',
    'X-Last: 1',
    '',
    'Gr\xfc\xdfe = 1 ',
    'From me',
    '.',
    'x'.repeat(100),
  );
  assert.equal(
    converted(message),
    lines(
      'Subject:   odd   spacing',
      'Content-Type: text/plain;',
      '\tcharset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      'X-Last: 1',
      'MIME-Version: 1.0',
      '',
      'Gr=FC=DFe =3D 1=20',
      '=46rom me',
      '=2E',
      `${'x'.repeat(75)}=`,
      'x'.repeat(25),
    ).toString('latin1'),
  );
});

test('text of which nobody said in what it is written (RFC 1428)', () => {
  const text = converted(lines('Subject: x', '', 'caf\xe9'));
  assert.equal(
    text,
    lines(
      'Subject: x',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=unknown-8bit',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'caf=E9',
    ).toString('latin1'),
  );
});

test('what is not text, or is mostly 8-bit, becomes base64', () => {
  for (const head of ['application/octet-stream', 'text/plain; charset=utf-8']) {
    const body = head.startsWith('text') ? '\xd0\xbc\xd0\xbe\xd0\xb9'.repeat(20) : 'a\xffb';
    const text = converted(lines('MIME-Version: 1.0', `Content-Type: ${head}`, '', body));
    assert.match(text, /\r\nContent-Transfer-Encoding: base64\r\n\r\n/);
    const encoded = text.slice(text.indexOf('\r\n\r\n') + 4);
    assert.equal(Buffer.from(encoded, 'base64').toString('latin1'), `${body}\r\n`);
    assert.ok(encoded.split('\r\n').every((line) => line.length <= 76));
  }
});

test('in a multipart only the part with 8-bit octets changes; what holds it is labelled 7bit', () => {
  const message = lines(
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="a b"',
    'Content-Transfer-Encoding: 8bit',
    '',
    'pre\xe4mble',
    '--a b',
    'Content-Type: text/plain',
    'Content-Transfer-Encoding: 8bit',
    '',
    'all ASCII',
    '--a b  ',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: binary',
    '',
    'Subject: inner',
    '',
    'caf\xe9',
    '--a bc',
    '--a b--',
    'epil\xf6gue',
  );
  assert.equal(
    converted(message),
    lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="a b"',
      'Content-Transfer-Encoding: 7bit',
      '',
      'pre?mble',
      '--a b',
      'Content-Type: text/plain',
      'Content-Transfer-Encoding: 8bit',
      '',
      'all ASCII',
      '--a b  ',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Subject: inner',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=unknown-8bit',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'caf=E9',
      '--a bc',
      '--a b--',
      'epil?gue',
    ).toString('latin1'),
  );
});

test('what would break is not converted', () => {
  const multipart = (type: string, ...part: string[]) =>
    lines('MIME-Version: 1.0', `Content-Type: ${type}; boundary=b`, '', '--b', ...part, '--b--');
  const nested = (depth: number): Buffer =>
    lines(
      ...Array.from({ length: depth }, () => ['Content-Type: message/rfc822', '']).flat(),
      'Subject: x',
      '',
      '\xe9',
    );
  const table: [string, Buffer][] = [
    ['a signed or encrypted part', multipart('multipart/signed', '', '\xe9')],
    ['a signed or encrypted part', multipart('multipart/encrypted', '', '\xe9')],
    [
      'a signed or encrypted part',
      multipart('multipart/mixed', 'Content-Type: multipart/signed; boundary=c', '', '--c', '', '\xe9', '--c--'),
    ],
    ['a header with 8-bit octets', lines('Subject: \xe9', '', 'x')],
    ['a header with 8-bit octets', multipart('multipart/mixed', 'Content-Disposition: x; filename="\xe9"', '', 'x')],
    ['a part that must be 7bit', lines('Content-Type: message/partial', '', '\xe9')],
    ['a part that must be 7bit', lines('Content-Type: message/external-body', '', '\xe9')],
    ['an unknown transfer encoding', lines('Content-Transfer-Encoding: x-uuencode', '', '\xe9')],
    ['a structure that is not clear', lines('Content-Type: multipart/mixed', '', '\xe9')],
    ['a structure that is not clear', lines('Content-Type: multipart/mixed; boundary=b', '', '--c', '', '\xe9')],
    ['a structure that is not clear', lines('Content-Type: text/plain', 'Content-Type: text/html', '', '\xe9')],
    ['a structure that is not clear', lines('Subject: x', 'no field', '', '\xe9')],
    [
      'a structure that is not clear',
      lines('Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64', '', '\xe9'),
    ],
    ['too many parts or too deep', nested(30)],
    [
      'too many parts or too deep',
      multipart('multipart/mixed', ...Array.from({ length: 3000 }, () => ['', '\xe9', '--b']).flat()),
    ],
  ];
  for (const [expected, message] of table) {
    assert.equal(obstacle(message), expected, message.toString('latin1', 0, 200));
  }
  assert.equal(convertTo7Bit(nested(10)).kind, 'converted');
});

test('encodings with raw 8-bit octets in them decode to the same', () => {
  const quoted = converted(
    lines('Content-Transfer-Encoding: quoted-printable', '', `=E9\xe9 =\r\n${'\xe9'.repeat(60)}`),
  );
  assert.ok(quoted.endsWith(`=E9=E9 =\r\n${'=E9'.repeat(25)}=\r\n${'=E9'.repeat(25)}=\r\n${'=E9'.repeat(10)}\r\n`));
  const base64 = converted(lines('Content-Transfer-Encoding: base64', '', 'aGVs\xe9bG8='));
  assert.ok(base64.endsWith('\r\n\r\naGVsbG8=\r\n'));
});

/** What Python finds different, by name. */
function differences(pairs: { name: string; before: Buffer; after: Buffer }[]): string[] {
  const input = pairs.map(({ before, after }) => `${before.toString('base64')} ${after.toString('base64')}\n`).join('');
  const script = resolve(import.meta.dirname, '../../../test/support/same-parts.py');
  const { stdout, stderr, status } = spawnSync('python3', [script], { input, maxBuffer: 1e9, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const answers = stdout.trimEnd().split('\n');
  assert.equal(answers.length, pairs.length);
  return pairs.flatMap(({ name }, i) => (answers[i] === 'same' ? [] : [`${name}: ${answers[i]}`]));
}

const skipPython = skipWithoutPrograms(['python3']);

test('every message of the test data: Python decodes the same parts, and a second time changes nothing', {
  skip: skipPython || skipWithout('mime-postfix'),
}, (context) => {
  const messages = corpus().filter(({ content }) => !isAscii(content));
  const pairs: { name: string; before: Buffer; after: Buffer }[] = [];
  const obstacles = new Map<string, number>();
  for (const { name, content } of messages) {
    const result = convertTo7Bit(content);
    if (result.kind === 'converted') {
      pairs.push({ name, before: content, after: result.bytes });
      assert.equal(convertTo7Bit(result.bytes).kind, 'unchanged');
    } else if (result.kind === 'impossible') obstacles.set(result.obstacle, (obstacles.get(result.obstacle) ?? 0) + 1);
  }
  assert.deepEqual(differences(pairs), []);
  context.diagnostic(`${messages.length} with 8-bit octets, ${pairs.length} converted`);
  for (const [name, count] of obstacles) context.diagnostic(`${count} not: ${name}`);
});

/** A body with octets above 127, without bare CR or LF. */
const body = fc
  .array(
    fc.constantFrom(
      'caf\xe9',
      '\xc3\xa9t\xc3\xa9 ',
      'plain',
      '=',
      '--b1',
      '.',
      'From ',
      '\t',
      '\r\n',
      '\xff'.repeat(90),
    ),
    {
      maxLength: 12,
    },
  )
  .map((words) => words.join(''));

const leaf = fc.record({
  type: fc.constantFrom('text/plain; charset=utf-8', 'text/html', 'application/octet-stream', 'image/png', ''),
  encoding: fc.constantFrom('8bit', '7bit', 'binary', ''),
  body,
});

function field(name: string, value: string): string {
  return value === '' ? '' : `${name}: ${value}\r\n`;
}

const { entity } = fc.letrec<{ entity: string; leaf: string; multipart: string; message: string }>((tie) => ({
  entity: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie('leaf'), tie('multipart'), tie('message')),
  leaf: leaf.map(
    (one) => `${field('Content-Type', one.type)}${field('Content-Transfer-Encoding', one.encoding)}\r\n${one.body}`,
  ),
  multipart: fc
    .tuple(fc.array(tie('entity'), { minLength: 1, maxLength: 3 }), fc.constantFrom('', 'pre\xe4mble'))
    .map(([parts, preamble]) => {
      // Never that of a multipart inside, which is shorter.
      const boundary = `b1_${parts.join('').length}_`;
      const all = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
      return `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${preamble}\r\n${all}--${boundary}--`;
    }),
  message: tie('entity').map((inner) => `Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n${inner}`),
}));

test('messages of any structure: ASCII, the same parts for Python, a second time changes nothing', {
  skip: skipPython,
}, () => {
  const pairs: { name: string; before: Buffer; after: Buffer }[] = [];
  fc.assert(
    fc.property(entity, (text) => {
      const message = latin(`MIME-Version: 1.0\r\nSubject: outer\r\n${text}\r\n`);
      const result = convertTo7Bit(message);
      assert.notEqual(result.kind, 'impossible', JSON.stringify(result));
      if (result.kind !== 'converted') return;
      assert.ok(isAscii(result.bytes));
      assert.equal(convertTo7Bit(result.bytes).kind, 'unchanged');
      pairs.push({ name: JSON.stringify(text).slice(0, 500), before: message, after: result.bytes });
    }),
    { numRuns: 500 },
  );
  assert.ok(pairs.length > 100);
  assert.deepEqual(differences(pairs).slice(0, 3), []);
});

test('any octets at all are answered, in time', () => {
  const pieces = fc.constantFrom(
    'Content-Type: multipart/mixed; boundary=b\r\n',
    'Content-Transfer-Encoding: 8bit\r\n',
    'Content-Type: message/rfc822\r\n',
    '\r\n',
    '--b\r\n',
    '--b--\r\n',
    '\xe9',
    'text',
    '\n',
    '(',
    '"',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (all) => {
      const result = convertTo7Bit(latin(all.join('')));
      if (result.kind === 'converted') assert.equal(convertTo7Bit(result.bytes).kind, 'unchanged');
    }),
    { numRuns: 2000 },
  );
});
