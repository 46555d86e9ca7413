// Headers of ZIP archives (PKWARE APPNOTE 6.3.10): the directory at the end, and what stands in front of each entry.

import type { PartTrait } from '../content/taken-apart.ts';
import { asBuffer, u16, u32, u64 } from './binary.ts';

export const DIRECTORY_ENTRY = Buffer.from('PK\x01\x02', 'latin1');
export const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
export const DIRECTORY_END = Buffer.from('PK\x05\x06', 'latin1');
export const DIRECTORY_END_64 = Buffer.from('PK\x06\x06', 'latin1');

const WIDE = 0xffffffff;

/** The end record with the longest comment, and room for a small directory. */
const LONGEST_END = 128 * 1024;

/** What is said of an entry. */
export interface Header {
  names: readonly string[];
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  /** Numbers of 64 bits. */
  wide: boolean;
}

/** An entry of a directory. */
export interface Listed extends Header {
  /** Place of the header in front of it. */
  local: number;
  traits: readonly PartTrait[];
}

/** Whether a directory with an entry stands at the end, whatever the beginning is. */
export function endsAsZip(bytes: Uint8Array): boolean {
  const octets = asBuffer(bytes).subarray(-LONGEST_END);
  const end = octets.lastIndexOf(DIRECTORY_END);
  return end >= 0 && u16(octets, end + 10) > 0 && octets.lastIndexOf(DIRECTORY_ENTRY, end) >= 0;
}

/** Entries as the central directory lists them; none where there is no directory. `seen`: their places. */
export function* directory(octets: Buffer, seen: Set<number>): Generator<Listed> {
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

/** The entry of a directory that stands here. */
export function listedAt(octets: Buffer, at: number, shift: number): Listed {
  const offset = u32(octets, at + 42);
  const { header, offset: place } = headerAt(octets, { fields: at + 8, name: at + 46, offset });
  return {
    ...header,
    wide: header.wide || offset === WIDE,
    local: place + shift,
    // Symbolic links of Unix: the upper half of the attributes holds the mode.
    traits: u32(octets, at + 38) >>> 28 === 0xa ? ['path-trick'] : [],
  };
}

/**
 * What an entry of a directory and the header in front of it have alike: from the flags on the same `fields`, and a `name`
 * with extra fields behind it (APPNOTE 4.3.7, 4.3.12). Gives the offset that counts where `offset` is said to be wide.
 */
function headerAt(
  octets: Buffer,
  { fields, name, offset }: { fields: number; name: number; offset: number },
): { header: Header; offset: number; end: number } {
  const nameEnd = name + u16(octets, fields + 20);
  const end = nameEnd + u16(octets, fields + 22);
  const extra = octets.subarray(nameEnd, end);
  const flags = u16(octets, fields);
  const wide = zip64Sizes(extra, { size: u32(octets, fields + 16), packed: u32(octets, fields + 12), offset });
  return {
    header: {
      names: namesOf(octets.subarray(name, nameEnd), extra, flags),
      flags,
      method: u16(octets, fields + 2),
      crc: u32(octets, fields + 8),
      packed: wide.packed,
      size: wide.size,
      wide: isWide(octets, fields + 12),
    },
    offset: wide.offset,
    end,
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
    if (given[key] !== WIDE) continue;
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
export function dataOf(octets: Buffer, entry: Listed): { header: Header; start: number } | undefined {
  const at = entry.local;
  if (at < 0 || at + 30 > octets.length) return undefined;
  const found = localHeader(octets, at);
  if (octets.compare(LOCAL_HEADER, 0, 4, at, at + 4) === 0) return found;
  return found.header.method === entry.method && found.start <= octets.length ? found : undefined;
}

/** A header in front of an entry, and where the data behind it begins; past the end where it is cut off. */
export function localHeader(octets: Buffer, at: number): { header: Header; start: number } {
  const { header, end } = headerAt(octets, { fields: at + 6, name: at + 30, offset: 0 });
  return { header, start: end };
}
