// Mail and files that are signed, digested or packed by CMS and OpenPGP: nothing in it is encrypted.

import { deflateRawSync, deflateSync } from 'node:zlib';
import { B64, base64, build, EICAR, FILE, HEAD, type Table, TEXT, zipOf } from './mail.ts';

const VIRUS = Buffer.from(EICAR);

function der(tag: number, ...content: Buffer[]): Buffer {
  const whole = Buffer.concat(content);
  const length = whole.length < 128 ? [whole.length] : [0x82, whole.length >> 8, whole.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), whole]);
}

/** Content of one kind within another (RFC 5652 3 and 5). */
function cms(kind: string, innerKind: string, content: Buffer): Buffer {
  const id = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
  const inner = der(0x30, id(innerKind), der(0xa0, der(0x04, content)));
  return der(0x30, id(kind), der(0xa0, der(0x30, der(0x02, Buffer.from([1])), der(0x31), inner)));
}

const DATA = '2a864886f70d010701';
const SIGNED = '2a864886f70d010702';
const DIGESTED = '2a864886f70d010705';
const OF_OUR_OWN = '2a0304';

/** A packet of OpenPGP (RFC 9580 4.2) in the new format, in the old one, or in pieces. */
function packet(type: number, body: Buffer, form: 'new' | 'old' | 'pieces' = 'new'): Buffer {
  if (form === 'old')
    return Buffer.concat([Buffer.from([0x80 | (type << 2) | 1, body.length >> 8, body.length & 0xff]), body]);
  const large = Buffer.from([0xff, 0, 0, body.length >> 8, body.length & 0xff]);
  if (form === 'new') return Buffer.concat([Buffer.from([0xc0 | type]), large, body]);
  const rest = body.subarray(16);
  return Buffer.concat([Buffer.from([0xc0 | type, 0xe4]), body.subarray(0, 16), Buffer.from([rest.length]), rest]);
}

function literal(name: string, octets: Buffer): Buffer {
  return Buffer.concat([Buffer.from('b'), Buffer.from([name.length]), Buffer.from(name), Buffer.alloc(4), octets]);
}

/** Whatever can be opened without a key. */
export function sealed(): Table {
  const mail = Buffer.from(FILE);
  const inside = packet(11, literal('eicar.com', VIRUS));
  const onePass = packet(4, Buffer.alloc(13, 3));
  const files: Record<string, [name: string, octets: Buffer]> = {
    'CMS, signed, of a kind of our own': ['smime.p7m', cms(SIGNED, OF_OUR_OWN, mail)],
    'CMS, digested': ['smime.p7m', cms(DIGESTED, DATA, mail)],
    'CMS, digested, called a file': ['a.bin', cms(DIGESTED, DATA, mail)],
    'CMS, signed twice': ['smime.p7m', cms(SIGNED, SIGNED, cms(SIGNED, DATA, mail))],
    'CMS in a zip': ['a.zip', zipOf('a.p7m', cms(SIGNED, OF_OUR_OWN, mail))],
    'OpenPGP, literal': ['a.gpg', inside],
    'OpenPGP, literal, old format': ['a.pgp', packet(11, literal('eicar.com', VIRUS), 'old')],
    'OpenPGP, literal, in pieces': ['a.gpg', packet(11, literal('eicar.com', VIRUS), 'pieces')],
    'OpenPGP, behind many markers': [
      'a.gpg',
      Buffer.concat([...Array.from({ length: 3000 }, () => packet(10, Buffer.from('PGP'))), inside]),
    ],
    'OpenPGP, packed': ['a.gpg', packet(8, Buffer.concat([Buffer.from([1]), deflateRawSync(inside)]))],
    'OpenPGP, packed by zlib': ['a.gpg', packet(8, Buffer.concat([Buffer.from([2]), deflateSync(inside)]))],
    'OpenPGP, signed': ['a.sig', Buffer.concat([onePass, inside, packet(2, Buffer.alloc(40, 4))])],
    'OpenPGP, called a file': ['a.bin', packet(8, Buffer.concat([Buffer.from([1]), deflateRawSync(inside)]))],
    'OpenPGP in a zip': ['a.zip', zipOf('a.gpg', packet(8, Buffer.concat([Buffer.from([1]), deflateRawSync(inside)])))],
  };
  const attached = ([name, octets]: [string, Buffer]) =>
    build({ parts: [TEXT, `Content-Type: application/octet-stream; name=${name}\r\n${B64}\r\n${base64(octets)}`] });
  const armour = (octets: Buffer) =>
    `-----BEGIN PGP MESSAGE-----\r\nVersion: 1\r\n\r\n${base64(octets)}=abcd\r\n-----END PGP MESSAGE-----\r\n`;
  const packed = packet(8, Buffer.concat([Buffer.from([1]), deflateRawSync(inside)]));
  return {
    ...Object.fromEntries(Object.entries(files).map(([id, file]) => [id, attached(file)])),
    'OpenPGP in armour': attached(['a.asc', Buffer.from(armour(packed))]),
    'OpenPGP in armour, in a text': `${HEAD}Content-Type: text/plain\r\n\r\nhello\r\n\r\n${armour(packed)}`,
    'OpenPGP in armour, behind others': `${HEAD}Content-Type: text/plain\r\n\r\nhello\r\n\r\n${armour(packet(11, literal('a', Buffer.from('a')))).repeat(30)}${armour(packed)}`,
    'OpenPGP in armour, quoted': `${HEAD}Content-Type: text/plain\r\n\r\nhello\r\n\r\n${armour(packed).replaceAll(/^(?=.)/gm, '> ')}`,
  };
}
