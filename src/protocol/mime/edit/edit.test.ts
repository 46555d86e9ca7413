import assert from 'node:assert/strict';
import test from 'node:test';
import { parseHeader, subjectOf } from '../header.ts';
import { decoded } from '../walk/decoded.ts';
import { walkMessage } from '../walk/walk-message.ts';
import { addDisclaimer } from './disclaimer.ts';
import { type OctetEdit, withOctetEdits } from './octet-edit.ts';
import { removeParts } from './remove-parts.ts';
import { tagSubject } from './tag-subject.ts';

const bytes = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1');

const TWO = bytes(
  'Subject:  odd   spacing',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  'preamble',
  '--b',
  'Content-Type: text/plain',
  '',
  'hello',
  '--b',
  'content-type:   application/x-thing; name=a.exe',
  'Content-Transfer-Encoding: base64',
  '',
  'QUJD',
  '--b--',
  'epilogue',
  '',
);

function made(content: Buffer, edits: readonly OctetEdit[] | undefined): string {
  assert.ok(edits !== undefined);
  return withOctetEdits(content, edits).toString('latin1');
}

test('a part makes way for a note; every other octet stays', () => {
  const text = made(TWO, removeParts(walkMessage(TWO), [2], 'Removed: a.exe'));
  const [before = '', behind = ''] = TWO.toString('latin1').split(/content-type: {3}[^]*QUJD/);
  assert.equal(
    text,
    `${before}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: inline\r\n\r\nRemoved: a.exe${behind}`,
  );
  assert.deepEqual(walkMessage(Buffer.from(text)).faults, []);
});

test('a message that is the file itself keeps what it says of its author', () => {
  const content = bytes(
    'From: a@b.test',
    'Content-Type: application/zip',
    'Subject: x',
    'Content-Transfer-Encoding: base64',
    '',
    'QUJD',
    '',
  );
  assert.equal(
    made(content, removeParts(walkMessage(content), [0], 'Grüße')),
    'From: a@b.test\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n' +
      'Content-Transfer-Encoding: quoted-printable\r\nContent-Disposition: inline\r\n\r\nGr=C3=BC=C3=9Fe\r\n',
  );
});

test('a part of an encoded message takes that message along, and nothing twice', () => {
  const inner = Buffer.concat([TWO, Buffer.from('\r\n')]).toString('base64');
  const content = bytes(
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: base64',
    '',
    inner,
    '--o--',
    '',
  );
  const tree = walkMessage(content);
  const file = tree.parts.find(({ names }) => names.includes('a.exe'));
  assert.ok(file?.nestedIn !== undefined);
  const text = made(content, removeParts(tree, [file.number, 1], 'gone'));
  assert.equal(text.match(/gone/g)?.length, 1);
  assert.ok(!text.includes(inner.slice(0, 40)));
});

test('nothing is taken out of what can be read in two ways', () => {
  const content = Buffer.from(TWO.toString('latin1').replace('boundary="b"', 'boundary="b"; boundary=c'));
  assert.equal(removeParts(walkMessage(content), [2], 'x'), undefined);
});

test('a subject is tagged once, in whatever it is written', () => {
  const tagged = (subject: string, tag: string) => {
    const content = bytes(subject, 'To: x@y.test', '', 'body');
    return subjectOf(parseHeader(withOctetEdits(content, tagSubject(content, tag))));
  };
  assert.equal(tagged('Subject: hello', '[SPAM]'), '[SPAM] hello');
  assert.equal(tagged('Subject:hello', '[SPAM]'), '[SPAM] hello');
  assert.equal(tagged('Subject: =?utf-8?Q?caf=C3=A9?=', '[SPAM]'), '[SPAM] café');
  assert.equal(tagged('Subject: =?utf-8?Q?caf=C3=A9?=', '[Verdächtig]'), '[Verdächtig] café');
  assert.equal(tagged('Subject: hello', '[Verdächtig]'), '[Verdächtig] hello');
  assert.equal(tagged('Subject: [SPAM] hello', '[SPAM]'), '[SPAM] hello');
  assert.equal(tagged('X: y', '[SPAM]'), '[SPAM]');
  assert.equal(tagged('Subject: hello', 'a\r\nBcc: x'), 'a Bcc: x hello');
});

test('a disclaimer is in every alternative, in its charset and encoding', () => {
  const html = '<html><body><p>hi</p></bo=\r\ndy></html>';
  const content = bytes(
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: 8bit',
    '',
    'caf\xe9',
    '--a',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('café').toString('base64'),
    '--a',
    'Content-Type: text/html; charset=koi8-r',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    html,
    '--a--',
    '--o',
    'Content-Type: text/plain; name=note.txt',
    '',
    'attached',
    '--o--',
    '',
  );
  const edits = addDisclaimer(walkMessage(content), { text: 'Vertraulich — für Sie' });
  const result = withOctetEdits(content, edits);
  const texts = walkMessage(result)
    .parts.filter(({ kind }) => kind === 'leaf')
    .map((part) => decoded(part));
  assert.equal(texts[0]?.toString('latin1'), 'caf\xe9\r\nVertraulich - f\xfcr Sie\r\n');
  assert.equal(texts[1]?.toString(), 'café\r\nVertraulich — für Sie\r\n');
  assert.equal(
    texts[2]?.toString('latin1'),
    '<html><body><p>hi</p>\r\n<p>Vertraulich &#8212; f&#252;r Sie</p>\r\n</body></html>',
  );
  assert.equal(texts[3]?.toString(), 'attached');
});

test('a text without a charset gets plain letters; what is signed stays as it is', () => {
  const plain = bytes('Subject: x', '', 'hello');
  assert.equal(
    made(plain, addDisclaimer(walkMessage(plain), { text: 'Grüße' })),
    'Subject: x\r\n\r\nhello\r\nGruesse\r\n',
  );
  const quoted = bytes('Content-Transfer-Encoding: quoted-printable', '', 'hello=', '');
  assert.match(made(quoted, addDisclaimer(walkMessage(quoted), { text: 'bye' })), /hello=\r\n\r\n\r\nbye\r\n$/);
  const signed = bytes(
    'Content-Type: multipart/signed; boundary=b',
    '',
    '--b',
    '',
    'hello',
    '--b',
    'Content-Type: application/pkcs7-signature',
    '',
    'x',
    '--b--',
    '',
  );
  assert.deepEqual(addDisclaimer(walkMessage(signed), { text: 'bye' }), []);
});
