// The name that a gzip file keeps of what it holds (RFC 1952 2.3).

import { asBuffer, u16 } from './binary.ts';

const HAS_EXTRA = 4;
const HAS_NAME = 8;
const LONGEST_NAME = 1000;

/** The original name; empty where none is kept. */
export function gzipName(bytes: Uint8Array): string {
  const octets = asBuffer(bytes);
  const flags = octets[3] ?? 0;
  if ((flags & HAS_NAME) === 0) return '';
  const start = 10 + ((flags & HAS_EXTRA) === 0 ? 0 : 2 + u16(octets, 10));
  const end = octets.indexOf(0, start);
  return end < 0 || end - start > LONGEST_NAME ? '' : octets.toString('latin1', start, end);
}
