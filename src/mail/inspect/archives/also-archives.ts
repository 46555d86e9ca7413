// Archives in files whose first octets are something else: the formats that do not begin at the first octet, and those
// whose programs look for the beginning.

import type { Entry } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { asBuffer } from './binary.ts';
import { cabinetEntries } from './cabinet.ts';
import { isIso, isoEntries } from './disk-image.ts';
import { rar4Entries, rar5Entries } from './listed.ts';
import { sevenZipEntries } from './seven-zip.ts';
import { isTar, tarEntries } from './tar.ts';

/** What stands before an archive that unpacks itself is not longer. */
const MOST_BEFORE = 1024 * 1024;
/** Files that an archiver is started for. */
const ARCHIVE_ENDINGS = new Set(['rar', 'r00', 'cab', '7z', 'zip', 'rev', 'cbr', 'cb7', 'exe', 'arj', 'tar']);

const INSIDE = [
  { mark: Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), entries: rar5Entries },
  { mark: Buffer.from('Rar!\x1a\x07\x00', 'latin1'), entries: rar4Entries },
  { mark: Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), entries: sevenZipEntries },
  { mark: Buffer.from('MSCF\0\0\0\0', 'latin1'), entries: cabinetEntries },
];

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
  // Containers of other files hold such octets as a matter of course.
  if (!endings.some((ending) => ARCHIVE_ENDINGS.has(ending)) && !type.startsWith('image/')) return undefined;
  for (const { mark, entries } of INSIDE) {
    const at = octets.subarray(0, MOST_BEFORE).indexOf(mark);
    if (at > 0 && !(type === 'application/zip' || type === 'application/x-tar'))
      return { traits: ['archive'], entries: entries(octets.subarray(at), work) };
  }
  return undefined;
}
