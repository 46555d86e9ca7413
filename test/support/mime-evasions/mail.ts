// What the evasions are made of: the file that is hidden, its encodings, and a message around it.

import { deflateRawSync } from 'node:zlib';

export interface Evasion {
  /** What is odd about it. */
  id: string;
  content: Buffer;
}

/** In two pieces, so that no scanner finds it in this file. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** A zip with one file, as small as it gets. */
export function zipOf(name: string, octets: Buffer): Buffer {
  const data = deflateRawSync(octets);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(octets), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(octets.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
    common.subarray(0, 26),
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function crc32(octets: Buffer): number {
  let crc = ~0;
  for (const octet of octets) {
    crc ^= octet;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Of a length that leaves base64 two octets to pad: what is done with padding matters to many. */
export const PAYLOAD = ['eicar.com', 'eicars.com', 'eicars1.com']
  .map((name) => zipOf(name, Buffer.from(EICAR)))
  .filter(({ length }) => length % 3 === 1)[0]!;
export const base64 = (octets: Buffer) => `${(octets.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')}\r\n`;
/** Lines of many lengths, so that nothing knows it by its looks. */
export const mixed = (octets: Buffer) => {
  const text = octets.toString('base64');
  let result = '';
  for (let at = 0, i = 0; at < text.length; i++) {
    const length = [4, 8, 16, 32, 64][i % 5] ?? 4;
    result += `${text.slice(at, at + length)}\r\n`;
    at += length;
  }
  return result;
};
export const lines = (text: string, length: number, tail: string) =>
  text.replaceAll(new RegExp(`.{1,${length}}`, 'g'), `$&${tail}\r\n`);
export const everyOctet = (octets: Buffer, tail: string, form = (hex: string) => `=${hex}`) =>
  `${[...octets].map((octet) => form(octet.toString(16).toUpperCase().padStart(2, '0'))).join(tail)}=\r\n\r\n`;

export const HEAD = 'From: ann@a.example\r\nTo: ben@b.example\r\nSubject: file\r\nMIME-Version: 1.0\r\n';
export const TEXT = 'Content-Type: text/plain\r\n\r\nhello\r\n';
export const FILE_HEAD =
  'Content-Type: application/octet-stream; name=report.bin\r\nContent-Disposition: attachment; filename=report.bin\r\n';
export const B64 = 'Content-Transfer-Encoding: base64\r\n';
export const FILE = `${FILE_HEAD}${B64}\r\n${mixed(PAYLOAD)}`;

export interface Build {
  type?: string;
  /** After the type's field. */
  fields?: string;
  boundary?: string;
  parts?: string[];
  body?: string;
}

/** A message with a text and the file, but for what is said. */
export function build({ type, fields = '', boundary = 'b1f9', parts = [TEXT, FILE], body }: Build): string {
  const text = body ?? `${parts.map((part) => `--${boundary}\r\n${part}`).join('')}--${boundary}--\r\n`;
  return `${HEAD}${type ?? `Content-Type: multipart/mixed; boundary=${boundary}\r\n`}${fields}\r\n${text}`;
}

export type Table = Record<string, string>;

export function each(group: string, table: Table): Evasion[] {
  return Object.entries(table).map(([id, text]) => ({ id: `${group}: ${id}`, content: Buffer.from(text, 'latin1') }));
}
