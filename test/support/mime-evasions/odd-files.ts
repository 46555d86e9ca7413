// Mails with a file in an archive, or in a wrapping, that programs read differently. A virus or only a name is in it.

import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { cabinet, iso, le, rar5 } from '../../../src/mail/inspect/archives/testing/make-archives.ts';
import { B64, base64, build, EICAR, type Evasion, HEAD, TEXT, zipOf } from './mail.ts';
import { binhex, uuencode, yenc } from './old-encodings.ts';

const NOTHING = Buffer.from('nothing of interest');

/** Makes a file, of the name under which its format would be opened, around another one. */
export type Wrapping = readonly [name: string, make: (name: string, data: Buffer) => Buffer | string, type?: string];

/** Mails with a virus in an archive that is made oddly. */
export function oddFileContent(): Evasion[] {
  return wrapped(all(), 'eicar.zip', zipOf('eicar.com', Buffer.from(EICAR)));
}

/** Mails with a file of this name in an archive that is made oddly. */
export function oddFileNames(name: string): Evasion[] {
  return [...wrapped(all(), name, NOTHING), ...manyFiles(name), ...foreignNames(name)];
}

const all = () => ({ ...zips(), ...tars(), ...twoInOne(), ...mailFiles(), ...wrappings() });

/** Mails with a file in each wrapping. */
export function wrapped(all: Record<string, Wrapping>, inner: string, data: Buffer): Evasion[] {
  return Object.entries(all).map(([id, [name, make, type = 'application/octet-stream']]) => {
    const made = make(inner, data);
    return {
      id: `odd file: ${id}`,
      content: attached(name, Buffer.isBuffer(made) ? made : Buffer.from(made, 'latin1'), type),
    };
  });
}

function attached(name: string, octets: Buffer, type: string): Buffer {
  const fields = `Content-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\n${B64}`;
  return Buffer.from(build({ parts: [TEXT, `${fields}\r\n${base64(octets)}`] }), 'latin1');
}

interface Header {
  flags?: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  name: string;
}

const common = ({ flags = 0, method, crc, packed, size, name }: Header) =>
  Buffer.concat([le(flags, 2), le(method, 2), le(0, 4), le(crc, 4), le(packed, 4), le(size, 4), le(name.length, 4)]);
const local = (header: Header, data: Buffer) =>
  Buffer.concat([Buffer.from('PK\x03\x04'), le(20, 2), common(header), Buffer.from(header.name), data]);
const listed = (header: Header) =>
  Buffer.concat([
    Buffer.from('PK\x01\x02'),
    le(20, 2),
    le(20, 2),
    common(header),
    Buffer.alloc(14),
    Buffer.from(header.name),
  ]);

/** A ZIP file with one header in front, and what the directory says of it. */
function disagreeing(front: Header, data: Buffer, directory: Header): Buffer {
  const first = local(front, data);
  const list = listed(directory);
  const end = Buffer.concat([le(0, 4), le(1, 2), le(1, 2), le(list.length, 4), le(first.length, 4), le(0, 2)]);
  return Buffer.concat([first, list, Buffer.from('PK\x05\x06'), end]);
}

function zips(): Record<string, Wrapping> {
  const inFront = (name: string, data: Buffer) => {
    const packed = deflateRawSync(data);
    return local({ method: 8, crc: crc32(data), packed: packed.length, size: data.length, name }, packed);
  };
  const one = { method: 0, crc: crc32(Buffer.from('x')), packed: 1, size: 1, name: 'a.txt' };
  const hello = deflateRawSync(Buffer.from('hello'));
  const short = { method: 8, crc: crc32(Buffer.from('hello')), packed: hello.length, size: 5, name: 'a.txt' };
  return {
    'zip: an entry as long as the list says covers another header': [
      'a.zip',
      (name, data) => {
        const long = Buffer.concat([Buffer.from('x'), inFront(name, data)]);
        return disagreeing(one, long, { ...one, crc: crc32(long), packed: long.length, size: long.length });
      },
    ],
    'zip: a header behind the end of a packed entry': [
      'a.zip',
      (name, data) => {
        const long = Buffer.concat([hello, inFront(name, data)]);
        return disagreeing(short, long, { ...short, packed: long.length });
      },
    ],
    'zip: a header behind a stream': [
      'a.zip',
      (name, data) => {
        const sums = Buffer.concat([Buffer.from('PK\x07\x08'), le(short.crc, 4), le(hello.length, 4), le(5, 4)]);
        const long = Buffer.concat([hello, sums, inFront(name, data)]);
        const stream = { ...short, flags: 8, crc: 0, packed: 0, size: 0 };
        return disagreeing(stream, long, { ...short, flags: 8, packed: long.length });
      },
    ],
    'zip: two, one behind the other': [
      'a.zip',
      (name, data) => Buffer.concat([zipOf('ok.txt', NOTHING), zipOf(name, data)]),
    ],
    'zip: in the comment of another': [
      'a.zip',
      (name, data) => {
        const inner = zipOf(name, data);
        const outer = zipOf('ok.txt', NOTHING);
        outer.writeUInt16LE(inner.length, outer.length - 2);
        return Buffer.concat([outer, inner]);
      },
    ],
  };
}

interface TarFile {
  name: string;
  data: Buffer;
  kind?: string;
}

function tarHead({ name, data, kind = '0' }: TarFile, signed = false): Buffer {
  const head = Buffer.alloc(512);
  head.write(name.slice(0, 100), 0, 'latin1');
  head.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('        ', 148);
  head.write(kind, 156, 'latin1');
  head.write('ustar\x0000', 257, 'latin1');
  const sum = head.reduce((total, octet) => total + (signed && octet > 127 ? octet - 256 : octet), 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

const padded = (data: Buffer) => Buffer.concat([data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
const entry = (file: TarFile) => Buffer.concat([tarHead(file), padded(file.data)]);
const tar = (...files: TarFile[]) => Buffer.concat([...files.map(entry), Buffer.alloc(1024)]);
const record = (key: string, value: string) => {
  const length = key.length + value.length + 5;
  return `${length < 10 ? length : length > 99 ? length + 1 : length} ${key}=${value}\n`;
};
const extended = (kind: string, ...records: string[]) =>
  entry({ name: 'x', kind, data: Buffer.from(records.join('')) });
const longName = (name: string) => entry({ name: 'x', kind: 'L', data: Buffer.from(`${'x'.repeat(120)}${name}\0`) });

function tars(): Record<string, Wrapping> {
  const plain = (data: Buffer) => tar({ name: 'a.txt', data });
  const table: Record<string, Wrapping> = {
    'tar: shorter by an extended header': [
      'a.tar',
      (name, data) => {
        const inner = Buffer.concat([Buffer.alloc(512, 'x'), entry({ name, data })]);
        return Buffer.concat([extended('x', record('size', '512')), tar({ name: 'a.txt', data: inner })]);
      },
    ],
    'tar: two paths': [
      'a.tar',
      (name, data) => Buffer.concat([extended('x', record('path', 'a.txt'), record('path', name)), plain(data)]),
    ],
    'tar: path of all': ['a.tar', (name, data) => Buffer.concat([extended('g', record('path', name)), plain(data)])],
    'tar: header of Solaris': [
      'a.tar',
      (name, data) => Buffer.concat([extended('X', record('path', name)), plain(data)]),
    ],
    'tar: name of a sparse file': [
      'a.tar',
      (name, data) => Buffer.concat([extended('x', record('GNU.sparse.name', name)), plain(data)]),
    ],
    'tar: long name, then long link': [
      'a.tar',
      (name, data) =>
        Buffer.concat([longName(name), entry({ name: 'x', kind: 'K', data: Buffer.from('x\0') }), plain(data)]),
    ],
    'tar: long name, then path': [
      'a.tar',
      (name, data) => Buffer.concat([longName(name), extended('x', record('path', 'a.txt')), plain(data)]),
    ],
    'tar: signed sum': [
      'a.tar',
      (name, data) => Buffer.concat([tarHead({ name: 'caf\xe9', data: Buffer.alloc(0) }, true), tar({ name, data })]),
    ],
    'tar: empty block first': ['a.tar', (name, data) => Buffer.concat([Buffer.alloc(512), tar({ name, data })])],
    'tar: rubbish between': [
      'a.tar',
      (name, data) =>
        Buffer.concat([entry({ name: 'a.txt', data: NOTHING }), Buffer.alloc(512, 'x'), tar({ name, data })]),
    ],
    'tar: two, one behind the other': ['a.tar', (name, data) => Buffer.concat([plain(NOTHING), tar({ name, data })])],
  };
  for (const kind of ['A', '1', '3', '4', '5', '6', 'N', 'V'])
    table[`tar: kind ${kind}`] = ['a.tar', (name, data) => tar({ name, data, kind })];
  for (const first of [
    'GIF89a',
    'ID3',
    'II*',
    '%PDF-',
    'OggS',
    '8BPS',
    'FWS',
    'ID;P',
    'xxxxftyp',
    'Rar!\x1a\x07\x01',
    'MSCF',
  ])
    table[`tar: first file ${first}`] = ['a.tar', (name, data) => tar({ name: first, data: NOTHING }, { name, data })];
  return table;
}

/** One file that is two: which, depends on who opens it. */
function twoInOne(): Record<string, Wrapping> {
  const behind = (before: Buffer): Wrapping => ['a.zip', (name, data) => Buffer.concat([before, zipOf(name, data)])];
  const image = (before: string): Wrapping => [
    'a.bin',
    (name, data) => {
      const made = iso(name, data);
      made.write(before);
      return made;
    },
  ];
  return {
    'gzip, then zip': behind(gzipSync('x')),
    'tar, then zip': behind(tar({ name: 'a.txt', data: NOTHING })),
    'cab, then zip': behind(cabinet('a.txt', NOTHING)),
    'rar, then zip': behind(rar5('a.txt', NOTHING)),
    'gif, then cab': ['a.gif', (name, data) => Buffer.concat([Buffer.from('GIF89a'), cabinet(name, data)])],
    'text, then cab': ['a.cab', (name, data) => Buffer.concat([Buffer.from('some text'), cabinet(name, data)])],
    'disk image, begun as a picture': image('GIF89a'),
    'disk image, begun as a document': image('%PDF-1.4\n'),
  };
}

function mailOf(name: string, data: Buffer): string {
  const file = `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=${name}\r\n${B64}\r\n${base64(data)}`;
  return `${HEAD}Content-Type: multipart/mixed; boundary=q1\r\n\r\n--q1\r\n${TEXT}--q1\r\n${file}--q1--\r\n`;
}

const CR = (text: string) => text.replaceAll('\r\n', '\r');

function mailFiles(): Record<string, Wrapping> {
  const table: Record<string, Wrapping> = {};
  for (const ending of ['eml', 'mht', 'nws', 'emlx', 'mbox']) {
    table[`mail with CR alone, ${ending}`] = [`x.${ending}`, (name, data) => CR(mailOf(name, data))];
    table[`mail with CR alone in a zip, ${ending}`] = [
      'a.zip',
      (name, data) => zipOf(`x.${ending}`, Buffer.from(CR(mailOf(name, data)))),
    ];
  }
  table['wide mail in a zip'] = [
    'a.zip',
    (name, data) => zipOf('x.eml', Buffer.from(`\ufeff${mailOf(name, data)}`, 'utf16le')),
  ];
  table['web archive without a version'] = [
    'a.zip',
    (name, data) => zipOf('x.mht', Buffer.from(mailOf(name, data).replace(/^[^]*?Content-Type/, 'Content-Type'))),
  ];
  for (const type of ['message/foo', 'message/x-rfc822', 'message/http'])
    table[`mail as ${type}`] = ['x', (name, data) => mailOf(name, data), type];
  table['signed, type of another'] = ['smime.p7m', (name, data) => signed(mailOf(name, data)), 'application/cms'];
  table['signed, as text'] = [
    'smime.p7m',
    (name, data) => `-----BEGIN PKCS7-----\r\n${base64(signed(mailOf(name, data)))}-----END PKCS7-----\r\n`,
    'application/pkcs7-mime',
  ];
  table['signed, CR alone'] = ['smime.p7m', (name, data) => signed(CR(mailOf(name, data))), 'application/pkcs7-mime'];
  table['compressed'] = ['smime.p7z', (name, data) => compressed(mailOf(name, data)), 'application/pkcs7-mime'];
  return table;
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const octets = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, 0x82, octets.length >> 8, octets.length & 255]), octets]);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const contentInfo = (octets: Buffer) => der(0x30, hex('06092a864886f70d010701'), der(0xa0, der(4, octets)));

function signed(mail: string): Buffer {
  const inner = der(0x30, hex('020101'), der(0x31), contentInfo(Buffer.from(mail)), der(0x31));
  return der(0x30, hex('06092a864886f70d010702'), der(0xa0, inner));
}

function compressed(mail: string): Buffer {
  const inner = der(0x30, hex('020100'), der(0x30, hex('060b2a864886f70d0109100308')), contentInfo(deflateSync(mail)));
  return der(0x30, hex('060b2a864886f70d0109100109'), der(0xa0, inner));
}

function wrappings(): Record<string, Wrapping> {
  const html = (name: string, data: Buffer, link = 'data:application/zip;base64,') =>
    `<html><body><a download='${name}' href='${link}${data.toString('base64')}'>open</a></body></html>`;
  const event = (fields: string, name: string, data: Buffer) =>
    `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;X-FILENAME=${name}${fields}${data.toString('base64')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;
  return {
    AppleSingle: ['x', (name, data) => appleSingle(name, data), 'application/applefile'],
    'AppleSingle, many entries': ['x', (name, data) => appleSingle(name, data, 300), 'application/applefile'],
    MacBinary: ['x', (name, data) => macBinary(name, data), 'application/x-macbinary'],
    'BinHex without its first line': [
      'x.hqx',
      (name, data) =>
        binhex(name, data)
          .replace(/^[^]*?\r\n(?=:)/, '')
          .trimStart(),
      'application/mac-binhex40',
    ],
    'link in a file of no type': ['x.html', (name, data) => html(name, data)],
    'link in XHTML': ['x.xhtml', (name, data) => html(name, data), 'application/xhtml+xml'],
    'link broken over lines': [
      'x.html',
      (name, data) => html(name, data, 'da\nta:application/zip;ba\tse64,'),
      'text/html',
    ],
    'link with entities': [
      'x.html',
      (name, data) => html(name, data, '&#100;&#x61;ta&colon;application/zip;base64,'),
      'text/html',
    ],
    'link to a picture that is none': [
      'x.html',
      (name, data) => html(name, data, 'data:image/png;base64,'),
      'text/html',
    ],
    'calendar of no type': ['x.ics', (name, data) => event(';ENCODING=BASE64;VALUE=BINARY:', name, data)],
    'calendar, quoted': ['x.ics', (name, data) => event(';X-A="a:b";ENCODING="BASE64":', name, data), 'text/calendar'],
    'calendar, link': ['x.ics', (name, data) => event(':data:application/zip;base64,', name, data), 'text/calendar'],
  };
}

/** `before`: entries that hold nothing, of kinds that no program knows. */
function appleSingle(name: string, data: Buffer, before = 0): Buffer {
  const size = 26 + 12 * (before + 2);
  const head = Buffer.alloc(size);
  head.writeUInt32BE(0x00051600, 0);
  head.writeUInt32BE(0x00020000, 4);
  head.writeUInt16BE(before + 2, 24);
  for (let index = 0; index < before; index++) head.writeUInt32BE(1000 + index, 26 + index * 12);
  for (const [index, value] of [3, size, name.length, 1, size + name.length, data.length].entries())
    head.writeUInt32BE(value, 26 + before * 12 + index * 4);
  return Buffer.concat([head, Buffer.from(name), data]);
}

function macBinary(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(128);
  head[1] = name.length;
  head.write(name, 2);
  head.writeUInt32BE(data.length, 83);
  return Buffer.concat([head, data]);
}

/** Behind as many as are looked at. */
function manyFiles(name: string): Evasion[] {
  const many = (make: typeof uuencode) =>
    Array.from({ length: 100 }, (_, index) => make(`a${index}.txt`, Buffer.from(`x${index}`))).join('\r\n');
  const field = (text: string) => build({ parts: [TEXT, `${text}${B64}\r\n${base64(NOTHING)}`] });
  const type = 'Content-Type: application/octet-stream\r\n';
  const named = (value: string) => `Content-Disposition: attachment; filename=${value}\r\n`;
  const words = `${'=?utf-8?q?a?= '.repeat(50)}${Array.from(name, (letter) => `=?utf-8?q?=${letter.charCodeAt(0).toString(16)}?=`).join(' ')}`;
  const [stem = '', end = ''] = name.split(/(?=\.[^.]*$)/);
  const table: Record<string, string> = {
    'many uuencoded': `${HEAD}\r\n${many(uuencode)}\r\n${uuencode(name, NOTHING)}`,
    'many yEnc': `${HEAD}\r\n${many(yenc)}\r\n${yenc(name, NOTHING)}`,
    'two BinHex': `${HEAD}\r\n${binhex('a.txt', NOTHING)}\r\n\r\n${binhex(name, NOTHING)}`,
    'uuencoded with another mode': `${HEAD}\r\n${uuencode(name, NOTHING).replace('begin 644', 'begin 44')}`,
    'uuencoded, quoted': `${HEAD}\r\n${uuencode(`"${name}"`, NOTHING)}`,
    'many dispositions': field(`${type}${named('a.txt').repeat(20)}${named(name)}`),
    'many types': field(
      `${'Content-Type: application/octet-stream; name=a.txt\r\n'.repeat(20)}Content-Type: application/octet-stream; name=${name}\r\n`,
    ),
    'many words': field(`${type}${named(`"${words}"`)}`),
    'a long stem': field(`${type}${named(`"${stem.repeat(60)}${end}"`)}`),
  };
  for (const other of ['Content-Location', 'Content-Description', 'Content-Name', 'X-Sun-Data-Name'])
    table[`only ${other}`] = field(`${type}Content-Disposition: attachment\r\n${other}: ${name}\r\n`);
  for (const tail of [
    '/',
    '<',
    '|',
    '?',
    ';',
    ',',
    '\\\\0.txt',
    '\xef\xb8\x8f',
    '\xcd\x8f',
    '\xc2\x85',
    '\xe2\xa0\x80',
  ])
    table[`then ${JSON.stringify(tail)}`] = field(`${type}${named(`"${name}${tail}"`)}`);
  return Object.entries(table).map(([id, text]) => ({ id: `odd name: ${id}`, content: Buffer.from(text, 'latin1') }));
}

/** In charsets that only some know. The octets say nothing without them. */
function foreignNames(name: string): Evasion[] {
  const escaped = name.replace('.', '\\u002e');
  const charsets = ['cp037', 'IBM500', 'ebcdic-cp-us', 'unicode_escape', 'JAVA', 'HTML-ENTITIES', 'BASE64', 'punycode'];
  return charsets.flatMap((charset) =>
    [
      `filename="=?${charset}?B?${Buffer.from(escaped).toString('base64')}?="`,
      `filename*=${charset}''${encodeURIComponent(escaped)}`,
    ].map((parameter, index) => ({
      id: `odd name: ${charset}, ${index === 0 ? 'encoded word' : 'extended'}`,
      content: Buffer.from(
        build({
          parts: [
            TEXT,
            `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; ${parameter}\r\n${B64}\r\n${base64(NOTHING)}`,
          ],
        }),
      ),
    })),
  );
}
