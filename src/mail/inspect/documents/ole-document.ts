// Documents in compound files: what they are by their streams, macros, passwords, files embedded in them.

import { asBuffer, hasText, u16, u32 } from '../archives/binary.ts';
import { unpackStream } from '../archives/inflate.ts';
import { type Entry, type Reading, UNREADABLE } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { biffTraits } from './biff.ts';
import { type CompoundEntry, type CompoundFile, openCompoundFile } from './compound-file.ts';
import { startsProgram } from './fields.ts';
import { defaultPassword } from './office-encryption.ts';
import { nativePackage } from './ole-package.ts';
import { outlookEntries } from './outlook-message.ts';
import { vbaTraits } from './vba.ts';

/** Windows Installer: {000C1084-0000-0000-C000-000000000046} and its patches and transforms. */
const INSTALLERS = /^8[2-6]100c0000000000c000000000000046$/;

/** Octets of a text document that fields are looked for in. */
const MOST_TEXT = 8 * 1024 * 1024;

const BY_STREAM: readonly (readonly [string, string])[] = [
  ['worddocument', 'application/msword'],
  ['workbook', 'application/vnd.ms-excel'],
  ['book', 'application/vnd.ms-excel'],
  ['powerpoint document', 'application/vnd.ms-powerpoint'],
  ['__properties_version1.0', 'application/vnd.ms-outlook'],
  ['encryptedpackage', 'application/vnd.ms-office-encrypted'],
  ['visiodocument', 'application/vnd.visio'],
];

/** Reads a compound file as the document that it is. */
export function readCompoundFile(bytes: Uint8Array, work: Work): Reading {
  const file = openCompoundFile(bytes);
  if (file === undefined) return UNREADABLE;
  const named = new Map(file.entries.map((entry) => [entry.name.toLowerCase(), entry]));
  const root = file.entries.find(({ kind }) => kind === 'root');
  const type = BY_STREAM.find(([name]) => named.get(name)?.kind === 'stream')?.[1] ?? 'application/x-ole-storage';
  if (root !== undefined && INSTALLERS.test(root.classId)) return { type: 'application/x-msi', traits: ['executable'] };
  if (type === 'application/vnd.ms-outlook') return { type, traits: [], entries: outlookEntries(file, work) };
  const traits = new Set<PartTrait>(vbaTraits(file, work));
  for (const entry of ['workbook', 'book'].map((name) => named.get(name))) {
    if (entry !== undefined) for (const trait of biffTraits(file.read(entry))) traits.add(trait);
  }
  const word = named.get('worddocument');
  if (word !== undefined) for (const trait of wordTraits(file.read(word, MOST_TEXT))) traits.add(trait);
  if (type === 'application/vnd.ms-office-encrypted' || hasEncryptedSlides(file, named)) traits.add('encrypted');
  if (hasRemoteMoniker(file, work)) traits.add('remote-template');
  if (file.entries.some(holdsFile)) traits.add('embedded-object');
  return { type, traits: [...traits], entries: inside(file, named, work) };
}

function* inside(file: CompoundFile, named: ReadonlyMap<string, CompoundEntry>, work: Work): Generator<Entry> {
  yield* embedded(file, work);
  const slides = named.get('powerpoint document');
  if (slides !== undefined) yield* slideStorages(file.read(slides), work);
  if (named.get('encryptedpackage') !== undefined) yield* defaultPassword(file, work);
}

/** [MS-DOC] 2.5.1: the flags of the base; and fields in the text. */
function wordTraits(stream: Buffer): PartTrait[] {
  const traits: PartTrait[] = [];
  if ((u16(stream, 10) & 0x0100) !== 0) traits.push('encrypted');
  if (startsProgram(fieldCodes(stream.toString('latin1'))) || startsProgram(fieldCodes(stream.toString('utf16le'))))
    traits.push('starts-program');
  return traits;
}

/** Between the marks 0x13 and 0x14 or 0x15 stand the instructions of a field ([MS-DOC] 2.8.25). */
function fieldCodes(text: string): string {
  let codes = '';
  for (let at = text.indexOf('\x13'); at >= 0 && codes.length < 100_000; at = text.indexOf('\x13', at + 1)) {
    const end = text.slice(at + 1, at + 2000).search(/[\x14\x15]/);
    codes += `${text.slice(at + 1, end < 0 ? at + 2000 : at + 1 + end)}\n`;
  }
  return codes;
}

/** Streams that hold files of their own: packages, other documents. */
function holdsFile({ kind, name }: CompoundEntry): boolean {
  return kind === 'stream' && ['\u0001ole10native', 'package', 'contents', 'ole-odfdata'].includes(name.toLowerCase());
}

/** One at a time, each place once: many entries may name the same octets. */
function* embedded(file: CompoundFile, work: Work): Generator<Entry> {
  const places = new Map(file.entries.filter(holdsFile).map((entry) => [entry.start, entry]));
  for (const entry of places.values()) {
    if (!work.goesOn()) return;
    const room = work.room(entry.size);
    if (room === 0) work.outOfRoom(entry.size);
    const bytes = file.read(entry, room);
    work.spend(bytes.length);
    const isPackage = entry.name.toLowerCase() === '\u0001ole10native';
    const inner = isPackage ? nativePackage(bytes) : undefined;
    yield inner ?? { names: [], traits: [], size: bytes.length, open: () => ({ bytes, traits: [] }) };
  }
}

/** [MS-PPT] 2.10.34: storages of objects and of the VBA project, packed. */
function* slideStorages(stream: Buffer, work: Work): Generator<Entry> {
  const open: { at: number; end: number }[] = [{ at: 0, end: stream.length }];
  for (let next = open.pop(); next !== undefined && work.goesOn(); next = open.pop()) {
    let { at } = next;
    while (at + 8 <= next.end) {
      const version = u16(stream, at);
      const length = u32(stream, at + 4);
      const data = stream.subarray(at + 8, at + 8 + length);
      if (u16(stream, at + 2) === 0x1011) yield slideStorage(data, version >> 4 === 1, work);
      else if ((version & 0x0f) === 0x0f && open.length < 1000)
        open.push({ at: at + 8, end: Math.min(next.end, at + 8 + length) });
      at += 8 + length;
    }
  }
}

function slideStorage(data: Buffer, packed: boolean, work: Work): Entry {
  return {
    names: [],
    traits: [],
    size: packed ? u32(data, 0) : data.length,
    open: () => (packed ? unpackStream('zlib', data.subarray(4), work, u32(data, 0)) : { bytes: data, traits: [] }),
  };
}

/** [MS-PPT] 2.3.2: the token in the stream of the current user. */
function hasEncryptedSlides(file: CompoundFile, named: ReadonlyMap<string, CompoundEntry>): boolean {
  const user = named.get('current user');
  return user !== undefined && u32(file.read(user), 12) === 0xf3d1c4df;
}

/** [MS-OLEDS] 2.3.3: a link whose moniker is an address on the network. */
function hasRemoteMoniker(file: CompoundFile, work: Work): boolean {
  return file.entries.some((entry) => {
    if (entry.kind !== 'stream' || !/^\u0001ole$/i.test(entry.name) || !work.goesOn()) return false;
    const stream = file.read(entry);
    return (
      hasText(stream, 0, '\x01\0\0\x02') &&
      /(?:https?|ftp|file|mhtml):\/\/|\\\\[\w.]{3,}\\/i.test(asBuffer(stream).toString('latin1').replaceAll('\0', ''))
    );
  });
}
