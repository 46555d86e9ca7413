// Encodings from before MIME.

import { gzipSync } from 'node:zlib';
import { base64, EICAR, everyOctet, FILE_HEAD, lines, PAYLOAD, type Table } from './mail.ts';

/** Encodings from before MIME, called by all their names. */
export function oldEncodings(): Table {
  const table: Table = {};
  const uu = uuencode('report.bin', PAYLOAD);
  const bare = uu.replace(/^begin[^\n]*\n/, '').replace(/`\r\nend\r\n/, '');
  for (const name of ['uuencode', 'x-uuencode', 'uue', 'x-uue', 'x-uu']) {
    for (const [id, body] of [
      ['whole', uu],
      ['bare', bare],
    ] as const) {
      table[`${name}, ${id}`] = `${FILE_HEAD}Content-Transfer-Encoding: ${name}\r\n\r\n${body}`;
    }
  }
  for (const name of ['x-yencode', 'yenc']) {
    table[name] = `${FILE_HEAD}Content-Transfer-Encoding: ${name}\r\n\r\n${yenc('report.bin', Buffer.from(EICAR))}`;
  }
  for (const name of ['binhex', 'binhex40', 'mac-binhex40', 'mac-binhex']) {
    table[name] = `${FILE_HEAD}Content-Transfer-Encoding: ${name}\r\n\r\n${binhex('report.bin', PAYLOAD)}`;
  }
  for (const name of ['gzip64', 'x-gzip64']) {
    table[name] = `${FILE_HEAD}Content-Transfer-Encoding: ${name}\r\n\r\n${base64(gzipSync(PAYLOAD))}`;
  }
  for (const name of [
    'x-quoted-printable',
    'quoted-printabl',
    'quoted-print',
    'quotedprint',
    'qp',
    'quoted printable',
  ]) {
    table[name] = `${FILE_HEAD}Content-Transfer-Encoding: ${name}\r\n\r\n${everyOctet(PAYLOAD, '=\r\n')}`;
  }
  return table;
}

export function uuencode(name: string, octets: Buffer): string {
  let text = `begin 644 ${name}\r\n`;
  for (let at = 0; at < octets.length; at += 45) {
    const line = octets.subarray(at, at + 45);
    text += uuChar(line.length);
    for (let i = 0; i < line.length; i += 3) {
      const bits = ((line[i] ?? 0) << 16) | ((line[i + 1] ?? 0) << 8) | (line[i + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) text += uuChar((bits >> shift) & 63);
    }
    text += '\r\n';
  }
  return `${text}\`\r\nend\r\n`;
}

function uuChar(value: number): string {
  return value === 0 ? '`' : String.fromCharCode(value + 32);
}

export function yenc(name: string, octets: Buffer): string {
  let text = '';
  for (const octet of octets) {
    const shifted = (octet + 42) & 255;
    text += [0, 9, 10, 13, 61].includes(shifted)
      ? `=${String.fromCharCode((shifted + 64) & 255)}`
      : String.fromCharCode(shifted);
  }
  return `=ybegin line=128 size=${octets.length} name=${name}\r\n${text}\r\n=yend size=${octets.length}\r\n`;
}

function attribute(level: number, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(level, 0);
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(data.reduce((total, octet) => (total + octet) & 0xffff, 0));
  return Buffer.concat([head, data, sum]);
}

const TNEF_BEGIN = [Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]), attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0]))];

export function tnef(name: string, octets: Buffer): Buffer {
  return Buffer.concat([
    ...TNEF_BEGIN,
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x00018010, Buffer.from(`${name}\0`)),
    attribute(2, 0x0006800f, octets),
  ]);
}

const numbers = (...values: number[]) =>
  Buffer.concat(values.map((value) => Buffer.from(Uint32Array.of(value).buffer)));

/** Properties (MS-OXTNEF 2.1.3.4): two that hold no octets, one of which has a name of its own, then the one that is meant. */
function properties(tag: number, octets: Buffer): Buffer {
  const named = Buffer.concat([
    numbers(0x8001000b),
    Buffer.alloc(16, 7),
    numbers(1, 6),
    Buffer.from('a\0b\0\0\0\0\0'),
    numbers(1),
  ]);
  const meant = Buffer.concat([numbers(tag, 1, octets.length), octets, Buffer.alloc(-octets.length & 3)]);
  return Buffer.concat([numbers(3, 0x37050003, 6), named, meant]);
}

/** An attachment whose file is a property: octets, or an object behind the name of its interface. */
export function tnefWithProperty(name: string, octets: Buffer, form: 'octets' | 'object'): Buffer {
  const [tag, value] =
    form === 'octets' ? [0x37010102, octets] : [0x3701000d, Buffer.concat([Buffer.alloc(16, 1), octets])];
  return Buffer.concat([
    ...TNEF_BEGIN,
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x00018010, Buffer.from(`${name}\0`)),
    attribute(2, 0x00069005, properties(tag, value)),
  ]);
}

/** A message whose text is RTF, said to be packed and plain ([MS-OXRTFCP] 2.1.3.1.3). */
export function tnefWithRtf(rtf: Buffer): Buffer {
  const packed = Buffer.concat([numbers(rtf.length + 12, rtf.length, 0x414c454d, 0), rtf]);
  return Buffer.concat([...TNEF_BEGIN, attribute(1, 0x00069003, properties(0x10090102, packed))]);
}

const BINHEX = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';

export function binhex(name: string, octets: Buffer): string {
  const header = Buffer.alloc(1 + name.length + 1 + 4 + 4 + 2 + 4 + 4 + 2);
  header.writeUInt8(name.length, 0);
  header.write(name, 1);
  header.writeUInt32BE(octets.length, 1 + name.length + 11);
  const all = Buffer.concat([header, octets, Buffer.alloc(4)]);
  const runs = Buffer.from([...all].flatMap((octet) => (octet === 0x90 ? [0x90, 0] : [octet])));
  let text = '';
  let bits = 0;
  let count = 0;
  for (const octet of runs) {
    bits = (bits << 8) | octet;
    count += 8;
    while (count >= 6) {
      count -= 6;
      text += BINHEX[(bits >> count) & 63];
      bits &= (1 << count) - 1;
    }
  }
  if (count > 0) text += BINHEX[(bits << (6 - count)) & 63];
  return `(This file must be converted with BinHex 4.0)\r\n\r\n:${lines(text, 64, '').trimEnd()}:\r\n`;
}
