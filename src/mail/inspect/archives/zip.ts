// ZIP archives (PKWARE APPNOTE 6.3.10), read as careless programs read them: by the directory at the end, by the headers
// in front of each entry where the two disagree, and entries that only such headers show.

import { crc32 } from 'node:zlib';
import type { Entry, Unpacked } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u16, u32, u64 } from './binary.ts';
import { bunzip2 } from './bzip2.ts';
import { unpackStream } from './inflate.ts';
import { unlzmaZip } from './lzma.ts';
import { unxz } from './xz.ts';

const DIRECTORY_ENTRY = Buffer.from('PK\x01\x02', 'latin1');
const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const DIRECTORY_END = Buffer.from('PK\x05\x06', 'latin1');
const DIRECTORY_END_64 = Buffer.from('PK\x06\x06', 'latin1');

/** APPNOTE 4.4.4: flags of an entry. Sizes stand behind the data; and what only few programs know. */
const STREAMED = 8;
const ENCRYPTED = 1;
const ODD_FLAGS = 0xf7b1 & ~0x0800;

/** The end record with the longest comment, and room for a small directory. */
const LONGEST_END = 128 * 1024;

/** AES (APPNOTE 7.2): the sum may be left out. */
const LOCKED_METHOD = 99;

/** Methods that virus scanners unpack and nothing here does: imploded, Deflate64. */
const FOR_SCANNERS: ReadonlySet<number> = new Set([6, 9]);

/** LZMA, Zstandard and xz: archivers unpack them, virus scanners of the whole do not. */
const BEYOND_SCANNERS: ReadonlySet<number> = new Set([14, 20, 93, 95]);

interface Header {
  names: readonly string[];
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  /** Numbers of 64 bits. */
  wide: boolean;
}

interface Listed extends Header {
  /** Place of the header in front of it. */
  local: number;
  traits: readonly PartTrait[];
}

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

/** Whether a directory with an entry stands at the end, whatever the beginning is. */
export function endsAsZip(bytes: Uint8Array): boolean {
  const octets = asBuffer(bytes).subarray(-LONGEST_END);
  const end = octets.lastIndexOf(DIRECTORY_END);
  return end >= 0 && u16(octets, end + 10) > 0 && octets.lastIndexOf(DIRECTORY_ENTRY, end) >= 0;
}

/** Entries as the central directory lists them; none where there is no directory. `seen`: their places. */
function* directory(octets: Buffer, seen: Set<number>): Generator<Listed> {
  const end = octets.lastIndexOf(DIRECTORY_END);
  if (end < 0) return;
  const { offset, shift } = directoryPlace(octets, end);
  let at = offset;
  while (at + 46 <= octets.length && octets.compare(DIRECTORY_ENTRY, 0, 4, at, at + 4) === 0) {
    seen.add(at);
    yield listedAt(octets, at, shift);
    at += 46 + u16(octets, at + 28) + u16(octets, at + 30) + u16(octets, at + 32);
  }
}

function listedAt(octets: Buffer, at: number, shift: number): Listed {
  const nameLength = u16(octets, at + 28);
  const extraLength = u16(octets, at + 30);
  const extra = octets.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
  const wide = zip64Sizes(extra, {
    size: u32(octets, at + 24),
    packed: u32(octets, at + 20),
    offset: u32(octets, at + 42),
  });
  const flags = u16(octets, at + 8);
  return {
    names: namesOf(octets.subarray(at + 46, at + 46 + nameLength), extra, flags),
    flags,
    method: u16(octets, at + 10),
    crc: u32(octets, at + 16),
    packed: wide.packed,
    size: wide.size,
    wide: isWide(octets, at + 20) || u32(octets, at + 42) === WIDE,
    local: wide.offset + shift,
    // Symbolic links of Unix: the upper half of the attributes holds the mode.
    traits: u32(octets, at + 38) >>> 28 === 0xa ? ['path-trick'] : [],
  };
}

/** Where the directory begins; `shift`: octets put before the archive, which its offsets do not count. */
function directoryPlace(octets: Buffer, end: number): { offset: number; shift: number } {
  let size = u32(octets, end + 12);
  let offset = u32(octets, end + 16);
  let before = end;
  // APPNOTE 4.3.15: the locator of the 64-bit record stands right before.
  if (end >= 20 && octets.toString('latin1', end - 20, end - 16) === 'PK\x06\x07') {
    const record = octets.lastIndexOf(Buffer.from('PK\x06\x06', 'latin1'), end);
    if (record >= 0) {
      size = u64(octets, record + 40);
      offset = u64(octets, record + 48);
      before = record;
    }
  }
  const shift = before - size - offset;
  const shifted = offset + shift;
  if (shift !== 0 && shifted >= 0 && octets.toString('latin1', shifted, shifted + 4) === 'PK\x01\x02')
    return { offset: shifted, shift };
  return { offset, shift: 0 };
}

const WIDE = 0xffffffff;

function isWide(octets: Buffer, sizes: number): boolean {
  return u32(octets, sizes) === WIDE || u32(octets, sizes + 4) === WIDE;
}

/** APPNOTE 4.5.3: numbers that do not fit stand in an extra field, those only that do not fit. */
function zip64Sizes<T extends { size: number; packed: number; offset: number }>(extra: Buffer, given: T): T {
  const field = extraField(extra, 0x0001);
  if (field === undefined) return given;
  let at = 0;
  const result = { ...given };
  for (const key of ['size', 'packed', 'offset'] as const) {
    if (given[key] !== 0xffffffff) continue;
    result[key] = u64(field, at);
    at += 8;
  }
  return result;
}

function extraField(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + u16(extra, at + 2))
    if (u16(extra, at) === id) return extra.subarray(at + 4, at + 4 + u16(extra, at + 2));
  return undefined;
}

/** The name as UTF-8, as code page 437 and of the Unicode extra field: programs differ. */
function namesOf(raw: Buffer, extra: Buffer, flags: number): string[] {
  const names = [(flags & 0x800) !== 0 || isAscii(raw) ? raw.toString('utf8') : utf8Or437(raw)];
  const unicode = extraField(extra, 0x7075)?.subarray(5).toString('utf8');
  if (unicode !== undefined && unicode !== '') names.push(unicode);
  // Some stop at a NUL, others do not.
  for (const name of names.slice())
    if (name.includes('\0')) names.push(name.slice(0, name.indexOf('\0')), name.replaceAll('\0', ''));
  return [...new Set(names.filter((name) => name !== ''))];
}

function isAscii(raw: Buffer): boolean {
  return raw.every((octet) => octet < 0x80);
}

function utf8Or437(raw: Buffer): string {
  const text = raw.toString('utf8');
  return text.includes('\ufffd') ? raw.toString('latin1') : text;
}

/** The header in front of an entry, and where its data begins; some programs do not look at its mark. */
function dataOf(octets: Buffer, entry: Listed): { header: Header; start: number } | undefined {
  const at = entry.local;
  if (at < 0 || at + 30 > octets.length) return undefined;
  const found = localHeader(octets, at);
  if (octets.compare(LOCAL_HEADER, 0, 4, at, at + 4) === 0) return found;
  return found.header.method === entry.method && found.start <= octets.length ? found : undefined;
}

function localHeader(octets: Buffer, at: number): { header: Header; start: number } {
  const nameLength = u16(octets, at + 26);
  const extraLength = u16(octets, at + 28);
  const extra = octets.subarray(at + 30 + nameLength, at + 30 + nameLength + extraLength);
  const flags = u16(octets, at + 6);
  const wide = zip64Sizes(extra, { size: u32(octets, at + 22), packed: u32(octets, at + 18), offset: 0 });
  return {
    header: {
      names: namesOf(octets.subarray(at + 30, at + 30 + nameLength), extra, flags),
      flags,
      method: u16(octets, at + 8),
      crc: u32(octets, at + 14),
      packed: wide.packed,
      size: wide.size,
      wide: isWide(octets, at + 18),
    },
    start: at + 30 + nameLength + extraLength,
  };
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
