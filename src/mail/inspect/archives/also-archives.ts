// Archives in files whose first octets are something else: the formats that do not begin at the first octet, and those
// whose programs look for the beginning.

import type { Entry, Unpacked } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer } from './binary.ts';
import { bunzip2 } from './bzip2.ts';
import { cabinetEntries } from './cabinet.ts';
import { isIso, isoEntries } from './disk-image.ts';
import { gunzip } from './gzip.ts';
import { unpackStream } from './inflate.ts';
import { rar4Entries, rar5Entries } from './listed.ts';
import { sevenZipEntries } from './seven-zip.ts';
import { isTar, tarEntries } from './tar.ts';
import { unxz } from './xz.ts';

/** Where archivers look for the begin of one that unpacks itself. */
const MOST_BEFORE = 8 * 1024 * 1024;
/** Files that an archiver is started for. */
const ARCHIVE_ENDINGS = new Set(['rar', 'r00', 'cab', '7z', 'zip', 'rev', 'cbr', 'cb7', 'exe', 'arj', 'tar']);

const INSIDE = [
  { mark: Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), entries: rar5Entries },
  { mark: Buffer.from('Rar!\x1a\x07\x00', 'latin1'), entries: rar4Entries },
  { mark: Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), entries: sevenZipEntries },
  { mark: Buffer.from('MSCF\0\0\0\0', 'latin1'), entries: cabinetEntries },
];

/** Packed streams behind something else, in a file that is called one. */
const STREAMS = [
  { mark: Buffer.from([0x1f, 0x8b, 8]), endings: ['gz', 'tgz', 'taz', 'svgz'], unpack: gunzip },
  { mark: Buffer.from('BZh'), endings: ['bz2', 'bz', 'tbz', 'tbz2'], unpack: bunzip2 },
  { mark: Buffer.from('\xfd7zXZ\0', 'latin1'), endings: ['xz', 'txz'], unpack: unxz },
  { mark: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), endings: ['zst', 'tzst'], unpack: unzstd },
];

function unzstd(bytes: Uint8Array, work: Work): Unpacked {
  return unpackStream('zstd', bytes, work);
}

function* streamBehind(octets: Buffer, names: readonly string[], work: Work): Generator<Entry> {
  for (const { mark, endings, unpack } of STREAMS) {
    const at = endings.some((ending) => names.includes(ending)) ? octets.indexOf(mark) : -1;
    if (at > 0) yield { names: [], traits: [], size: 0, hidden: true, open: () => unpack(octets.subarray(at), work) };
  }
}

/** Entries that programs find which go by another mark than the first octets; nothing where there are none. */
export function alsoArchives(
  bytes: Uint8Array,
  type: string,
  { endings, work }: { endings: readonly string[]; work: Work },
): { traits: PartTrait[]; entries: Iterable<Entry> } | undefined {
  const octets = asBuffer(bytes);
  if (type !== 'application/x-tar' && isTar(octets)) return { traits: ['archive'], entries: tarEntries(octets, work) };
  if (type !== 'application/x-iso9660-image' && isIso(octets))
    return { traits: ['disk-image'], entries: isoEntries(octets, work) };
  const streams = [...streamBehind(octets, endings, work)];
  if (streams.length > 0 && (type.startsWith('text/') || type === 'application/octet-stream'))
    return { traits: ['archive'], entries: streams };
  // Containers of other files hold such octets as a matter of course.
  if (!endings.some((ending) => ARCHIVE_ENDINGS.has(ending)) && !type.startsWith('image/')) return undefined;
  for (const { mark, entries } of INSIDE) {
    const at = octets.subarray(0, MOST_BEFORE).indexOf(mark);
    if (at > 0 && !(type === 'application/zip' || type === 'application/x-tar'))
      return { traits: ['archive'], entries: entries(octets.subarray(at), work) };
  }
  return undefined;
}
