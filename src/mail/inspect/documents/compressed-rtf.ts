// RTF as Outlook packs it ([MS-OXRTFCP]): copies out of a ring of 4,096 octets that begins with words of RTF.

import { u32 } from '../archives/binary.ts';
import { Gathered } from '../archives/gathered.ts';
import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';

const PRESET =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const PACKED = 0x75465a4c;
const PLAIN = 0x414c454d;
const RING = 4096;

/** The RTF in a property of a message. */
export function decompressRtf(octets: Uint8Array, work: Work): Unpacked {
  const kind = u32(octets, 8);
  if (kind === PLAIN) return { bytes: octets.subarray(16), traits: [] };
  if (kind !== PACKED) return { traits: ['unreadable'] };
  const out = new Gathered(octets.length, work);
  const ring = Buffer.alloc(RING);
  let write = ring.write(PRESET, 'latin1');
  const put = (octet: number) => {
    out.put(octet);
    ring[write] = octet;
    write = (write + 1) % RING;
  };
  for (let at = 16; at < octets.length && !out.full; ) {
    const flags = octets[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < octets.length; bit++) {
      if ((flags & (1 << bit)) === 0) {
        put(octets[at++] ?? 0);
        continue;
      }
      const token = (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
      at += 2;
      const offset = token >>> 4;
      if (offset === write) return out.done();
      for (let index = 0; index < (token & 0x0f) + 2; index++) put(ring[(offset + index) % RING] ?? 0);
    }
  }
  return out.done();
}
