// Places where a part may stand.

import {
  B64,
  base64,
  build,
  EICAR,
  everyOctet,
  FILE,
  FILE_HEAD,
  HEAD,
  mixed as manyLengths,
  PAYLOAD,
  type Table,
  TEXT,
} from './mail.ts';
import { binhex, tnef, uuencode, yenc } from './old-encodings.ts';

/** Where the parts stand. */
export function structures(): Table {
  const b = 'b1f9';
  const mixed = (boundary: string) => `Content-Type: multipart/mixed; boundary="${boundary}"\r\n`;
  const inner = (boundary: string, parts: readonly string[]) =>
    `${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`;
  const outer = (body: string, boundary = b) => build({ type: mixed(boundary), body });
  const nested = (boundary: string, used = boundary) => `${mixed(boundary)}\r\n${inner(used, [TEXT, FILE])}`;
  const encoded = (octets: string) => base64(Buffer.from(octets, 'latin1'));
  return {
    'as usual': build({}),
    ...wellMade(),
    'no end': outer(`--${b}\r\n${TEXT}--${b}\r\n${FILE}`),
    'no inner end': outer(`--${b}\r\n${mixed('in')}\r\n--in\r\n${TEXT}--in\r\n${FILE}--${b}--\r\n`),
    'no outer end': outer(`--${b}\r\n${nested('in')}`),
    'behind the end': outer(`--${b}\r\n${TEXT}--${b}--\r\n--${b}\r\n${FILE}--${b}--\r\n`),
    'behind the end, another boundary': outer(`--${b}\r\n${TEXT}--${b}--\r\n--other\r\n${FILE}--other--\r\n`),
    'before the begin': outer(`--other\r\n${FILE}--other--\r\n${inner(b, [TEXT])}`),
    'before the begin, nothing else': outer(`--other\r\n${FILE}--other--\r\n`),
    'letters behind the boundary': outer(`--${b}\r\n${TEXT}--${b}X\r\n${FILE}--${b}--\r\n`),
    'word behind the boundary': outer(`--${b}\r\n${TEXT}--${b} X\r\n${FILE}--${b}--\r\n`),
    'hyphen behind the boundary': outer(`--${b}\r\n${TEXT}--${b}-\r\n${FILE}--${b}--\r\n`),
    'space behind the boundary': outer(`--${b}\r\n${TEXT}--${b} \r\n${FILE}--${b}--\r\n`),
    'tab behind the boundary': outer(`--${b}\r\n${TEXT}--${b}\t\r\n${FILE}--${b}--\r\n`),
    'vertical tab behind the boundary': outer(`--${b}\r\n${TEXT}--${b}\v\r\n${FILE}--${b}--\r\n`),
    'space before the boundary': outer(`--${b}\r\n${TEXT} --${b}\r\n${FILE}--${b}--\r\n`),
    'all behind a space': outer(` --${b}\r\n${TEXT} --${b}\r\n${FILE} --${b}--\r\n`),
    'three hyphens': outer(`--${b}\r\n${TEXT}---${b}\r\n${FILE}--${b}--\r\n`),
    'one hyphen': outer(`--${b}\r\n${TEXT}-${b}\r\n${FILE}--${b}--\r\n`),
    'no hyphens': outer(`--${b}\r\n${TEXT}${b}\r\n${FILE}--${b}--\r\n`),
    'in the middle of a line': outer(`--${b}\r\n${TEXT}end--${b}\r\n${FILE}--${b}--\r\n`),
    'another case': outer(`--${b}\r\n${TEXT}--${b.toUpperCase()}\r\n${FILE}--${b}--\r\n`),
    'end and begin in one': outer(`--${b}\r\n${TEXT}--${b}--${b}\r\n${FILE}--${b}--\r\n`),
    'the end is the boundary within': outer(
      `--${b}\r\n${mixed(`${b}--`)}\r\n${inner(`${b}--`, [TEXT, FILE])}--${b}--\r\n`,
    ),
    'the same boundary within': outer(`--${b}\r\n${nested(b)}--${b}--\r\n`),
    'the same boundary within, later': outer(`--${b}\r\n${TEXT}--${b}--\r\n\r\n--${b}\r\n${nested(b)}--${b}--\r\n`),
    'longer boundary within': outer(`--${b}\r\n${nested(`${b}_`)}--${b}--\r\n`),
    'longer boundary outside': outer(`--${b}_\r\n${nested(b)}--${b}_--\r\n`, `${b}_`),
    'longer boundary outside and a line like it': outer(
      `--${b}_\r\n${mixed(b)}\r\n--${b}_X\r\n\r\n${inner(b, [TEXT, FILE])}--${b}_--\r\n`,
      `${b}_`,
    ),
    'no empty line behind the header': `${HEAD}${mixed(b)}--${b}\r\n${TEXT}--${b}\r\n${FILE}--${b}--\r\n`,
    'end in the header': `${HEAD}Content-Type: multipart/mixed; boundary="b:1"\r\n--b:1--\r\n\r\n--b:1\r\n${FILE}--b:1--\r\n`,
    'end in the header of a part': outer(
      `--b:1\r\nContent-Type: multipart/mixed; boundary=in\r\n--b:1--\r\n\r\n${inner('in', [FILE])}--b:1--\r\n`,
      'b:1',
    ),
    'begin in the header of a part': outer(
      `--b:1\r\nContent-Type: multipart/mixed; boundary=in\r\n--b:1\r\n\r\n${inner('in', [FILE])}--b:1--\r\n`,
      'b:1',
    ),
    'outer boundary in inner base64': outer(
      `--####+\r\n${mixed('in')}\r\n--in\r\n${FILE_HEAD}${B64}\r\n--####+\r\n${mixed2()}--in--\r\n--####+--\r\n`,
      '####+',
    ),
    digest: `${HEAD}Content-Type: multipart/digest; boundary=${b}\r\n\r\n--${b}\r\nFrom: me\r\n${FILE}--${b}--\r\n`,
    'digest, empty header': `${HEAD}Content-Type: multipart/digest; boundary=${b}\r\n\r\n--${b}\r\n\r\n${FILE}--${b}--\r\n`,
    message: outer(`--${b}\r\nContent-Type: message/rfc822\r\n\r\nFrom: me\r\n${FILE}--${b}--\r\n`),
    'message in base64': outer(
      `--${b}\r\nContent-Type: message/rfc822\r\n${B64}\r\n${encoded(`From: me\r\n${FILE}`)}--${b}--\r\n`,
    ),
    'message in quoted-printable': outer(
      `--${b}\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${everyOctet(Buffer.from(`From: me\r\n${FILE}`), '')}--${b}--\r\n`,
    ),
    'global message': outer(`--${b}\r\nContent-Type: message/global\r\n\r\nFrom: me\r\n${FILE}--${b}--\r\n`),
    'multipart in base64': build({ fields: B64, body: encoded(inner(b, [TEXT, FILE])) }),
    'multipart in quoted-printable': build({
      fields: 'Content-Transfer-Encoding: quoted-printable\r\n',
      body: everyOctet(Buffer.from(inner(b, [TEXT, FILE])), ''),
    }),
    'multipart called base64': build({ fields: B64 }),
    'part of a message': `${HEAD}Content-Type: message/partial; id="x@y"; number=1; total=1\r\n\r\nSubject: whole\r\n${FILE}`,
    'file as the whole message': `${HEAD}${FILE}`,
    'multipart without parts, encoded': `${HEAD}Content-Type: multipart/mixed; boundary=foo\r\n${B64}\r\n${mixed2()}`,
    'file in uuencode': `${HEAD}\r\nhello\r\n${uuencode('report.bin', PAYLOAD)}`,
    'file in uuencode, no end': `${HEAD}\r\nhello\r\n${uuencode('report.bin', PAYLOAD).replace(/`\r\nend\r\n/, '')}`,
    'file in uuencode, in a part': build({
      parts: [TEXT, `Content-Type: text/plain\r\n\r\n${uuencode('report.bin', PAYLOAD)}`],
    }),
    'file in uuencode before the begin': outer(`${uuencode('report.bin', PAYLOAD)}${inner(b, [TEXT])}`),
    'file in uuencode behind the end': outer(`${inner(b, [TEXT])}${uuencode('report.bin', PAYLOAD)}`),
    'file in yEnc': `${HEAD}\r\nhello\r\n${yenc('report.bin', Buffer.from(EICAR))}`,
    'file in TNEF': build({
      parts: [
        TEXT,
        `Content-Type: application/ms-tnef; name=winmail.dat\r\n${B64}\r\n${base64(tnef('report.bin', PAYLOAD))}`,
      ],
    }),
    'file in BinHex': build({
      parts: [TEXT, `Content-Type: application/mac-binhex40; name=report.hqx\r\n\r\n${binhex('report.bin', PAYLOAD)}`],
    }),
    'lines of base64 in a text': `${HEAD}\r\nhello\r\n\r\n${base64(PAYLOAD)}`,
    'fields before the begin': outer(`${FILE}${inner(b, [TEXT])}`),
    'fields behind the end': outer(`${inner(b, [TEXT])}${FILE}`),
    'signed and packed': build({
      parts: [
        TEXT,
        `Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n${B64}\r\n${base64(signed(Buffer.from(nested('in'))))}`,
      ],
    }),
    'signed and packed, in pieces': `${HEAD}Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\n${B64}\r\n${base64(signed(Buffer.from(nested('in')), 100))}`,
    'link in a page': build({
      parts: [
        `Content-Type: text/html\r\n\r\n<a download="x.bin" href="data:application/zip;base64,${PAYLOAD.toString('base64')}">x</a>\r\n`,
      ],
    }),
    'attached to an appointment': build({
      parts: [
        `Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nATTACH;VALUE=BINARY;ENCODING=BASE64;FILENAME=x.bin:${PAYLOAD.toString('base64').replaceAll(/.{60}/g, '$&\r\n ')}\r\nEND:VCALENDAR\r\n`,
      ],
    }),
    'mail in a file': build({
      parts: [
        TEXT,
        `Content-Type: application/octet-stream; name=mail.eml\r\n${B64}\r\n${encoded(`From: me\r\n${nested('in')}`)}`,
      ],
    }),
    'lines that end in a return alone': build({
      parts: [
        TEXT,
        `Content-Type: message/rfc822\r\n${B64}\r\n${encoded(`From: me\r\n${nested('in')}`.replaceAll('\r\n', '\r'))}`,
      ],
    }),
    'external body with a body': build({
      parts: [TEXT, `Content-Type: message/external-body; access-type=local-file; name="/x"\r\n\r\n${FILE}`],
    }),
  };
}

/** CMS with the content inside, in pieces with open ends if so wanted; its signature is of no interest. */
export function signed(octets: Buffer, piece?: number): Buffer {
  const der = (tag: number, ...inside: Buffer[]) => {
    const content = Buffer.concat(inside);
    const length = Buffer.alloc(5);
    length.writeUInt8(0x84);
    length.writeUInt32BE(content.length, 1);
    return Buffer.concat([Buffer.of(tag), length, content]);
  };
  const open = (tag: number, ...inside: Buffer[]) => Buffer.concat([Buffer.of(tag, 0x80), ...inside, Buffer.of(0, 0)]);
  const data = Buffer.from('06092a864886f70d010701', 'hex');
  if (piece === undefined) {
    const content = der(0x30, data, der(0xa0, der(0x04, octets)));
    return der(
      0x30,
      Buffer.from('06092a864886f70d010702', 'hex'),
      der(0xa0, der(0x30, Buffer.from('020101', 'hex'), content)),
    );
  }
  const pieces: Buffer[] = [];
  for (let at = 0; at < octets.length; at += piece) pieces.push(der(0x04, octets.subarray(at, at + piece)));
  const content = open(0x30, data, open(0xa0, open(0x24, ...pieces)));
  return open(
    0x30,
    Buffer.from('06092a864886f70d010702', 'hex'),
    open(0xa0, open(0x30, Buffer.from('020101', 'hex'), content)),
  );
}

const mixed2 = () => manyLengths(PAYLOAD);

/** Made as mailers make it, each line of the file in full: only that scanners leave these parts out. */
function wellMade(): Table {
  const file = `${FILE_HEAD}${B64}\r\n${base64(PAYLOAD)}`;
  const b = 'boundary-of-the-mail';
  const multipart = (kind: string, parts: readonly string[], boundary = b) =>
    `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`;
  const signature = `Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabcd\r\n-----END PGP SIGNATURE-----\r\n`;
  const within = (type: string) => `Content-Type: message/${type}\r\n\r\n${HEAD}${multipart('mixed', [TEXT, file])}`;
  const signed = multipart('signed', [multipart('mixed', [TEXT, file], 'in'), signature]);
  return {
    'well made, signed': `${HEAD}${signed}`,
    'well made, signed, in a message': `${HEAD}${multipart('mixed', [TEXT, `Content-Type: message/rfc822\r\n\r\n${HEAD}${signed}`], 'out')}`,
    'well made, in the place of the signature': `${HEAD}${multipart('signed', [TEXT, file])}`,
    'well made, parallel': `${HEAD}${multipart('parallel', [TEXT, file])}`,
    'well made, parallel within': `${HEAD}${multipart('mixed', [TEXT, multipart('parallel', [TEXT, file], 'in')])}`,
    'well made, mail that begins with a field of few letters': `A: b\r\n${file}`,
    'well made, mail that begins like a program': `MZ: b\r\n${HEAD}${file}`,
    'well made, mail in small letters': `from: a@b.example\r\n${file}`,
    'well made, attached mail that begins so': `${HEAD}${multipart('mixed', [TEXT, `Content-Type: message/rfc822\r\n\r\nA: b\r\n${file}`])}`,
    'well made, message of its own kind': `${HEAD}${within('global')}`,
    'well made, message of news': `${HEAD}${within('news')}`,
    'well made, file called a message': `${HEAD}${file.replace('application/octet-stream', 'message/news')}`,
    'well made, file called a report': `${HEAD}${file.replace('application/octet-stream', 'message/delivery-status')}`,
  };
}
