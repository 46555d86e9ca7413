// Further ways to hide a name, and places to hide a part.

import {
  B64,
  base64,
  build,
  EICAR,
  type Evasion,
  each,
  FILE,
  FILE_HEAD,
  HEAD,
  mixed,
  PAYLOAD,
  type Table,
  TEXT,
} from './mail.ts';
import { binhex, uuencode, yenc } from './old-encodings.ts';
import { oldSpellings, pagesWithMuchElse, twiceEncoded } from './old-ways.ts';
import { sealed } from './sealed.ts';
import { doubtfulNames, spelledOut } from './spelled-out.ts';

const TYPE = 'Content-Type: application/octet-stream\r\n';
const QP = 'Content-Transfer-Encoding: quoted-printable\r\n';

/** Mails with a file of this name, written in rarer ways. */
export function rareNames(name: string): Evasion[] {
  const dot = name.lastIndexOf('.');
  const [stem, end] = [name.slice(0, dot), name.slice(dot + 1)];
  const percents = (text: string) =>
    Array.from(Buffer.from(text), (o) => `%${o.toString(16).padStart(2, '0')}`).join('');
  const b = (text: string) => Buffer.from(text).toString('base64');
  const [first = '', ...rest] = end;
  const forms: Table = {
    'octet cut between sections': `filename*0*=UTF-8''${stem}%2; filename*1*=E${end}`,
    'sections of one letter': Array.from(name, (letter, i) => `filename*${i}=${letter}`).join('; '),
    'sections, coded by turns': `filename*0*=UTF-8''${stem}; filename*1=.; filename*2*=${percents(end)}`,
    'sections with zeros before': `filename*00=${stem}.; filename*01=${end}`,
    'sections from a large number': `filename*8=${stem}.; filename*9=${end}`,
    'sections, twelve': `filename*0=${stem}; ${Array.from({ length: 9 }, (_, i) => `filename*${i + 1}=a`).join('; ')}; filename*10=.; filename*11=${end}`,
    'sections, the last harmless': `filename*0=${stem}.; filename*1=${end}; filename*2=""`,
    'section alone, coded': `filename*0*=UTF-8''${percents(name)}`,
    'sections of two fields': `filename*0=${stem}.\r\nContent-Type: application/x; name*1=${end}`,
    'star in capitals': `FILENAME*=UTF-8''${percents(name)}`,
    'star, quoted': `filename*="UTF-8''${percents(name)}"`,
    'star with a language': `filename*=utf-8'en-us'${percents(name)}`,
    'star with one quote': `filename*=utf-8'${percents(name)}`,
    'star with three quotes': `filename*=utf-8'''${percents(name)}`,
    'star with spaces': `filename* = UTF-8''${percents(name)}`,
    'space before the star': `filename *=UTF-8''${percents(name)}`,
    'star twice': `filename*=UTF-8''a.txt; filename*=UTF-8''${percents(name)}`,
    'star twice, turned': `filename*=UTF-8''${percents(name)}; filename*=UTF-8''a.txt`,
    'star and an encoded word': `filename*=UTF-8''=?utf-8?B?${b(name)}?=`,
    'word in small letters': `filename="=?utf-8?b?${b(name)}?="`,
    'word within a name': `filename="a=?utf-8?B?${b(name)}?="`,
    'words with a tab between': `filename="=?utf-8?B?${b(`${stem}.`)}?=\t=?utf-8?Q?${end}?="`,
    'words without white space between': `filename="=?utf-8?B?${b(`${stem}.`)}?==?utf-8?Q?${end}?="`,
    'words of two encodings': `filename="=?utf-8?B?${b(stem)}?= =?iso-8859-1?Q?=2E${end}?="`,
    'word without padding': `filename="=?utf-8?B?${b(name).replaceAll('=', '')}?="`,
    'word with white space inside': `filename="=?utf-8?B? ${b(name)} ?="`,
    'word in a word': `filename="=?utf-8?B?${b(`=?utf-8?B?${b(name)}?=`)}?="`,
    'word with a space for underscore': `filename="=?utf-8?Q?a_b_${name}?="`,
    'word of no charset': `filename="=??B?${b(name)}?="`,
    'word of ISO-2022-JP': `filename="=?iso-2022-jp?B?${b(`\x1b(B${name}`)}?="`,
    'word of wide letters': `filename="=?utf-8?B?${b(`${stem}．${Array.from(end, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('')}`)}?="`,
    'raw wide letters': `filename="${Buffer.from(`${stem}．ｅｘｅ`).toString('latin1')}"`,
    'raw, turned around': `filename="${Buffer.from(`${stem}\u202e`).toString('latin1')}gpj.${end}"`,
    'zero width': `filename="${Buffer.from(`${stem}.${first}\u200d${rest.join('')}`).toString('latin1')}"`,
    'soft hyphen': `filename*=UTF-8''${stem}.${first}%C2%AD${rest.join('')}`,
    'no-break space behind': `filename*=UTF-8''${name}%C2%A0`,
    'line separator behind': `filename*=UTF-8''${name}%E2%80%A8`,
    'NUL, coded': `filename*=UTF-8''${name}%00.txt`,
    'NUL in a word': `filename="=?utf-8?Q?${name}=00.txt?="`,
    'line end, coded': `filename*=UTF-8''${name}%0D%0A`,
    'slash, coded': `filename*=UTF-8''a.txt%2F${name}`,
    'backslash, coded': `filename*=UTF-8''..%5C${name}`,
    stream: `filename="${name}:a.txt"`,
    'stream of the index': `filename="${name}::$INDEX_ALLOCATION"`,
    'dots behind': `filename="${name}...."`,
    'wide dot behind': `filename*=UTF-8''${name}%EF%BC%8E`,
    'class behind': `filename="${name}.{00000000-0000-0000-0000-000000000000}/../${name}"`,
    'percents twice': `filename*=UTF-8''${percents(percents(name))}`,
    entity: `filename="${stem}&#46;${end}"`,
    'escaped quotes around': `filename="\\"${name}\\""`,
    'single quote open': `filename='${name}`,
    'comment between': `filename=(a)${name}`,
    'comment before the name': `(x) filename=${name}`,
    'value behind another': `filename=a.txt filename=${name}`,
    'no equals sign': `filename ${name}; filename=${name}`,
    'colon for the equals sign': `filename: ${name}; filename=${name}`,
    brackets: `filename=<${name}>`,
    'equals sign twice': `filename==${name}`,
    'semicolon first': `;;; filename=${name}`,
    'comma in it': `filename=a,${name}`,
    'folded in the key': `file\r\n name=${name}; filename=${name}`,
    'much white space': `${' '.repeat(900)}filename=${name}`,
    'many parameters before': `${Array.from({ length: 150 }, (_, i) => `a${i}=b; `).join('')}filename=${name}`,
    'too many parameters before': `${Array.from({ length: 400 }, (_, i) => `a${i}=b; `).join('')}filename=${name}`,
    'percents three times': `filename="${percents(percents(percents(name)))}"`,
    'star and a letter': `filename*a=${name}`,
    'star and a number below zero': `filename*-1=${name}`,
    'two stars': `filename**=${name}`,
    'star and a very large number': `filename*99999=${name}`,
    'very long, coded': `filename*=UTF-8''${'%20'.repeat(2000)}${name}`,
    '8-bit before': `filename="\xe9\xe8${name}"`,
    'wrong UTF-8 before': `filename="\xc3${name}"`,
  };
  const file = base64(Buffer.from('nothing of interest'));
  const table = Object.fromEntries(
    Object.entries(forms).flatMap(([id, form]) => [
      [id, build({ parts: [TEXT, `${TYPE}Content-Disposition: attachment; ${form}\r\n${B64}\r\n${file}`] })],
      [
        `${id}, in the type`,
        build({
          parts: [
            TEXT,
            `Content-Type: application/octet-stream; ${form.replaceAll(/filename(?=[*\s=:])/gi, 'name')}\r\n${B64}\r\n${file}`,
          ],
        }),
      ],
      [`${id}, of the message`, `${HEAD}${TYPE}Content-Disposition: attachment; ${form}\r\n${B64}\r\n${file}`],
    ]),
  );
  return each('rare name', { ...table, ...doubtfulNames(name), ...namelessPrograms(file) });
}

/** No name at all: what saves them calls them by their type, `.exe` all of these. */
function namelessPrograms(file: string): Table {
  const types = ['application/x-msdownload', 'application/x-msdos-program', 'application/exe'];
  return Object.fromEntries(
    types.flatMap((type) => [
      [`none, ${type}`, build({ parts: [TEXT, `Content-Type: ${type}\r\n${B64}\r\n${file}`] })],
      [`none, ${type}, of the message`, `${HEAD}Content-Type: ${type}\r\n${B64}\r\n${file}`],
    ]),
  );
}

/** Parts in rarer places. */
export function rarePlaces(): Evasion[] {
  const outer = (body: string) => build({ body });
  const b = 'b1f9';
  const uu = uuencode('report.bin', PAYLOAD);
  const text = (body: string, type = 'text/plain') => `${HEAD}Content-Type: ${type}\r\n\r\n${body}`;
  const deep = (levels: number) => {
    let part = FILE;
    for (let level = 0; level < levels; level++)
      part = `Content-Type: multipart/mixed; boundary=l${level}\r\n\r\n--l${level}\r\n${part}--l${level}--\r\n`;
    return build({ parts: [TEXT, part] });
  };
  const messages = (levels: number) => {
    let mail = `${HEAD}${FILE}`;
    for (let level = 0; level < levels; level++) mail = `${HEAD}Content-Type: message/rfc822\r\n\r\n${mail}`;
    return mail;
  };
  const table: Table = {
    'fifteen multiparts deep': deep(15),
    'thirty multiparts deep': deep(30),
    'ten messages deep': messages(10),
    'forty messages deep': messages(40),
    'two thousand empty parts before': outer(`${`--${b}\r\n\r\n`.repeat(1500)}--${b}\r\n${FILE}--${b}--\r\n`),
    'seven thousand empty parts before': outer(`${`--${b}\r\n\r\n`.repeat(7000)}--${b}\r\n${FILE}--${b}--\r\n`),
    'uuencode with a wide mode': text(uu.replace('644', '0100644')),
    'uuencode without a name': text(uu.replace(' report.bin', ' ')),
    'uuencode in capitals': text(uu.replace('begin', 'BEGIN')),
    'uuencode behind marks of quoting': text(uu.replaceAll(/^(?=.)/gm, '> ')),
    'uuencode with white space before': text(uu.replaceAll(/^(?=.)/gm, ' ')),
    'uuencode with tabs': text(uu.replace('begin 644 ', 'begin\t644\t')),
    'uuencode in a page': text(`<html><pre>\r\n${uu}</pre></html>`, 'text/html'),
    'uuencode in quoted-printable': `${HEAD}Content-Type: text/plain\r\n${QP}\r\n${uu.replaceAll('=', '=3D')}`,
    'uuencode in base64': `${HEAD}Content-Type: text/plain\r\n${B64}\r\n${base64(Buffer.from(uu))}`,
    'uuencode in wide letters': `${HEAD}Content-Type: text/plain; charset=utf-16\r\n${B64}\r\n${base64(Buffer.from(`\ufeff${uu}`, 'utf16le'))}`,
    'uuencode with spaces for marks': text(uu.replaceAll('`', ' ')),
    'uuencode with ends cut': text(uu.replaceAll('`', ' ').replaceAll(/ +\r\n/g, '\r\n')),
    'uuencode with a sum at each line': text(uu.replaceAll(/^([M+].*)$/gm, '$1X')),
    'uuencode, empty lines between': text(uu.replaceAll('\r\n', '\r\n\r\n')),
    'uuencode of an unknown type': text(uu, 'application/x-whatever'),
    'uuencode in a signature': build({ parts: [TEXT, `Content-Type: application/pgp-signature\r\n\r\n${uu}`] }),
    'uuencode in a report': build({ parts: [TEXT, `Content-Type: message/delivery-status\r\n\r\n${uu}`] }),
    'uuencode, second of two': text(`${uuencode('a.txt', Buffer.from('a'))}\r\n${uu}`),
    'uuencode, not ended, then another': text(
      `${uuencode('a.txt', Buffer.from('a')).replace(/`\r\nend\r\n/, '')}${uu}`,
    ),
    'uuencode in base64 of POSIX': text(`begin-base64 644 report.bin\r\n${base64(PAYLOAD)}====\r\n`),
    'yEnc of several parts': text(
      yenc('x', Buffer.from(EICAR))
        .replace(' line', ' part=1 total=1 line')
        .replace('\r\n', '\r\n=ypart begin=1 end=68\r\n'),
    ),
    'yEnc without an end': text(yenc('x', Buffer.from(EICAR)).replace(/=yend[^]*/, '')),
    'BinHex behind a text': text(`hello\r\n\r\n${binhex('x', PAYLOAD)}`),
    'base64 under a heading': text(`Content of the file:\r\n\r\n${base64(PAYLOAD)}\r\nEnd.`),
    'base64 behind a rule': text(`-----\r\n${base64(PAYLOAD)}`),
    armoured: text(`-----BEGIN FILE-----\r\n\r\n${base64(PAYLOAD)}-----END FILE-----\r\n`),
    'a part within a text': text(`--xyz\r\n${FILE}--xyz--\r\n`),
    'a part within a page': text(`--xyz\r\n${FILE}--xyz--\r\n`, 'text/html'),
    'a part within an unknown type': text(`--xyz\r\n${FILE}--xyz--\r\n`, 'application/octet-stream'),
    'a part within a picture': text(`--xyz\r\n${FILE}--xyz--\r\n`, 'image/png'),
    'no version of MIME': build({}).replace('MIME-Version: 1.0\r\n', ''),
    'another version of MIME': build({}).replace('1.0', '2.0'),
    'version of MIME with a comment': build({}).replace('1.0', '1.(x)0'),
    'two versions of MIME': build({}).replace('MIME-Version: 1.0\r\n', 'MIME-Version: 1.0\r\nMIME-Version: 2.0\r\n'),
    'type of Sun': `${HEAD}Content-Type: X-sun-attachment\r\n\r\n----------\r\nX-Sun-Data-Type: default\r\nX-Sun-Data-Name: report.bin\r\nX-Sun-Encoding-Info: uuencode\r\n\r\n${uu}`,
    parallel: build({ type: 'Content-Type: multipart/parallel; boundary=b1f9\r\n' }),
    alternative: build({ type: 'Content-Type: multipart/alternative; boundary=b1f9\r\n' }),
    'form data': build({ type: 'Content-Type: multipart/form-data; boundary=b1f9\r\n' }),
    appledouble: build({ type: 'Content-Type: multipart/appledouble; boundary=b1f9\r\n' }),
    signed: build({ type: 'Content-Type: multipart/signed; protocol="a/b"; boundary=b1f9\r\n', parts: [FILE, TEXT] }),
    'encrypted, it says': build({ type: 'Content-Type: multipart/encrypted; protocol="a/b"; boundary=b1f9\r\n' }),
    'a header in the place of parts': outer(`--${b}\r\n${FILE_HEAD}${B64}--${b}\r\n${FILE}--${b}--\r\n`),
    'line feeds of a message in base64': build({
      parts: [
        TEXT,
        `Content-Type: message/rfc822\r\n${B64}\r\n${base64(Buffer.from(`${HEAD}${FILE}`.replaceAll('\r\n', '\n')))}`,
      ],
    }),
    'returns and line feeds mixed in a message in base64': build({
      parts: [
        TEXT,
        `Content-Type: message/rfc822\r\n${B64}\r\n${base64(Buffer.from(`${HEAD}${FILE}`.replaceAll('\r\n', '\r\r\n')))}`,
      ],
    }),
    'NUL in a message in base64': build({
      parts: [
        TEXT,
        `Content-Type: message/rfc822\r\n${B64}\r\n${base64(Buffer.from(`${HEAD}${FILE}`.replace('Content-Transfer', 'Content-\0Transfer')))}`,
      ],
    }),
    'in the field of a header': `${HEAD}X-File: ${PAYLOAD.toString('base64').replaceAll(/.{60}/g, '$&\r\n ')}\r\n${FILE_HEAD}${B64}\r\n${mixed(PAYLOAD)}`,
    'a boundary of 70': build({
      type: `Content-Type: multipart/mixed; boundary="${'x'.repeat(70)}"\r\n`,
      boundary: 'x'.repeat(70),
    }),
    'a boundary of 500': build({
      type: `Content-Type: multipart/mixed; boundary="${'x'.repeat(500)}"\r\n`,
      boundary: 'x'.repeat(500),
    }),
    'a boundary of hyphens': build({ type: 'Content-Type: multipart/mixed; boundary="----"\r\n', boundary: '----' }),
    'a boundary of one letter': build({ type: 'Content-Type: multipart/mixed; boundary=b\r\n', boundary: 'b' }),
    'a boundary of 8-bit letters': build({
      type: 'Content-Type: multipart/mixed; boundary="\xe9"\r\n',
      boundary: '\xe9',
    }),
  };
  return each('rare place', {
    ...table,
    ...oldSpellings(),
    ...twiceEncoded(),
    ...pagesWithMuchElse(),
    ...spelledOut(),
    ...sealed(),
  });
}
