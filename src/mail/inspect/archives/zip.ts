// ZIP archives (PKWARE APPNOTE 6.3.10), read as careless programs read them: by the directory at the end, by the headers
// in front of each entry where the two disagree, and entries that only such headers show.

import { crc32 } from 'node:zlib';
import type { Entry, Unpacked } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u16, u32 } from './binary.ts';
import { bunzip2 } from './bzip2.ts';
import { unpackStream } from './inflate.ts';
import { unlzmaZip } from './lzma.ts';
import { unxz } from './xz.ts';
import {
  DIRECTORY_END,
  DIRECTORY_END_64,
  DIRECTORY_ENTRY,
  dataOf,
  directory,
  type Header,
  type Listed,
  LOCAL_HEADER,
  listedAt,
  localHeader,
} from './zip-headers.ts';

/** APPNOTE 4.4.4: flags of an entry. Sizes stand behind the data; and what only few programs know. */
const STREAMED = 8;
const ENCRYPTED = 1;
const ODD_FLAGS = 0xf7b1 & ~0x0800;

/** AES (APPNOTE 7.2): the sum may be left out. */
const LOCKED_METHOD = 99;

/** Methods that virus scanners unpack and nothing here does: imploded, Deflate64. */
const FOR_SCANNERS: ReadonlySet<number> = new Set([6, 9]);

/** LZMA, Zstandard and xz: archivers unpack them, virus scanners of the whole do not. */
const BEYOND_SCANNERS: ReadonlySet<number> = new Set([14, 20, 93, 95]);

/** All entries: those of the directory, those of other directories, then those that only local headers show. */
export function* zipEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  const taken: Taken[] = [];
  const seen = new Set<number>();
  const listed = [...take(directory(octets, seen), work)].map((entry) => placed(octets, entry, taken));
  const irregular = isIrregular(octets, listed);
  if (irregular) {
    for (const entry of take(strayListed(octets, taken, seen), work)) listed.push(placed(octets, entry, taken));
  }
  for (const place of listed) {
    if (!work.goesOn()) return;
    yield entryOf(octets, work, { ...place, ...(irregular && { hidden: true }) });
  }
  yield* unlisted(octets, work, taken);
  yield* fromFront(octets, work, taken);
}

/** As many as may be looked into, and one more, so that the limit is seen. */
function* take(entries: Iterable<Listed>, work: Work): Generator<Listed> {
  let count = 0;
  for (const entry of entries) {
    if (count++ > work.limits.parts || !work.goesOn()) return;
    yield entry;
  }
}

/** An entry with what stands in front of it; what it covers is taken. */
function placed(octets: Buffer, entry: Listed, taken: Taken[]): Place {
  const place = dataOf(octets, entry);
  // The longer of two lengths is what some program unpacks.
  if (place !== undefined && (place.header.flags & STREAMED) === 0)
    entry.packed = Math.max(entry.packed, place.header.packed);
  if (place !== undefined) taken.push({ start: entry.local, end: place.start + entry.packed, entry });
  return { header: entry, local: place?.header, start: place?.start, traits: entry.traits };
}

interface Taken {
  start: number;
  end: number;
  entry: Listed;
}

/**
 * Whether scanners may read another directory than programs do, or none: anything but one end at the very end, entries one
 * behind the other from the begin, and headers in front that say the same.
 */
function isIrregular(octets: Buffer, listed: readonly Place[]): boolean {
  const end = octets.indexOf(DIRECTORY_END);
  if (end < 0 || end + 22 !== octets.length || u16(octets, end + 10) !== listed.length) return true;
  if (octets.compare(LOCAL_HEADER, 0, 4, 0, 4) !== 0 || octets.includes(DIRECTORY_END_64)) return true;
  if (u32(octets, end + 12) + u32(octets, end + 16) !== end || u32(octets, end + 4) !== 0) return true;
  return listed.some(({ header, local, start }) => {
    if (local === undefined || start === undefined || header.names.length === 0 || header.wide) return true;
    if (local.flags !== header.flags || local.method !== header.method || local.names[0] !== header.names[0])
      return true;
    if ((header.flags & ODD_FLAGS) !== 0 || start + header.packed > end) return true;
    if ((header.flags & STREAMED) !== 0 && local.packed === 0) return header.packed === 0;
    return local.packed !== header.packed || local.size !== header.size || local.crc !== header.crc;
  });
}

/** Entries of a directory that no end record leads to. */
function* strayListed(octets: Buffer, taken: readonly Taken[], seen: Set<number>): Generator<Listed> {
  for (let at = octets.indexOf(DIRECTORY_ENTRY); at >= 0; at = octets.indexOf(DIRECTORY_ENTRY, at + 4)) {
    const place = at;
    if (seen.has(at) || taken.some(({ start, end }) => start < place && place < end)) continue;
    yield listedAt(octets, at, 0);
  }
}

interface Place {
  header: Header;
  /** What the header in front of it says. */
  local: Header | undefined;
  start: number | undefined;
  traits: readonly PartTrait[];
  hidden?: true;
}

function entryOf(octets: Buffer, work: Work, { header, local, start, traits, hidden }: Place): Entry {
  const found = new Set<PartTrait>(traits);
  // Two names for one entry: what is listed is not what is unpacked.
  if (local !== undefined && local.names[0] !== header.names[0]) found.add('name-trick');
  if (start === undefined) found.add('unopened');
  const given = [...new Set([...header.names, ...(local?.names ?? [])])];
  const isFolder = given.every((name) => /[\\/]$/.test(name)) && header.size === 0 && header.packed === 0;
  // What has content is no folder, whatever it is called.
  const names = isFolder ? given : [...new Set(given.flatMap((name) => [name, name.replace(/[\\/]+$/, '')]))];
  return {
    names,
    traits: [...found],
    size: header.size,
    ...(start !== undefined && !isFolder && { open: () => unpackEntry(octets, work, { header, local, start }) }),
    ...((hidden === true || BEYOND_SCANNERS.has(header.method)) && { hidden: true as const }),
  };
}

interface Packed {
  header: Header;
  local: Header | undefined;
  start: number;
}

/**
 * Unpacks an entry by what either header says of it; where that comes to nothing, by what programs try that read on to the
 * end of the stream. Only what has the right sum was surely read as every program would.
 */
function unpackEntry(octets: Buffer, work: Work, { header, local, start }: Packed): Unpacked {
  const locked = ((header.flags | (local?.flags ?? 0)) & ENCRYPTED) !== 0 || header.method === LOCKED_METHOD;
  const methods = [...new Set([header.method, local?.method ?? header.method])];
  const given = octets.subarray(start, start + header.packed);
  const all = octets.subarray(start);
  const sums = new Set([header.crc, local?.crc ?? header.crc]);
  if (((header.flags & STREAMED) !== 0 || local === undefined) && header.crc === 0) sums.clear();
  // Said to be locked, and not locked after all: only the sum can tell.
  if (locked && (sums.size === 0 || header.method === LOCKED_METHOD)) return { traits: ['encrypted'] };
  let best: Unpacked | undefined;
  for (const [packed, tried] of [
    [given, methods],
    [all, [...methods, 0, 8]],
  ] as const) {
    const isUsual = () => packed === given && !locked;
    for (const method of new Set(tried)) {
      // Without a length, what is not packed has no end.
      const data = method === 0 && packed === all ? all.subarray(0, Math.max(header.size, header.packed)) : packed;
      const unpacked = unpackMethod(data, method, work, header.size);
      if (unpacked.traits.includes('bomb')) return locked ? { traits: ['encrypted'] } : unpacked;
      if (unpacked.bytes === undefined) best ??= unpacked;
      else if (isWhole(unpacked, sums, header.size)) return isUsual() ? unpacked : { ...unpacked, hidden: true };
      else if ((best?.bytes?.length ?? 0) < unpacked.bytes.length) best = unpacked;
    }
    if (!work.goesOn()) break;
  }
  if (locked) return { traits: ['encrypted'] };
  const scanned = methods.every((method) => FOR_SCANNERS.has(method));
  return {
    ...(best?.bytes !== undefined && { bytes: best.bytes }),
    hidden: true,
    traits: [scanned ? 'unreadable' : 'unopened'],
  };
}

function isWhole({ bytes, traits }: Unpacked, sums: ReadonlySet<number>, size: number): boolean {
  if (bytes === undefined) return false;
  if (sums.size === 0) return traits.length === 0;
  // Nothing has the sum of nothing.
  return sums.has(crc32(bytes)) && (bytes.length > 0 || size === 0);
}

function unpackMethod(packed: Buffer, method: number, work: Work, size: number): Unpacked {
  switch (method) {
    case 0:
      return { bytes: packed, traits: [] };
    case 8:
    case 9:
      // Small files in Deflate64 differ in nothing.
      return unpackStream('deflate', packed, work, size);
    case 12:
      return bunzip2(packed, work);
    case 14:
      return unlzmaZip(packed, work, size);
    case 20:
    case 93:
      return unpackStream('zstd', packed, work, size);
    case 95:
      return unxz(packed, work);
    default:
      return { traits: ['unopened'] };
  }
}

/** Headers outside of every listed entry: readers that go from the front unpack them, those that go by the list do not. */
function* unlisted(octets: Buffer, work: Work, taken: Taken[]): Generator<Entry> {
  taken.sort((a, b) => a.start - b.start);
  let next = 0;
  for (let at = octets.indexOf(LOCAL_HEADER); at >= 0; at = octets.indexOf(LOCAL_HEADER, at + 1)) {
    if (!work.goesOn()) return;
    while (next < taken.length && (taken[next]?.end ?? 0) <= at) next++;
    const within = taken[next];
    if (within !== undefined && within.start <= at) {
      at = Math.max(at, within.end - 1);
      continue;
    }
    const { header, start } = localHeader(octets, at);
    if (start > octets.length || (header.names.length === 0 && !isLikely(header))) continue;
    // Written as a stream (APPNOTE 4.4.4 bit 3), the size stands behind the data: it ends where the next thing begins.
    const streamed = header.packed === 0 && (header.flags & STREAMED) !== 0;
    const following = streamed ? octets.indexOf('PK', start, 'latin1') : start + header.packed;
    const packed = streamed ? (following < 0 ? octets.length : octets.length - start) : header.packed;
    yield entryOf(octets, work, { header: { ...header, packed }, local: undefined, start, traits: [], hidden: true });
    if (!streamed && header.packed > 0) at = Math.min(octets.length, start + header.packed) - 1;
  }
}

/** Whether a header without a name can be one. */
function isLikely({ method, packed, flags }: Header): boolean {
  return (method === 0 || method === 8) && (packed > 0 || (flags & STREAMED) !== 0) && (flags & ODD_FLAGS) === 0;
}

/**
 * What readers see that never look at the directory: header by header, each as long as it says itself. Only what differs
 * from the directory is an entry of its own.
 */
function* fromFront(octets: Buffer, work: Work, taken: readonly Taken[]): Generator<Entry> {
  const listed = new Map(taken.map((one) => [one.start, one]));
  for (let at = octets.indexOf(LOCAL_HEADER); at >= 0; ) {
    if (!work.goesOn()) return;
    const { header, start } = localHeader(octets, at);
    const known = listed.get(at);
    const within = taken.some((one) => one.start <= at && at < one.end);
    const streamed = (header.flags & STREAMED) !== 0 && header.packed === 0;
    const end = streamed ? (known?.end ?? start) : start + header.packed;
    const differs = known !== undefined && !streamed && end !== known.end;
    const method = known !== undefined && known.entry.method !== header.method;
    if (header.names.length > 0 && start <= octets.length && (differs || method || (known === undefined && within))) {
      const packed = streamed ? octets.length - start : header.packed;
      const entry = entryOf(octets, work, {
        header: { ...header, packed },
        local: undefined,
        start,
        traits: [],
        hidden: true,
      });
      // Its own sum and length stand behind it, where it is a stream.
      yield streamed ? lenient(entry) : entry;
    }
    const next = streamed ? start : Math.max(start, Math.min(end, octets.length));
    at = octets.indexOf(LOCAL_HEADER, next);
  }
}

function lenient(entry: Entry): Entry {
  const { open } = entry;
  return open === undefined ? entry : { ...entry, open: () => ({ ...open(), traits: [] }) };
}
