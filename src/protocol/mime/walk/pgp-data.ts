// OpenPGP (RFC 9580): what is signed or only packed is not encrypted, and every program opens it.

import { inflateRawSync, inflateSync } from 'node:zlib';
import { decodeBase64 } from './base64.ts';
import type { TextFile } from './other-encodings.ts';

/** RFC 9580 5: types of packets. */
const COMPRESSED = 8;
const LITERAL = 11;
const ENCRYPTED: ReadonlySet<number> = new Set([1, 3, 9, 18, 20]);
/** What a message consists of. */
const KNOWN: ReadonlySet<number> = new Set([2, 4, 10, 21, COMPRESSED, LITERAL, ...ENCRYPTED]);

const MOST_UNPACKED = 16 * 1024 * 1024;
/** Packets, and pieces of one: what has more is made to have the rest overlooked. */
const MOST_PACKETS = 100_000;
const DEEPEST = 5;
const MOST_ARMOURED = 2000;
const ARMOUR = /-----BEGIN PGP MESSAGE[^\r\n]{0,40}-----\r?\n([^]*?)(?:-----END PGP|$)/g;

export interface PgpContent {
  files: TextFile[];
  /** Something in it needs a key or a password. */
  encrypted: boolean;
  /** Packed in a way that is not unpacked here; the octets of it begin as bzip2 does. */
  packed: Buffer[];
  /** There is more than was looked at. */
  tooLarge: boolean;
  /** Octets that may still be unpacked. */
  room: number;
}

/** Files in armour, wherever it stands in a text, and in packets; nothing where there are none. */
export function pgpContent(octets: Buffer): PgpContent {
  const found: PgpContent = { files: [], encrypted: false, packed: [], tooLarge: false, room: MOST_UNPACKED };
  if (octets.includes('-----BEGIN PGP ')) {
    let count = 0;
    for (const [, body = ''] of octets.toString('latin1').matchAll(ARMOUR)) {
      if (count++ >= MOST_ARMOURED) {
        found.tooLarge = true;
        break;
      }
      // Fields, an empty line, base64, and a sum behind an equals sign.
      const data = body.replaceAll(/^> ?/gm, '').replace(/^(?:[A-Za-z-]+: [^\n]*\n)*\s*\n/, '');
      packets(decodeBase64(Buffer.from(data, 'latin1')), found, 0);
    }
  } else if ((octets[0] ?? 0) >= 0x80) packets(octets, found, 0);
  return found;
}

function packets(octets: Buffer, found: PgpContent, depth: number): void {
  let at = 0;
  for (let count = 0; at < octets.length; count++) {
    const packet = packetAt(octets, at);
    if (packet === undefined || !KNOWN.has(packet.type)) return;
    const { type, body, end, cut } = packet;
    if (cut || count >= MOST_PACKETS) {
      found.tooLarge = true;
      return;
    }
    if (ENCRYPTED.has(type) && isEncrypted(type, body)) found.encrypted = true;
    else if (type === LITERAL) literal(body, found);
    else if (type === COMPRESSED && depth < DEEPEST) unpacked(body, found, depth);
    else if (type === COMPRESSED) found.tooLarge = true;
    at = end;
  }
}

/** Other octets may look like the head of such a packet: version and kinds have to be known ones. */
function isEncrypted(type: number, body: Buffer): boolean {
  if (type === 9) return body.length > 16;
  return [1, 2, 3, 4, 5, 6].includes(body[0] ?? 0) && body.length > 3;
}

/** RFC 9580 5.9: a word, a name, a date. */
function literal(body: Buffer, found: PgpContent): void {
  if (!'btulm1'.includes(String.fromCharCode(body[0] ?? 0))) return;
  const length = body[1] ?? 0;
  if (body.length < 6 + length) return;
  found.files.push({ name: body.toString('latin1', 2, 2 + length), octets: body.subarray(6 + length) });
}

function unpacked(body: Buffer, found: PgpContent, depth: number): void {
  const data = body.subarray(1);
  try {
    if (body[0] === 0) packets(data, found, depth + 1);
    else if (body[0] === 3) found.packed.push(data);
    else if (body[0] === 1 || body[0] === 2) {
      const unpack = body[0] === 1 ? inflateRawSync : inflateSync;
      const inner = unpack(data, { maxOutputLength: Math.max(1, found.room) });
      found.room -= inner.length;
      packets(inner, found, depth + 1);
    }
  } catch (error) {
    // What is broken no program opens; of what is too large it has to be said.
    if (error instanceof RangeError) found.tooLarge = true;
    found.room = found.tooLarge ? 0 : found.room;
  }
}

interface Packet {
  type: number;
  body: Buffer;
  end: number;
  /** It has more pieces than were put together. */
  cut: boolean;
}

/** RFC 9580 4.2: heads of both formats, and pieces. */
function packetAt(octets: Buffer, at: number): Packet | undefined {
  const tag = octets[at] ?? 0;
  if (tag < 0x80) return undefined;
  if ((tag & 0x40) === 0) {
    const kind = tag & 3;
    const size = kind === 3 ? octets.length : sizeAt(octets, at + 1, 1 << kind);
    const start = at + 1 + (kind === 3 ? 0 : 1 << kind);
    return { type: (tag >> 2) & 0xf, body: octets.subarray(start, start + size), end: start + size, cut: false };
  }
  const pieces: Buffer[] = [];
  let next = at + 1;
  let goesOn = true;
  while (goesOn && pieces.length < MOST_PACKETS) {
    const first = octets[next] ?? 0;
    const isPiece = first >= 224 && first < 255;
    const width = first < 192 || isPiece ? 1 : first < 224 ? 2 : 5;
    const size = isPiece
      ? 2 ** (first & 0x1f)
      : first < 192
        ? first
        : first < 224
          ? ((first - 192) << 8) + (octets[next + 1] ?? 0) + 192
          : sizeAt(octets, next + 1, 4);
    pieces.push(octets.subarray(next + width, next + width + size));
    next += width + size;
    goesOn = isPiece && next < octets.length;
  }
  return { type: tag & 0x3f, body: Buffer.concat(pieces), end: next, cut: goesOn };
}

function sizeAt(octets: Buffer, at: number, count: number): number {
  return at + count <= octets.length ? octets.readUIntBE(at, count) : 0;
}
