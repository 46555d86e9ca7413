// Images of discs (ECMA-119, known as ISO 9660, with the names of Joliet and Rock Ridge): files are not packed, only laid out.

import type { Entry, Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u16, u32 } from './binary.ts';

const SECTOR = 2048;
const FIRST_DESCRIPTOR = 16;
/** The standard allows eight, and nobody heeds it. */
const DEEPEST = 64;
const IS_FOLDER = 2;
/** ECMA-119 9.1.6: the next record has the rest of the file. */
const GOES_ON = 0x80;

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
    const block = u16(octets, at + 128) || SECTOR;
    yield* folder(octets, {
      at: u32(octets, at + 158),
      size: u32(octets, at + 166),
      depth: 0,
      block,
      wide,
      seen,
      work,
    });
  }
}

interface Place {
  at: number;
  size: number;
  depth: number;
  /** Octets in which places are counted. */
  block: number;
  wide: boolean;
  seen: Set<string>;
  work: Work;
}

function* folder(octets: Buffer, place: Place): Generator<Entry> {
  const start = place.at * place.block;
  const end = Math.min(octets.length, start + place.size);
  // A folder that holds itself would never end.
  const key = `folder ${place.at} ${place.wide}`;
  if (place.depth > DEEPEST || place.seen.has(key)) return;
  place.seen.add(key);
  let pieces: Piece[] = [];
  for (let at = start; at < end && place.work.goesOn(); ) {
    const length = octets[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / SECTOR) + 1) * SECTOR;
      continue;
    }
    // Behind the extent of the record stand its attributes, if it has some.
    const extent = u32(octets, at + 2) + (octets[at + 1] ?? 0);
    const size = u32(octets, at + 10);
    const nameLength = octets[at + 32] ?? 0;
    const flags = octets[at + 25] ?? 0;
    const isFolder = (flags & IS_FOLDER) !== 0;
    const isDot = nameLength === 1 && (octets[at + 33] ?? 0) <= 1;
    if (isFolder && !isDot) yield* folder(octets, { ...place, at: extent, size, depth: place.depth + 1 });
    if (!isFolder) pieces.push({ start: extent * place.block, size, doubtful: isDoubtful(octets, at) });
    if (!isFolder && (flags & GOES_ON) === 0) {
      const names = [nameAt(octets, at + 33, nameLength, place.wide), ...rockRidgeName(octets, at, length)];
      const fileKey = `file ${pieces.map(({ start: from, size: octetsOf }) => `${from} ${octetsOf}`).join()} ${names.join('/')}`;
      if (!place.seen.has(fileKey)) yield fileEntry(octets, { names, pieces, work: place.work });
      place.seen.add(fileKey);
      pieces = [];
    }
    at += length;
  }
}

interface Piece {
  start: number;
  size: number;
  doubtful: boolean;
}

/** Places and sizes stand in both orders of octets (ECMA-119 7.3.3); or the file lies in units with gaps between. */
function isDoubtful(octets: Buffer, at: number): boolean {
  for (const place of [at + 2, at + 10]) {
    const other = octets.length >= place + 8 ? octets.readUInt32BE(place + 4) : 0;
    if (other !== 0 && other !== u32(octets, place)) return true;
  }
  return (octets[at + 26] ?? 0) !== 0 || (octets[at + 27] ?? 0) !== 0;
}

/** RRIP 4.1.4: the name as Unix shows it, in pieces behind the record's own. */
function rockRidgeName(octets: Buffer, record: number, length: number): string[] {
  const nameLength = octets[record + 32] ?? 0;
  let name = '';
  for (let at = record + 33 + nameLength + ((nameLength + 1) % 2); at + 5 <= record + length; ) {
    const size = octets[at + 2] ?? 0;
    if (size < 4) break;
    if (octets.toString('latin1', at, at + 2) === 'NM') name += octets.toString('utf8', at + 5, at + size);
    at += size;
  }
  return name === '' ? [] : [name];
}

function nameAt(octets: Buffer, at: number, length: number, wide: boolean): string {
  const raw = Buffer.from(octets.subarray(at, at + length));
  const text = wide && raw.length % 2 === 0 ? raw.swap16().toString('utf16le') : raw.toString('latin1');
  return text.replace(/;\d+$/, '').replace(/\.$/, '');
}

function fileEntry(
  octets: Buffer,
  { names, pieces, work }: { names: readonly string[]; pieces: readonly Piece[]; work: Work },
): Entry {
  const found = pieces.map(({ start, size }) => octets.subarray(start, start + size));
  const isBroken = pieces.some(({ size, doubtful }, index) => doubtful || (found[index]?.length ?? 0) < size);
  return {
    names,
    traits: isBroken ? ['unopened'] : [],
    size: pieces.reduce((sum, { size }) => sum + size, 0),
    open: () => together(found, work),
  };
}

/** Pieces may be the same octets again and again, so that a small image would hold more than any memory. */
function together(pieces: readonly Buffer[], work: Work): Unpacked {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return { bytes: first, traits: [] };
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  if (size > work.room(size)) {
    work.outOfRoom(size);
    return { traits: ['bomb'] };
  }
  work.spend(size);
  return { bytes: Buffer.concat(pieces), traits: [] };
}
