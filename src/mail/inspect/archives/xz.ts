// The .xz file format 1.2.0: streams of blocks, each packed with LZMA2 (other filters before it are not undone).

import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { Gathered } from './gathered.ts';
import { unlzma2 } from './lzma.ts';

/** Octets of the check behind each block, by its kind (2.1.1.2). */
const CHECK_SIZE = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** Unpacks the blocks of the first stream; further streams are rare, and said to be unreadable. */
export function unxz(packed: Uint8Array, work: Work): Unpacked {
  const out = new Gathered(packed.length, work);
  const check = CHECK_SIZE[(packed[7] ?? 0) & 0x0f] ?? 0;
  let at = 12;
  // A block header of size 0 is the index: no more blocks.
  while (packed[at] !== 0 && at < packed.length) {
    const header = ((packed[at] ?? 0) + 1) * 4;
    if (!onlyLzma2(packed, at)) return out.broken();
    const body = packed.subarray(at + header);
    const { end, ok } = unlzma2(body, work, out);
    if (out.full) return out.done();
    if (!ok) return out.broken();
    at += header + Math.ceil(end / 4) * 4 + check;
  }
  return out.length === 0 ? out.broken() : out.done();
}

/** 3.1: one filter, LZMA2 (0x21). */
function onlyLzma2(packed: Uint8Array, at: number): boolean {
  const flags = packed[at + 1] ?? 0;
  if ((flags & 3) !== 0) return false;
  let next = at + 2;
  for (const bit of [0x40, 0x80]) {
    if ((flags & bit) === 0) continue;
    while (((packed[next] ?? 0) & 0x80) !== 0 && next < packed.length) next++;
    next++;
  }
  return packed[next] === 0x21;
}
