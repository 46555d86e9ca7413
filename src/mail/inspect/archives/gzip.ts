// gzip files (RFC 1952): the name that one keeps of what it holds, and content in front of what is no gzip.

import { crc32 } from 'node:zlib';
import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u16, u32 } from './binary.ts';
import { unpackStream } from './inflate.ts';

// RFC 1952 2.3.1: flags of the header.
const HAS_CHECK = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const LONGEST_NAME = 1000;
const TRAILER = 8;

/** The original name; empty where none is kept. */
export function gzipName(bytes: Uint8Array): string {
  const octets = asBuffer(bytes);
  if (((octets[3] ?? 0) & HAS_NAME) === 0) return '';
  const start = nameStart(octets);
  const end = octets.indexOf(0, start);
  return end < 0 || end - start > LONGEST_NAME ? '' : octets.toString('latin1', start, end);
}

/** Whether every program reads the header alike: the usual method, and nothing but a name. */
export function isPlainGzip(bytes: Uint8Array): boolean {
  return bytes[2] === 8 && ((bytes[3] ?? 0) & ~HAS_NAME) === 0;
}

/** Unpacks all members; where something else stands behind, or in between, the first one as every program does. */
export function gunzip(bytes: Uint8Array, work: Work): Unpacked {
  const whole = unpackStream('gzip', bytes, work, u32(bytes, bytes.length - 4));
  if (whole.bytes !== undefined || whole.traits.includes('bomb')) return whole;
  const first = unpackStream('deflate', asBuffer(bytes).subarray(headerEnd(asBuffer(bytes))), work);
  if (first.bytes === undefined) return first;
  return { bytes: first.bytes, traits: hasTrailerOf(first.bytes, asBuffer(bytes)) ? [] : ['unopened'] };
}

function nameStart(octets: Buffer): number {
  return 10 + (((octets[3] ?? 0) & HAS_EXTRA) === 0 ? 0 : 2 + u16(octets, 10));
}

function headerEnd(octets: Buffer): number {
  const flags = octets[3] ?? 0;
  let at = nameStart(octets);
  for (const text of [HAS_NAME, HAS_COMMENT]) if ((flags & text) !== 0) at = octets.indexOf(0, at) + 1 || octets.length;
  return at + ((flags & HAS_CHECK) === 0 ? 0 : 2);
}

/** Its sum and length stand somewhere behind the header: the stream was whole. */
function hasTrailerOf(content: Uint8Array, octets: Buffer): boolean {
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32LE(crc32(content));
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return octets.includes(trailer);
}
