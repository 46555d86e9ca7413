// Microsoft cabinets ([MS-CAB]): names of all files, content of folders that are stored or packed with MSZIP.

import { inflateRawSync } from 'node:zlib';
import type { Entry, Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u16, u32 } from './binary.ts';
import { Gathered } from './gathered.ts';

/** Octets that a block holds at most when unpacked, and what is looked back to from the next one. */
const BLOCK = 32768;

export function* cabinetEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  const flags = u16(octets, 30);
  const reserved =
    (flags & 4) !== 0 ? { header: u16(octets, 36), folder: octets[38] ?? 0, data: octets[39] ?? 0 } : undefined;
  let at = reserved === undefined ? 36 : 40 + reserved.header;
  // Names of the cabinets before and behind, two texts each.
  for (let texts = ((flags & 1) + ((flags & 2) >> 1)) * 2; texts > 0; texts--)
    at = octets.indexOf(0, at) + 1 || octets.length;
  const folders = Array.from({ length: Math.min(u16(octets, 26), 1000) }, (_, index) => {
    const place = at + index * (8 + (reserved?.folder ?? 0));
    return { start: u32(octets, place), blocks: u16(octets, place + 4), kind: u16(octets, place + 6) & 0x0f };
  });
  const unpacked = new Map<number, Unpacked>();
  let file = u32(octets, 16);
  for (let left = u16(octets, 28); left > 0 && file + 16 < octets.length && work.goesOn(); left--) {
    const size = u32(octets, file);
    const offset = u32(octets, file + 4);
    const index = u16(octets, file + 8);
    const nameEnd = octets.indexOf(0, file + 16);
    if (nameEnd < 0) return;
    const utf8 = (u16(octets, file + 14) & 0x80) !== 0;
    const folder = folders[index];
    yield {
      names: [octets.toString(utf8 ? 'utf8' : 'latin1', file + 16, nameEnd)],
      traits: [],
      size,
      open() {
        if (folder === undefined) return { traits: ['unopened'] };
        const whole = unpacked.get(index) ?? unpackFolder(octets, folder, { work, reserved: reserved?.data ?? 0 });
        unpacked.set(index, whole);
        return whole.bytes === undefined
          ? { traits: whole.traits }
          : { bytes: whole.bytes.subarray(offset, offset + size), traits: whole.traits };
      },
    };
    file = nameEnd + 1;
  }
}

function unpackFolder(
  octets: Buffer,
  { start, blocks, kind }: { start: number; blocks: number; kind: number },
  { work, reserved }: { work: Work; reserved: number },
): Unpacked {
  if (kind > 1) return { traits: ['unreadable'] }; // Quantum and LZX
  const out = new Gathered(octets.length - start, work);
  let history: Buffer = Buffer.alloc(0);
  let at = start;
  for (let left = blocks; left > 0 && !out.full && work.goesOn(); left--) {
    const packed = u16(octets, at + 4);
    const data = octets.subarray(at + 8 + reserved, at + 8 + reserved + packed);
    const block = kind === 0 ? data : unpackBlock(data, history);
    if (block === undefined || data.length < packed) return out.broken();
    for (const octet of block) out.put(octet);
    history = Buffer.concat([history, block]).subarray(-BLOCK);
    at += 8 + reserved + packed;
  }
  return out.done();
}

function unpackBlock(data: Buffer, dictionary: Buffer): Buffer | undefined {
  if (data.toString('latin1', 0, 2) !== 'CK') return undefined;
  try {
    return inflateRawSync(data.subarray(2), { maxOutputLength: BLOCK, ...(dictionary.length > 0 && { dictionary }) });
  } catch (error) {
    // Broken data, or more than a block may hold: the cabinet is not readable either way.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
