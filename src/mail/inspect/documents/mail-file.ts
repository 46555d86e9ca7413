// Mails and web archives as files: in an archive, or attached under another type.

import { decoded } from '../../../protocol/mime/walk/decoded.ts';
import { mailFileReadings } from '../../../protocol/mime/walk/mail-file.ts';
import type { MimeTree } from '../../../protocol/mime/walk/tree.ts';
import { walkMessage } from '../../../protocol/mime/walk/walk-message.ts';
import { asBuffer } from '../archives/binary.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { activeMime } from './active-mime.ts';

const MOST_READINGS = 100;

/** Its parts, in every reading of them. */
export function readMailFile(bytes: Uint8Array, work: Work): Reading {
  const [first = asBuffer(bytes), ...others] = mailFileReadings(asBuffer(bytes));
  const tree = walk(first, work);
  const entries = entriesOf(tree, work);
  for (const other of others)
    entries.push(...entriesOf(walk(other, work), work).map((entry) => ({ ...entry, hidden: true as const })));
  return { traits: [], entries, ...(tree.faults.length > 0 && { faults: tree.faults }) };
}

function walk(bytes: Uint8Array, work: Work): MimeTree {
  return walkMessage(bytes, {
    parts: work.limits.parts,
    depth: work.limits.mimeDepth,
    readings: MOST_READINGS,
    decoded: work.room(bytes.length),
  });
}

function entriesOf(tree: MimeTree, work: Work): Entry[] {
  const entries: Entry[] = [];
  for (const part of tree.parts) {
    if (part.kind !== 'leaf') continue;
    entries.push({
      names: part.names,
      traits: [],
      declaredType: part.type,
      hidden: true,
      size: part.body.end - part.body.start,
      open() {
        const content = decoded(part);
        work.spend(part.encoding === 'identity' ? 0 : content.length);
        return activeMime(content, work) ?? { bytes: content, traits: [] };
      },
    });
  }
  for (const { names, type, bytes: content } of tree.hidden)
    entries.push({
      names,
      traits: [],
      declaredType: type,
      size: content.length,
      hidden: true,
      open: () => ({ bytes: content, traits: [] }),
    });
  if (tree.limit !== undefined) work.reached('parts');
  return entries;
}
