import assert from 'node:assert/strict';
import test from 'node:test';
import { ContentDigest } from './content-digest.ts';

function digest(header: string, ...body: string[]): string {
  const digest = new ContentDigest();
  for (const piece of [header, ...body]) digest.chunk(Buffer.from(piece, 'latin1'));
  return digest.end();
}

const mime = 'MIME-Version: 1.0\r\nContent-Type: text/plain\r\n';

test('copies of a mail have one name, in whatever pieces they come', () => {
  const one = digest(
    `Received: from a\r\n\tby b\r\nTo: a@x.test\r\nDate: now\r\n${mime}Message-ID: <1@x>\r\n\r\n`,
    'text',
  );
  assert.equal(digest(`${mime}X-Recipient: 2\r\nSubject: another\r\n\r\n`, 'te', 'xt'), one);
});

test('what any reader may unpack something by makes another name', () => {
  const plain = digest(`${mime}\r\n`, 'text');
  const others = {
    body: digest(`${mime}\r\n`, 'texT'),
    type: digest('MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n', 'text'),
    'repeated type': digest(`${mime}Content-Type: text/html\r\n\r\n`, 'text'),
    encoding: digest(`${mime}Content-Transfer-Encoding: base64\r\n\r\n`, 'text'),
    'unknown field': digest(`${mime}Content-Typ: text/html\r\n\r\n`, 'text'),
    'space before the colon': digest(`${mime}Subject : Content-Type: text/html\r\n\r\n`, 'text'),
    'a line that is no field': digest(`${mime}Subject\r\nX-Other: y\r\n\r\n`, 'text'),
    'the same line among others': digest(`${mime}Subject\r\nX-Other: z\r\n\r\n`, 'text'),
    'a field folded into another': digest(`${mime}X-A: y\r\n Content-Transfer-Encoding: base64\r\n\r\n`, 'text'),
    'a folded line of white space': digest(`${mime}X-A: y\r\n \r\n z\r\n\r\n`, 'text'),
    'a field behind a line that some readers cut': digest(
      `${mime}X-A: ${'y'.repeat(995)}Content-Type: multipart/mixed; boundary=b\r\n\r\n`,
      'text',
    ),
    'no empty line': digest(mime, 'text'),
  };
  const names = [plain, ...Object.values(others)];
  assert.equal(new Set(names).size, names.length);
});
