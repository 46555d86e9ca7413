import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { zip } from '../archives/testing/make-archives.ts';
import { CONTENT_LIMITS } from './limits.ts';
import { takeApart } from './take-apart.ts';

const base64 = (octets: Buffer) => octets.toString('base64').replace(/.{76}/g, '$&\r\n');
const attachment = (name: string, octets: Buffer, type = 'application/octet-stream') =>
  `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(octets)}`;
const mail = (...parts: string[]) =>
  Buffer.from(
    `From: ann@example.lu\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
  );

test('a message is taken apart to the last file, each with the MIME part that it came in', () => {
  const program = Buffer.from('MZ\x90\0\x03', 'latin1');
  const packed = zip([{ name: 'invoice.pdf.exe', data: program }]);
  const content = mail(
    'Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xfc\xdfe: http://shop.example/'.replace(/[^\0-\x7f]/g, '?'),
    'Content-Type: text/html\r\n\r\n<p>Hello <a href="http://evil.example/">www.bank.lu</a></p>',
    attachment('papers.zip', zip([{ name: 'inner.zip.gz', data: gzipSync(packed) }])),
  );
  const { parts, faults, hidden, limit } = takeApart(content, CONTENT_LIMITS);
  assert.deepEqual([faults, hidden, limit], [[], [], undefined]);
  assert.deepEqual(
    parts.map(({ path, mimePart, depth, type }) => [path, mimePart, depth, type]),
    [
      ['1', 1, 0, 'text/plain'],
      ['2', 2, 0, 'text/html'],
      ['3', 3, 0, 'application/zip'],
      ['3 > inner.zip.gz', 3, 1, 'application/gzip'],
      ['3 > inner.zip.gz > inner.zip', 3, 2, 'application/zip'],
      ['3 > inner.zip.gz > inner.zip > invoice.pdf.exe', 3, 3, 'application/vnd.microsoft.portable-executable'],
    ],
  );
  assert.deepEqual(parts.at(-1)?.traits.toSorted(), ['executable', 'name-trick']);
  assert.equal(parts[0]?.links?.[0]?.host, 'shop.example');
  assert.deepEqual([parts[1]?.text?.trim(), parts[1]?.links?.[0]?.shown], ['Hello www.bank.lu', 'www.bank.lu']);
});

test('a mail in an archive is taken apart as well', () => {
  const inner = mail(attachment('run.js', Buffer.from('x()')));
  const { parts } = takeApart(mail(attachment('mails.zip', zip([{ name: 'old.eml', data: inner }]))), CONTENT_LIMITS);
  assert.deepEqual(parts.at(-1)?.names, ['run.js']);
  assert.ok(parts.at(-1)?.traits.includes('script'));
});

test('what can be read in two ways in a mail in an archive counts as in the mail itself; what is no mail by its name does not', () => {
  const twice = Buffer.from(
    'From: ann@example.lu\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x; boundary=y\r\n\r\n--x\r\n\r\na\r\n--x--\r\n',
  );
  const direct = takeApart(twice, CONTENT_LIMITS).faults;
  assert.ok(direct.length > 0);
  const packed = (name: string) =>
    takeApart(mail(attachment('a.zip', zip([{ name, data: twice }]))), CONTENT_LIMITS).faults;
  assert.deepEqual(
    packed('inner.eml'),
    direct.map(({ kind, where }) => ({ kind, where: `1 > inner.eml: ${where}` })),
  );
  assert.deepEqual(packed('notes.log'), []);
});

test('time that is used up ends the work, and is told', () => {
  let now = 0;
  const content = mail(attachment('a.zip', zip([{ name: 'a.txt', data: Buffer.from('x') }])));
  const { parts, limit } = takeApart(content, CONTENT_LIMITS, { now: () => (now += 1000) });
  assert.equal(limit, 'time');
  assert.ok(parts.length < 2);
});

test('text past the limit is cut, and no reason to think ill of a mail', () => {
  const { parts, limit } = takeApart(mail(`\r\n${'long text '.repeat(200_000)}`), CONTENT_LIMITS);
  assert.equal(limit, undefined);
  assert.equal(parts[0]?.text?.length, CONTENT_LIMITS.text);
});
