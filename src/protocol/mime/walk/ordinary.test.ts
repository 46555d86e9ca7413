// What real mailers, lists and gateways get wrong, and what they do that is rare but right: none of it is ambiguous.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { skipWithout, suiteFiles } from '../../../../test/support/suites.ts';
import { walkMessage } from './walk-message.ts';

const B64 = 'Content-Transfer-Encoding: base64\r\n';
const file = (fields: string, body = `${Buffer.from('a file of some octets').toString('base64')}\r\n`) =>
  `${fields}\r\n${body}`;
const pdf = 'Content-Type: application/pdf';

/** A message with a text and one more part. */
function mail(
  part: string,
  { type = 'multipart/mixed; boundary="b"', fields = '', before = '', behind = '' } = {},
): string {
  return `From: a@b.test\r\nSubject: x\r\nContent-Type: ${type}\r\n${fields}\r\n${before}--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n${part}--b--\r\n${behind}`;
}

const named = (parameters: string) => mail(file(`${pdf}; ${parameters}\r\n${B64}`));
const disposed = (value: string) => mail(file(`${pdf}\r\nContent-Disposition: ${value}\r\n${B64}`));

const ORDINARY: Record<string, string> = {
  'no MIME at all': 'From: a@b.test\r\n\r\nhello\r\n',
  'no header at all': 'hello\r\nyou\r\n',
  'a mailbox line on top': 'From ann Mon Jan 1\r\nFrom: a@b.test\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
  'a multipart': mail(file(`${pdf}\r\n${B64}`)),
  'no end': mail(file(`${pdf}\r\n${B64}`)).replace('--b--\r\n', ''),
  'the end twice': mail(file(`${pdf}\r\n${B64}`), { behind: '--b--\r\n' }),
  'a word before': mail(file(`${pdf}\r\n${B64}`), { before: 'This is a multi-part message in MIME format.\r\n\r\n' }),
  'a footer behind': mail(file(`${pdf}\r\n${B64}`), { behind: '\r\n_____\r\nlist mailing list\r\nlist@list.test\r\n' }),
  'no boundary, no parts': 'Content-Type: multipart/mixed\r\n\r\nhello\r\n',
  'another boundary than declared': mail(file(`${pdf}\r\n${B64}`), { type: 'multipart/mixed; boundary="a"' }),
  'a boundary with spaces': mail(file(`${pdf}\r\n${B64}`), {
    type: 'multipart/mixed; boundary="=_mixed 0012="',
  }).replaceAll('--b', '--=_mixed 0012='),
  'a boundary without quotes': mail(file(`${pdf}\r\n${B64}`), {
    type: 'multipart/mixed; boundary=--=_P/a.1:2',
  }).replaceAll('--b', '----=_P/a.1:2'),
  'a boundary on a line of its own': mail(file(`${pdf}\r\n${B64}`), { type: 'multipart/mixed;\r\nboundary="b"' }),
  'boundaries that begin alike': mail(
    'Content-Type: multipart/alternative; boundary="b-1"\r\n\r\n--b-1\r\n\r\none\r\n--b-1\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b-1--\r\n',
  ),
  'a multipart said to be quoted-printable': mail(file(`${pdf}\r\n${B64}`), {
    fields: 'Content-Transfer-Encoding: quoted-printable\r\n',
  }),
  'the same with a boundary that looks encoded': mail(file(`${pdf}\r\n${B64}`), {
    type: 'multipart/mixed; boundary="==3209=="',
    fields: 'Content-Transfer-Encoding: quoted-printable\r\n',
  }).replaceAll('--b', '--==3209=='),
  'a multipart said to be base64': mail(file(`${pdf}\r\n${B64}`), { fields: B64 }),
  'a space behind a delimiter': mail(file(`${pdf}\r\n${B64}`)).replaceAll('--b\r\n', '--b \r\n'),
  'the boundary as a word of the text': mail('\r\nread on --b and so on\r\n'),
  'an empty multipart': mail('Content-Type: multipart/related; boundary=c\r\n\r\n'),
  'a name in two fields': mail(
    file(
      `${pdf}; name="=?utf-8?B?w6QucGRm?="\r\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.pdf\r\n${B64}`,
    ),
  ),
  'a name in sections in two fields': mail(
    file(
      `${pdf}; name*0="a long na"; name*1="me.pdf"\r\nContent-Disposition: attachment; filename*0*=utf-8''a%20long%20na; filename*1*=me.pdf\r\n${B64}`,
    ),
  ),
  'a name without quotes': named('name=my file (1).pdf'),
  'a name in raw UTF-8': named('name="\xc3\xa4.pdf"'),
  'a name in raw Latin-1': named('name="\xe4.pdf"'),
  'a name with a path': named('name="C:\\\\files\\\\a.pdf"'),
  'a name in encoded words without quotes': named('name==?utf-8?Q?=C3=A4.pdf?='),
  'a name in two encoded words': disposed('attachment;\r\n filename="=?utf-8?Q?=C3=A4?=\r\n =?utf-8?Q?b.pdf?="'),
  'dates and sizes': disposed('attachment; filename="a.pdf"; size=12; creation-date="Mon, 01 Jan 2024 00:00:00 GMT"'),
  'a semicolon at the end': disposed('attachment; filename="a.pdf";'),
  capitals: disposed('ATTACHMENT; FILENAME="a.pdf"'),
  'a comment behind a charset': 'Content-Type: text/plain; charset=us-ascii (Plain text)\r\n\r\nhello\r\n',
  'no semicolon before a charset': 'Content-Type: text/html charset=utf-8\r\n\r\nhello\r\n',
  'an empty type': 'Content-Type:\r\n\r\nhello\r\n',
  'a type of one word': mail(file(`Content-Type: attachment; name="a.pdf"\r\n${B64}`)),
  'a type without a subtype': 'Content-Type: text\r\n\r\nhello\r\n',
  'an encoding that is a charset': 'Content-Type: text/plain\r\nContent-Transfer-Encoding: iso-8859-1\r\n\r\nhello\r\n',
  'eight bits spelled otherwise': 'Content-Type: text/plain\r\nContent-Transfer-Encoding: 8-bit\r\n\r\nhello\r\n',
  'an encoding with a comment': 'Content-Type: text/plain\r\nContent-Transfer-Encoding: 7bit (ok)\r\n\r\nhello\r\n',
  'fields twice':
    'Content-Type: text/plain\r\nContent-Type: text/plain\r\nMIME-Version: 1.0\r\nMIME-Version: 1.0\r\n\r\nhello\r\n',
  'a footer below base64': `Content-Type: text/plain\r\n${B64}\r\n${Buffer.from('hello, you').toString('base64')}\r\n_____\r\nlist, at list.test\r\n`,
  'a footer below base64 of a file': `${pdf}\r\n${B64}\r\n${Buffer.from('hello, you').toString('base64')}\r\n_____\r\nlist, at list.test\r\n`,
  'base64 cut off': mail(file(`${pdf}\r\n${B64}`, `${'QUJD'.repeat(19)}\r\nQUJDQ\r\n`)),
  'base64 in lines of 998': mail(file(`${pdf}\r\n${B64}`, `${'QUJD'.repeat(500).replaceAll(/.{998}/g, '$&\r\n')}\r\n`)),
  'base64 with empty lines around': mail(file(`${pdf}\r\n${B64}`, `\r\n${'QUJD'.repeat(19)}\r\n\r\n`)),
  'quoted-printable with bare equals signs':
    'Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href="x?a=1&b=zz">x</a> 1=\r\n2\r\n',
  'quoted-printable with raw octets':
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr\xfc\xdfe \r\n',
  'quoted-printable of a page that is a file': mail(
    'Content-Type: text/html; name="a.html"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href="x?a=b">\r\n',
  ),
  'a forwarded message': mail('Content-Type: message/rfc822; name="Fwd.eml"\r\n\r\nFrom: c@d.test\r\n\r\nhello\r\n'),
  'a forwarded message in base64': mail(
    `Content-Type: message/rfc822\r\n${B64}\r\n${Buffer.from('From: c@d.test\nContent-Type: text/plain\n\nhello\n').toString('base64')}\r\n`,
  ),
  'a message without a header': mail('Content-Type: message/rfc822\r\n\r\n[the message was here]\r\n\r\n'),
  'headers of a message, unfolded by somebody': mail(
    'Content-Type: message/rfc822\r\n\r\nReceived: from a\r\nby b\r\nFrom: c@d.test\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
  ),
  'a digest': `Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nFrom: c@d.test\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n`,
  'a draft announced': mail(
    'Content-Type: message/external-body; name="draft.txt";\r\n site="ftp.test"; access-type="anon-ftp"; directory="x"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <1@x>\r\n\r\n',
  ),
  'a bounce with the mail in its text': `Subject: failure notice\r\n\r\nHi. I could not deliver.\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n${mail(file(`${pdf}\r\n${B64}`))}`,
  'a signature that lists fields':
    'DKIM-Signature: v=1; h=From:To:\r\n Content-Type:MIME-Version:Content-Transfer-Encoding:\r\n Subject; b=x\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
  'obsolete white space in other fields':
    'From : a@b.test\r\nSubject:\r\n \r\n x\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
  'a field folded before its colon': 'Date\r\n : today\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
  'a multipart with a type of its first part': mail(file(`${pdf}\r\n${B64}`), {
    type: 'multipart/related; type="text/html"; start="<a@b.test>"; boundary="b"',
  }),
  'a diff':
    'Content-Type: text/x-patch; name="a.patch"\r\n\r\n--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-Content-Type: x\r\n',
};

for (const [what, content] of Object.entries(ORDINARY)) {
  test(`not ambiguous: ${what}`, () => {
    const tree = walkMessage(Buffer.from(content, 'latin1'));
    assert.deepEqual(tree.faults, []);
    // So few that each can be scanned.
    assert.ok(tree.hidden.length <= 20, String(tree.hidden.length));
  });
}

test('all ham of the test data is read in one way', { skip: skipWithout('spam-ham') }, () => {
  const paths = ['spam-ham/spamassassin/ham', 'spam-ham/spamassassin/ham-newsletters', 'dsn', 'arf'].flatMap((folder) =>
    suiteFiles(folder, (path) => !/\.md$|\.json$|LICENSE|NOTICE/.test(path)),
  );
  assert.ok(paths.length > 100, String(paths.length));
  const faulty = paths.flatMap((path) => {
    const content = Buffer.from(readFileSync(path, 'latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1');
    const { faults } = walkMessage(content);
    return faults.length === 0 ? [] : [`${path}: ${JSON.stringify(faults)}`];
  });
  assert.deepEqual(faulty, []);
});
