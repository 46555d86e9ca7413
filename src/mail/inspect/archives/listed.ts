// Archives that are only listed: RAR, ARJ, LHA, ACE, CAB. Their names count in rules; what is packed in them is for the
// virus scanner, and for rules it is unreadable.

import type { Entry } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, hasText, u16, u32 } from './binary.ts';

interface ListedOptions {
  encrypted?: boolean;
  /** Its octets, where it was not packed. */
  stored?: Uint8Array;
  /** Given for a kind that few scanners unpack. */
  work?: Work;
  /** The rest of it is in another file, which no scanner has. */
  split?: boolean;
}

/** An entry with octets that are not unpacked here; what was stored without packing can be opened. */
function listed(
  name: string,
  size: number,
  { encrypted = false, stored, work, split = false }: ListedOptions = {},
): Entry {
  const traits: PartTrait[] = encrypted ? ['encrypted'] : [];
  const opens = stored !== undefined && stored.length >= size && !encrypted;
  const isSeen = !split && (work === undefined || work.limits.scannerReadsRar === true);
  if (!opens && !encrypted && size > 0) traits.push(isSeen ? 'unreadable' : 'unopened');
  return {
    names: name === '' ? [] : [name],
    traits,
    size,
    ...(opens && { open: () => ({ bytes: stored.subarray(0, size), traits: [] }) }),
  };
}

/** RAR 1.5 to 4 (technote.txt of RAR 4). */
export function* rar4Entries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  let at = 7;
  while (at + 7 <= octets.length && work.goesOn()) {
    const kind = octets[at + 2] ?? 0;
    const flags = u16(octets, at + 3);
    const head = u16(octets, at + 5);
    if (head < 7) return;
    // The archive header says that all that follows is encrypted.
    if (kind === 0x73 && (flags & 0x80) !== 0) {
      yield { names: [], traits: ['encrypted'], size: 0 };
      return;
    }
    const added = (flags & 0x8000) !== 0 ? u32(octets, at + 7) : 0;
    if (kind === 0x74) yield rar4File(octets, at, { flags, head, packed: added, work });
    if (kind === 0x7b) return;
    at += head + added;
  }
}

function rar4File(
  octets: Buffer,
  at: number,
  { flags, head, packed, work }: { flags: number; head: number; packed: number; work: Work },
): Entry {
  const nameAt = at + 32 + ((flags & 0x100) !== 0 ? 8 : 0);
  const raw = octets.subarray(nameAt, nameAt + u16(octets, at + 26));
  // With Unicode, the plain name stands before a NUL and a packed one behind it.
  const plain = raw.subarray(0, raw.indexOf(0) < 0 ? raw.length : raw.indexOf(0));
  const utf8 = plain.toString('utf8');
  const name = utf8.includes('\ufffd') ? plain.toString('latin1') : utf8;
  const folder = (flags & 0xe0) === 0xe0;
  const stored = octets[at + 25] === 0x30 ? octets.subarray(at + head, at + head + packed) : undefined;
  return listed(name, folder ? 0 : u32(octets, at + 11), {
    encrypted: (flags & 4) !== 0,
    split: (flags & 3) !== 0,
    work,
    ...(stored !== undefined && { stored }),
  });
}

/** RAR 5 (technote.txt of RAR 5). */
export function* rar5Entries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  let at = 8;
  while (at + 7 <= octets.length && work.goesOn()) {
    const fields = new Numbers(octets, at + 4);
    const size = fields.next();
    const end = fields.at + size;
    const kind = fields.next();
    const flags = fields.next();
    const extra = (flags & 1) !== 0 ? fields.next() : 0;
    const data = (flags & 2) !== 0 ? fields.next() : 0;
    if (kind === 4) {
      yield { names: [], traits: ['encrypted'], size: 0 };
      return;
    }
    if (kind === 2) yield rar5File(octets, fields, { end, extra, data, work, split: (flags & 0x18) !== 0 });
    if (kind === 5 || end <= at || size === 0) return;
    at = end + data;
  }
}

function rar5File(
  octets: Buffer,
  fields: Numbers,
  { end, extra, data, work, split }: { end: number; extra: number; data: number; work: Work; split: boolean },
): Entry {
  const flags = fields.next();
  const size = fields.next();
  fields.next();
  fields.at += ((flags & 2) !== 0 ? 4 : 0) + ((flags & 4) !== 0 ? 4 : 0);
  const method = (fields.next() >> 7) & 7;
  fields.next();
  const length = fields.next();
  const name = octets.toString('utf8', fields.at, Math.min(end, fields.at + length));
  const records = new Numbers(octets, Math.max(fields.at, end - extra));
  let encrypted = false;
  while (records.at < end) {
    const recordSize = records.next();
    const next = records.at + recordSize;
    if (records.next() === 1) encrypted = true;
    if (recordSize === 0) break;
    records.at = next;
  }
  const stored = method === 0 ? octets.subarray(end, end + data) : undefined;
  return listed(name, (flags & 1) !== 0 ? 0 : size, {
    encrypted,
    work,
    split,
    ...(stored !== undefined && { stored }),
  });
}

/** Numbers of seven bits an octet, the lowest first. */
class Numbers {
  readonly #octets: Buffer;
  at: number;

  constructor(octets: Buffer, at: number) {
    this.#octets = octets;
    this.at = at;
  }

  next(): number {
    let value = 0;
    for (let index = 0; index < 8; index++) {
      const octet = this.#octets[this.at++] ?? 0;
      value += (octet & 0x7f) * 2 ** (7 * index);
      if (octet < 0x80) break;
    }
    return value;
  }
}

/** ARJ: headers of a fixed part, a name and a comment. */
export function* arjEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  for (let at = 0, first = true; octets[at] === 0x60 && octets[at + 1] === 0xea && work.goesOn(); first = false) {
    const size = u16(octets, at + 2);
    if (size === 0) return;
    const head = at + 4;
    const fixed = octets[head] ?? 0;
    const nameAt = head + fixed;
    const nameEnd = octets.indexOf(0, nameAt);
    const name = octets.toString('latin1', nameAt, nameEnd < 0 ? nameAt : Math.min(nameEnd, head + size));
    let next = head + size + 4;
    for (let extra = u16(octets, next); extra > 0 && next < octets.length; extra = u16(octets, next)) next += extra + 6;
    next += 2;
    const packed = first ? 0 : u32(octets, head + 12);
    const stored = octets[head + 5] === 0 ? { stored: octets.subarray(next, next + packed) } : {};
    if (!first)
      yield listed(name, u32(octets, head + 16), { encrypted: ((octets[head + 4] ?? 0) & 1) !== 0, ...stored });
    at = next + packed;
  }
}

/** LHA and LZH: headers of level 0, 1 and 2. */
export function* lhaEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  for (let at = 0; hasText(octets, at + 2, '-l') && work.goesOn(); ) {
    const level = octets[at + 20] ?? 0;
    const packed = u32(octets, at + 7);
    const size = u32(octets, at + 11);
    const header = level >= 2 ? u16(octets, at) : (octets[at] ?? 0) + 2;
    if (header < 21) return;
    const name =
      level < 2
        ? octets.toString('latin1', at + 22, at + 22 + (octets[at + 21] ?? 0))
        : extendedName(octets, at + 24, at + header);
    const stored = octets.toString('latin1', at + 2, at + 7) === '-lh0-' && level !== 1;
    yield listed(name, size, stored ? { stored: octets.subarray(at + header, at + header + packed) } : {});
    at += header + packed;
  }
}

function extendedName(octets: Buffer, from: number, end: number): string {
  for (let at = from; at + 3 <= end; ) {
    const size = u16(octets, at);
    if (size < 3) break;
    if (octets[at + 2] === 1) return octets.toString('latin1', at + 3, Math.min(end, at + size));
    at += size;
  }
  return '';
}

/** ACE: blocks with a header each. */
export function* aceEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const octets = asBuffer(bytes);
  for (let at = 0; at + 7 < octets.length && work.goesOn(); ) {
    const size = u16(octets, at + 2);
    const kind = octets[at + 4] ?? 0;
    const flags = u16(octets, at + 5);
    if (size < 3) return;
    const packed = (flags & 1) !== 0 ? u32(octets, at + 7) : 0;
    if (kind === 1) {
      const name = octets.toString('latin1', at + 37, at + 37 + u16(octets, at + 35));
      // No scanner here unpacks ACE.
      const closed = listed(name, u32(octets, at + 11), { encrypted: (flags & 0x4000) !== 0 });
      yield { ...closed, traits: closed.traits.map((trait) => (trait === 'unreadable' ? 'unopened' : trait)) };
    }
    at += 4 + size + packed;
  }
}
