// 7z archives (7zFormat.txt of the LZMA SDK): one header at the end, itself packed as a rule. Names are always listed
// unless the header is encrypted; content is unpacked where it was copied or packed with LZMA or LZMA2 alone.

import type { Entry, Unpacked } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer, u64 } from './binary.ts';
import { Gathered } from './gathered.ts';
import { unlzma, unlzma2 } from './lzma.ts';

const HEADER = 0x01;
const PACKED_HEADER = 0x17;
const START = 32;
/** Larger headers, unpacked, are made to cost memory. */
const LONGEST_HEADER = 4 * 1024 * 1024;
/** More folders or files are no archive that came by mail. */
const MOST = 100_000;

/** Methods that virus scanners undo: copy, LZMA, LZMA2, PPMd, and the filters for machine code. */
const FOR_SCANNERS: ReadonlySet<string> = new Set(
  '00 03 030101 21 030401 03030103 0303011b 03030205 03030401 03030501 03030701 03030805 04 05 06 07 08 09'.split(' '),
);

interface Folder {
  coders: { method: string; properties: Uint8Array }[];
  sizes: number[];
  /** Sizes of the files in it. */
  files: number[];
  start: number;
  packed: number;
}

interface Archive {
  folders: Folder[];
  files: { name: string; hasContent: boolean }[];
}

/** Entries; a header that cannot be read is one nameless entry that says so. */
export function* sevenZipEntries(bytes: Uint8Array, work: Work): Generator<Entry> {
  const found = readHeader(bytes, work);
  if (!('folders' in found)) {
    yield { names: [], traits: [found.trait], size: 0 };
    return;
  }
  const withContent = found.files.filter(({ hasContent }) => hasContent).values();
  for (const folder of found.folders) yield* entriesOf(bytes, work, folder, withContent);
  for (const { name, hasContent } of found.files) if (!hasContent) yield { names: [name], traits: [], size: 0 };
}

function* entriesOf(
  bytes: Uint8Array,
  work: Work,
  folder: Folder,
  files: IterableIterator<{ name: string }>,
): Generator<Entry> {
  const locked = folder.coders.some(({ method }) => method === '06f10701');
  let whole: Unpacked | undefined;
  let offset = 0;
  for (const size of folder.files) {
    const file = files.next().value as { name: string } | undefined;
    const start = offset;
    offset += size;
    yield {
      names: file === undefined ? [] : [file.name],
      traits: locked ? ['encrypted'] : [],
      size,
      ...(!locked && {
        open: () => {
          whole ??= unpackFolder(bytes, folder, work);
          const part = whole.bytes?.subarray(start, start + size);
          return { ...(part !== undefined && { bytes: part }), traits: whole.traits };
        },
      }),
    };
  }
}

function readHeader(bytes: Uint8Array, work: Work): Archive | { trait: PartTrait } {
  const offset = START + u64(bytes, 12);
  const size = u64(bytes, 20);
  if (offset + size > bytes.length || size > LONGEST_HEADER) return { trait: 'unopened' };
  try {
    let header = bytes.subarray(offset, offset + size);
    for (let depth = 0; header[0] === PACKED_HEADER; depth++) {
      const [folder] = readStreams(new Fields(header, 1));
      if (folder === undefined || depth > 3) return { trait: 'unopened' };
      if (folder.coders.some(({ method }) => method === '06f10701')) return { trait: 'encrypted' };
      const unpacked = unpackFolder(bytes, folder, work);
      if ((unpacked.bytes?.length ?? 0) > LONGEST_HEADER) return { trait: 'unopened' };
      if (unpacked.bytes === undefined) return { trait: unpacked.traits.includes('bomb') ? 'bomb' : 'unopened' };
      header = unpacked.bytes;
    }
    return header[0] === HEADER ? readArchive(new Fields(header, 1)) : { trait: 'unopened' };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { trait: 'unopened' };
  }
}

function unpackFolder(bytes: Uint8Array, { coders, sizes, start, packed }: Folder, work: Work): Unpacked {
  const [coder] = coders;
  const octets = bytes.subarray(start, start + packed);
  const size = sizes[0] ?? 0;
  // Filters for machine code and the like stand before the packer: their content stays unread, its name is known.
  const known = coders.every(({ method }) => FOR_SCANNERS.has(method));
  if (coders.length !== 1 || coder === undefined) return { traits: [known ? 'unreadable' : 'unopened'] };
  if (coder.method === '00') return { bytes: octets, traits: [] };
  if (coder.method === '030101') return unlzma(octets, work, { properties: coder.properties[0] ?? 0, size });
  if (coder.method !== '21') return { traits: [known ? 'unreadable' : 'unopened'] };
  const out = new Gathered(packed, work);
  return unlzma2(octets, work, out).ok ? out.done() : out.full ? out.done() : out.broken();
}

/** The header's fields in order; reading past the end is a RangeError. */
class Fields {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  octet(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw new RangeError('end of header');
    return value;
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new RangeError('end of header');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** The format's number: leading ones of the first octet count the octets that follow. */
  number(): number {
    const first = this.octet();
    let value = 0;
    for (let index = 0, mask = 0x80; index < 8; index++, mask >>= 1) {
      if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * index);
      value += this.octet() * 2 ** (8 * index);
    }
    return value;
  }

  count(): number {
    const value = this.number();
    if (value > MOST) throw new RangeError('too many');
    return value;
  }

  bits(count: number): boolean[] {
    const result: boolean[] = [];
    for (let held = 0, mask = 0; result.length < count; mask >>= 1) {
      if (mask === 0) {
        held = this.octet();
        mask = 0x80;
      }
      result.push((held & mask) !== 0);
    }
    return result;
  }

  bitsOrAll(count: number): boolean[] {
    return this.octet() === 1 ? Array.from({ length: count }, () => true) : this.bits(count);
  }
}

function readArchive(fields: Fields): Archive {
  let folders: Folder[] = [];
  for (;;) {
    const id = fields.octet();
    if (id === 0) return { folders, files: [] };
    if (id === 4) folders = readStreams(fields);
    else if (id === 5) return { folders, files: readFiles(fields) };
    else if (id === 2) skipProperties(fields);
    else throw new RangeError('header');
  }
}

function skipProperties(fields: Fields): void {
  for (let id = fields.octet(); id !== 0; id = fields.octet()) fields.take(fields.number());
}

function readStreams(fields: Fields): Folder[] {
  let starts: number[] = [];
  let packedSizes: number[] = [];
  let folders: Folder[] = [];
  for (;;) {
    const id = fields.octet();
    if (id === 0) break;
    if (id === 6) ({ starts, sizes: packedSizes } = readPackInfo(fields));
    else if (id === 7) folders = readFolders(fields);
    else if (id === 8) readSubstreams(fields, folders);
    else throw new RangeError('streams');
  }
  for (const [index, folder] of folders.entries()) {
    folder.start = starts[index] ?? 0;
    folder.packed = packedSizes[index] ?? 0;
    if (folder.files.length === 0) folder.files = [folder.sizes[0] ?? 0];
  }
  return folders;
}

function readPackInfo(fields: Fields): { starts: number[]; sizes: number[] } {
  let position = START + fields.number();
  const count = fields.count();
  const sizes: number[] = [];
  for (let id = fields.octet(); id !== 0; id = fields.octet()) {
    if (id === 9) for (let index = 0; index < count; index++) sizes.push(fields.number());
    else if (id === 10) skipSums(fields, count);
    else throw new RangeError('pack info');
  }
  const starts = sizes.map((size) => {
    position += size;
    return position - size;
  });
  return { starts, sizes };
}

function skipSums(fields: Fields, count: number): number {
  const given = fields.bitsOrAll(count).filter(Boolean).length;
  fields.take(given * 4);
  return given;
}

function readFolders(fields: Fields): Folder[] {
  if (fields.octet() !== 11) throw new RangeError('folders');
  const count = fields.count();
  if (fields.octet() !== 0) throw new RangeError('external');
  const folders = Array.from({ length: count }, () => readFolder(fields));
  if (fields.octet() !== 12) throw new RangeError('sizes');
  for (const folder of folders) folder.sizes = folder.coders.map(() => fields.number());
  for (let id = fields.octet(); id !== 0; id = fields.octet()) {
    if (id !== 10) throw new RangeError('folders');
    skipSums(fields, count);
  }
  return folders;
}

function readFolder(fields: Fields): Folder {
  const count = fields.number();
  if (count < 1 || count > 32) throw new RangeError('coders');
  const coders: Folder['coders'] = [];
  for (let index = 0; index < count; index++) {
    const flags = fields.octet();
    const method = asBuffer(fields.take(flags & 0x0f)).toString('hex');
    // Coders with several streams are not in use any more, but for one filter that is not read here.
    if ((flags & 0x10) !== 0) {
      fields.number();
      fields.number();
      coders.push({ method: 'several', properties: new Uint8Array() });
      throw new RangeError('coder with several streams');
    }
    coders.push({ method, properties: (flags & 0x20) === 0 ? new Uint8Array() : fields.take(fields.number()) });
  }
  for (let index = 0; index < count - 1; index++) {
    fields.number();
    fields.number();
  }
  return { coders, sizes: [], files: [], start: 0, packed: 0 };
}

function readSubstreams(fields: Fields, folders: Folder[]): void {
  let id = fields.octet();
  const counts = folders.map(() => 1);
  if (id === 13) {
    for (let index = 0; index < folders.length; index++) counts[index] = fields.count();
    id = fields.octet();
  }
  for (const [index, folder] of folders.entries()) {
    const count = counts[index] ?? 0;
    const sizes: number[] = [];
    if (id === 9) for (let file = 1; file < count; file++) sizes.push(fields.number());
    const last = (folder.sizes.at(-1) ?? 0) - sizes.reduce((sum, size) => sum + size, 0);
    folder.files = count === 0 ? [] : [...sizes, Math.max(0, last)];
  }
  if (id === 9) id = fields.octet();
  if (id === 10) {
    skipSums(
      fields,
      counts.reduce((sum, count) => sum + count, 0),
    );
    id = fields.octet();
  }
  if (id !== 0) throw new RangeError('substreams');
}

function readFiles(fields: Fields): Archive['files'] {
  const count = fields.count();
  let names: string[] = [];
  let empty: boolean[] = [];
  for (let id = fields.octet(); id !== 0; id = fields.octet()) {
    const size = fields.number();
    const end = fields.at + size;
    if (id === 14) empty = fields.bits(count);
    if (id === 17 && fields.octet() === 0) {
      const text = asBuffer(fields.take(size - 1)).toString('utf16le');
      names = text.split('\0', count);
    }
    fields.at = end;
  }
  return Array.from({ length: count }, (_, index) => ({ name: names[index] ?? '', hasContent: empty[index] !== true }));
}
