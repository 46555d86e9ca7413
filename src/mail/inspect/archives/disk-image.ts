// Images of discs (ECMA-119, known as ISO 9660, with Joliet names): files are not packed, only laid out.

import type { Entry } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u32 } from './binary.ts';

const SECTOR = 2048;
const FIRST_DESCRIPTOR = 16;
const DEEPEST = 12;

/** Whether a volume descriptor is in its place. */
export function isIso(bytes: Uint8Array): boolean {
  return asBuffer(bytes).toString('latin1', FIRST_DESCRIPTOR * SECTOR + 1, FIRST_DESCRIPTOR * SECTOR + 6) === 'CD001';
}

/** ECMA-167 (UDF): a descriptor of its kind stands among those of the volume. Windows prefers it to what stands beside it. */
export function isUdf(bytes: Uint8Array): boolean {
  const octets = asBuffer(bytes);
  for (let sector = FIRST_DESCRIPTOR; sector < FIRST_DESCRIPTOR + 32; sector++) {
    const mark = octets.toString('latin1', sector * SECTOR + 1, sector * SECTOR + 6);
    if (mark === 'NSR02' || mark === 'NSR03') return true;
  }
  return false;
}

/** Files of every volume descriptor, each place once. */
export function* isoEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  const seen = new Set<string>();
  for (let sector = FIRST_DESCRIPTOR; sector < FIRST_DESCRIPTOR + 32; sector++) {
    const at = sector * SECTOR;
    if (octets.toString('latin1', at + 1, at + 6) !== 'CD001') break;
    const kind = octets[at];
    if (kind !== 1 && kind !== 2) continue;
    const wide = kind === 2 && octets[at + 88] === 0x25; // "%/@", "%/C" or "%/E": UCS-2
    yield* folder(octets, { at: u32(octets, at + 158), size: u32(octets, at + 166), depth: 0, wide, seen, work });
  }
}

interface Place {
  at: number;
  size: number;
  depth: number;
  wide: boolean;
  seen: Set<string>;
  work: Work;
}

function* folder(octets: Buffer, place: Place): Generator<Entry> {
  const start = place.at * SECTOR;
  const end = Math.min(octets.length, start + place.size);
  // A folder that holds itself would never end.
  const key = `folder ${place.at} ${place.wide}`;
  if (place.depth > DEEPEST || place.seen.has(key)) return;
  place.seen.add(key);
  for (let at = start; at < end && place.work.goesOn(); ) {
    const length = octets[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / SECTOR) + 1) * SECTOR;
      continue;
    }
    const extent = u32(octets, at + 2);
    const size = u32(octets, at + 10);
    const nameLength = octets[at + 32] ?? 0;
    const isFolder = ((octets[at + 25] ?? 0) & 2) !== 0;
    const isDot = nameLength === 1 && (octets[at + 33] ?? 0) <= 1;
    if (isFolder && !isDot) yield* folder(octets, { ...place, at: extent, size, depth: place.depth + 1 });
    if (!isFolder) {
      const name = nameAt(octets, at + 33, nameLength, place.wide);
      const fileKey = `file ${extent} ${size} ${name}`;
      if (!place.seen.has(fileKey)) yield fileEntry(octets, { name, start: extent * SECTOR, size });
      place.seen.add(fileKey);
    }
    at += length;
  }
}

function nameAt(octets: Buffer, at: number, length: number, wide: boolean): string {
  const raw = Buffer.from(octets.subarray(at, at + length));
  const text = wide && raw.length % 2 === 0 ? raw.swap16().toString('utf16le') : raw.toString('latin1');
  return text.replace(/;\d+$/, '').replace(/\.$/, '');
}

function fileEntry(octets: Buffer, { name, start, size }: { name: string; start: number; size: number }): Entry {
  const bytes = octets.subarray(start, start + size);
  return {
    names: [name],
    traits: bytes.length < size ? ['unopened'] : [],
    size,
    open: () => ({ bytes, traits: [] }),
  };
}
