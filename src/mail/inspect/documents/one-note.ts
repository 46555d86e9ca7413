// OneNote sections ([MS-ONESTORE]): files that are put on a page, found by the mark before each.

import { wideNames } from '../../../protocol/mime/walk/tnef.ts';
import { asBuffer, u64 } from '../archives/binary.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { Work } from '../content/work.ts';

/** guidHeader of FileDataStoreObject (2.6.13). */
const FILE_MARK = Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex');
/** More than a message may have parts. */
const MOST_FILES = 20_000;
/** Octets that names are looked for in. */
const MOST_OCTETS = 4 * 1024 * 1024;

/** Reads a section: only its files. Pictures are among them. */
export function readOneNote(bytes: Uint8Array, work: Work): Reading {
  const octets = asBuffer(bytes);
  const entries: Entry[] = [];
  // Which is whose stands elsewhere: each file has them all.
  const names = octets.includes(FILE_MARK) ? wideNames(octets.subarray(0, MOST_OCTETS)) : [];
  for (
    let at = octets.indexOf(FILE_MARK);
    at >= 0 && entries.length < MOST_FILES;
    at = octets.indexOf(FILE_MARK, at + 16)
  ) {
    const size = u64(octets, at + 16);
    const start = at + 36;
    const file = octets.subarray(start, Math.min(octets.length, start + size));
    entries.push({ names, traits: [], size, open: () => ({ bytes: file, traits: [] }) });
  }
  if (entries.length >= MOST_FILES) work.reached('parts');
  return { traits: entries.length > 0 ? ['embedded-object'] : [], entries };
}
