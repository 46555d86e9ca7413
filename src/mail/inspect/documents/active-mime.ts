// "ActiveMime": how Word and Excel put a packed compound file with macros into XML and web pages.

import { hasText, u16, u32 } from '../archives/binary.ts';
import { unpackStream } from '../archives/inflate.ts';
import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';

/** The compound file in it; nothing where the octets are something else. */
export function activeMime(octets: Uint8Array, work: Work): Unpacked | undefined {
  if (!hasText(octets, 0, 'ActiveMime')) return undefined;
  const usual = u16(octets, 0x1e) + 0x2e;
  // The header's length is not always what it says: the packed stream begins with 0x78.
  const start = [usual, 0x32, 0x22a].find((at) => octets[at] === 0x78) ?? octets.indexOf(0x78, 12);
  if (start < 0) return { traits: ['unreadable'] };
  return unpackStream('zlib', octets.subarray(start), work, u32(octets, 0x2e));
}
