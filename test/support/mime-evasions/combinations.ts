// Two techniques in one mail: each table of the others once more, where another kind of part, or another container, is
// around it.

import { boundaryFields, typeFields } from './boundaries.ts';
import { base64Bodies, beginnings, encodingFields, gaps, quotedBodies } from './encodings.ts';
import { hiddenContent } from './hidden-content.ts';
import {
  B64,
  base64,
  build,
  EICAR,
  type Evasion,
  each,
  everyOctet,
  FILE,
  HEAD,
  mixed,
  PAYLOAD,
  type Table,
  TEXT,
  zipOf,
} from './mail.ts';
import { tnef, uuencode } from './old-encodings.ts';
import { signed } from './structures.ts';

const QP = 'Content-Transfer-Encoding: quoted-printable\r\n';

/** How a part is declared that a body of base64 or quoted-printable stands in. */
const PARTS: Table = {
  'a text': 'Content-Type: text/plain\r\n',
  'a text with a charset': 'Content-Type: text/plain; charset=utf-16\r\n',
  'a page': 'Content-Type: text/html; charset=utf-8\r\n',
  'a text with a name': 'Content-Type: text/plain; name=notes.txt\r\n',
  'a text that is attached': 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename=notes.txt\r\n',
  'no type': 'Content-Disposition: attachment; filename=report.bin\r\n',
  'no field but one': '',
  'a picture': 'Content-Type: image/png; name=a.png\r\nContent-ID: <a@b>\r\nContent-Disposition: inline\r\n',
  'an unknown type': 'Content-Type: foo/bar\r\n',
  'a calendar': 'Content-Type: text/calendar; method=REQUEST\r\n',
  'a message of another type': 'Content-Type: message/delivery-status\r\n',
};

/** Mails that hide EICAR in two ways at once. */
export function combinedContent(): Evasion[] {
  return [...bodiesInParts(), ...fieldsOfParts(), ...boundariesAround(), ...twoBodies(), ...inContainers()];
}

function map(table: Table, make: (text: string, id: string) => string): Table {
  return Object.fromEntries(Object.entries(table).map(([id, text]) => [id, make(text, id)]));
}

/** Every so manyth of a table, from one that differs with its number: all come up in some table. */
function some(table: Table, step: number, from: number): Table {
  return Object.fromEntries(Object.entries(table).filter((_, index) => index % step === from % step));
}

function bodiesInParts(): Evasion[] {
  return Object.entries(PARTS).flatMap(([id, fields]) => [
    ...each(
      `base64 in ${id}`,
      map(base64Bodies(), (body) => build({ parts: [TEXT, `${fields}${B64}\r\n${body}`] })),
    ),
    ...each(
      `quoted-printable in ${id}`,
      map(quotedBodies(), (body) => build({ parts: [TEXT, `${fields}${QP}\r\n${body}`] })),
    ),
  ]);
}

function fieldsOfParts(): Evasion[] {
  return Object.entries(PARTS).flatMap(([id, fields], index) => [
    ...each(
      `encoding of ${id}`,
      map(encodingFields(), (field) => build({ parts: [TEXT, `${fields}${field}\r\n${mixed(PAYLOAD)}`] })),
    ),
    ...each(
      `gap in ${id}`,
      map(gapsOf(fields), (part) => build({ parts: [TEXT, part] })),
    ),
    ...each(
      `type around ${id}`,
      map(some(typeFields(), 3, index), (type) =>
        build({ type, parts: [TEXT, `${fields}${B64}\r\n${mixed(PAYLOAD)}`] }),
      ),
    ),
  ]);
}

function gapsOf(fields: string): Table {
  const own = /^Content-Type: application[^]*?report\.bin\r\nContent-Disposition:[^\n]*\n/;
  return { ...map(gaps(), (part) => part.replace(own, fields)), ...beginnings() };
}

/** What stands in a multipart whose boundary readers differ in. */
const FILES: Table = {
  'quoted-printable': `Content-Type: application/octet-stream\r\n${QP}\r\n${everyOctet(Buffer.from(EICAR), '=\r\n')}`,
  uuencode: `Content-Type: text/plain\r\n\r\n${uuencode('report.bin', PAYLOAD)}`,
  message: `Content-Type: message/rfc822\r\n\r\n${HEAD}${FILE}`,
  'message in base64': `Content-Type: message/rfc822\r\n${B64}\r\n${base64(Buffer.from(`${HEAD}${FILE}`))}`,
  'a text in base64': `Content-Type: text/plain\r\n${B64}\r\n${base64(Buffer.from(EICAR))}`,
  TNEF: `Content-Type: application/ms-tnef; name=winmail.dat\r\n${B64}\r\n${base64(tnef('report.bin', PAYLOAD))}`,
  'base64 of many lengths': `Content-Type: image/gif\r\n${B64}\r\n${mixed(PAYLOAD)}`,
};

function boundariesAround(): Evasion[] {
  return Object.entries(FILES).flatMap(([id, file], index) =>
    each(
      `boundary around ${id}`,
      Object.fromEntries(
        Object.entries(boundaryFields())
          .filter((_, place) => place % 3 === index % 3)
          .map(([name, { value, used }]) => [name, build({ type: value, boundary: used, parts: [TEXT, file] })]),
      ),
    ),
  );
}

/** One way to write base64 upon another. */
function twoBodies(): Evasion[] {
  const changes: Record<string, (body: string) => string> = {
    'empty lines': (body) => body.replaceAll('\r\n', '\r\n\r\n'),
    'white space before lines': (body) => body.replaceAll(/^(?=.)/gm, ' \t'),
    'white space behind lines': (body) => body.replaceAll('\r\n', ' \r\n'),
    'one more equals sign': (body) => `${body.trimEnd()}=\r\n`,
    'a sentence behind': (body) => `${body}\r\nThat was all.\r\n`,
    'a sentence before': (body) => `Here it is:\r\n\r\n${body}`,
    'no line ends': (body) => `${body.replaceAll(/\r\n(?!\r\n)/g, '')}\r\n`,
    'a harmless file before': (body) => `${base64(zipOf('a.txt', Buffer.from('hello'))).trimEnd()}\r\n${body}`,
    'a mark of the order of octets': (body) => `\xef\xbb\xbf${body}`,
    'no-break spaces': (body) => body.replaceAll('\r\n', '\xa0\r\n'),
  };
  const head = 'Content-Type: application/octet-stream; name=report.bin\r\n';
  return Object.entries(changes).flatMap(([id, change]) =>
    each(
      `base64 with ${id}`,
      map(base64Bodies(), (body) => build({ parts: [TEXT, `${head}${B64}\r\n${change(body)}`] })),
    ),
  );
}

/** A whole mail of the other tables, within something. */
function inContainers(): Evasion[] {
  const name = (ending: string) => `Content-Type: application/octet-stream; name=mail.${ending}\r\n${B64}\r\n`;
  const containers: Record<string, (mail: Buffer) => string> = {
    'an attached message': (mail) => `Content-Type: message/rfc822\r\n\r\n${mail.toString('latin1')}`,
    'an attached message in base64': (mail) => `Content-Type: message/rfc822\r\n${B64}\r\n${base64(mail)}`,
    'a message within a message': (mail) =>
      `Content-Type: message/rfc822\r\n\r\n${HEAD}Content-Type: message/rfc822\r\n\r\n${mail.toString('latin1')}`,
    'a file of a mail': (mail) => `${name('eml')}${base64(mail)}`,
    'a file of a mail in an archive': (mail) => `${name('zip')}${base64(zipOf('mail.eml', mail))}`,
    'a web archive': (mail) => `${name('mht')}${base64(mail)}`,
    'signed and packed': (mail) => `${name('p7m')}${base64(signed(mail))}`,
    'signed and packed, in an archive': (mail) => `${name('zip')}${base64(zipOf('smime.p7m', signed(mail)))}`,
    TNEF: (mail) =>
      `Content-Type: application/ms-tnef; name=winmail.dat\r\n${B64}\r\n${base64(tnef('mail.eml', mail))}`,
    'TNEF in an archive': (mail) => `${name('zip')}${base64(zipOf('winmail.dat', tnef('mail.eml', mail)))}`,
    uuencode: (mail) => `Content-Type: text/plain\r\n\r\n${uuencode('mail.eml', mail)}`,
    'a returned message': (mail) =>
      `Content-Type: multipart/report; boundary=rep\r\n\r\n--rep\r\n${TEXT}--rep\r\nContent-Type: message/rfc822\r\n\r\n${mail.toString('latin1')}\r\n--rep--\r\n`,
    'a digest': (mail) =>
      `Content-Type: multipart/digest; boundary=dig\r\n\r\n--dig\r\n\r\n${mail.toString('latin1')}\r\n--dig--\r\n`,
  };
  const mails = hiddenContent();
  return Object.entries(containers).flatMap(([id, wrap], index) =>
    mails
      .filter((_, place) => place % 6 === index % 6)
      .map(({ id: inner, content }) => ({
        id: `in ${id}: ${inner}`,
        content: Buffer.from(build({ boundary: 'outside', type: OUTSIDE, parts: [TEXT, wrap(content)] }), 'latin1'),
      })),
  );
}

const OUTSIDE = 'Content-Type: multipart/mixed; boundary=outside\r\n';
