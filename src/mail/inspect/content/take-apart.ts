// Takes a whole message apart: its MIME parts, what is packed in them, what documents hold. Runs in a process of its own
// (`process/`): the content is hostile, and may be made to cost as much as it can.

import { hash } from 'node:crypto';
import { decoded } from '../../../protocol/mime/walk/decoded.ts';
import type { HiddenLeaf, MimeTree, WalkedPart } from '../../../protocol/mime/walk/tree.ts';
import { walkMessage } from '../../../protocol/mime/walk/walk-message.ts';
import { bundle } from '../archives/bundle.ts';
import { type Found, lookInto } from './look-into.ts';
import { UNKNOWN_TYPE } from './media-type.ts';
import { joinPieces, type Piece } from './split-files.ts';
import type { ContentFault, ContentLimits, PartTrait, TakenApart } from './taken-apart.ts';
import { Work } from './work.ts';

export interface TakeApartOptions {
  /** Milliseconds of the processor that this thread has used; for tests. A busy machine makes no content dear. */
  now?: () => number;
  /** The walk over the message, where it was made already. */
  tree?: MimeTree;
}

/** Leaves of other readings than the plain one, in number. */
const MOST_READINGS = 500;

/** Links of a message, and files spelled out in it, that are given to the scanner one by one. */
const FEW_LINKS = 8;
const OFTEN_NOTHING: ReadonlySet<string> = new Set(['linked', 'spelled']);

/**
 * Everything that the message holds, within the limits. Never throws for what the content is; `limit` is set where
 * something was not looked at.
 */
export function takeApart(content: Uint8Array, limits: ContentLimits, options: TakeApartOptions = {}): TakenApart {
  const work = new Work(limits, options.now ?? usedByThread);
  const tree = options.tree ?? walk(content, limits);
  const inArchives: ContentFault[] = [];
  const pieces: Piece[] = [];
  const found: Found = { parts: [], hidden: [], faults: inArchives, pieces };
  const seen = new Map<string, ReadonlySet<string>>();
  for (const part of tree.parts) {
    if (part.kind !== 'leaf') continue;
    if (!work.goesOn()) break;
    const bytes = lookIntoPart(part, work, found);
    if (tree.hidden.length > 0) seen.set(hash('sha256', bytes), new Set([part.type, ...part.names]));
  }
  const below: Found = { parts: found.parts, hidden: [], faults: inArchives, pieces };
  const links = tree.hidden.filter(({ reading }) => OFTEN_NOTHING.has(reading));
  // A page may have many, and they come to nothing as a rule.
  if (links.length > FEW_LINKS) found.hidden.push({ path: '0', bytes: bundle(links.map(({ bytes }) => bytes)) });
  for (const leaf of tree.hidden) {
    if (!work.goesOn()) break;
    const path = `${leaf.part === 0 ? '0' : (tree.parts[leaf.part]?.path ?? '0')} (${leaf.reading})`;
    if (!OFTEN_NOTHING.has(leaf.reading) || links.length <= FEW_LINKS) found.hidden.push({ path, bytes: leaf.bytes });
    // The same octets under the same names are the part that was looked into.
    const known = seen.get(hash('sha256', leaf.bytes));
    if (known === undefined || ![leaf.type, ...leaf.names].every((word) => known.has(word)))
      lookIntoLeaf(leaf, { path, work, found: below });
  }
  lookIntoJoined(pieces, work, found);
  // Most readings of one file hold the same again: one scan for all.
  if (below.hidden.length > 0) found.hidden.push({ path: '0', bytes: bundle(below.hidden.map(({ bytes }) => bytes)) });
  const limit = tree.limit === undefined ? work.limit : `mime-${tree.limit}`;
  const faults = [...tree.faults, ...inArchives];
  return { parts: found.parts, faults, hidden: found.hidden, ...(limit !== undefined && { limit }) };
}

function usedByThread(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The walk over a message within these limits. */
export function walk(content: Uint8Array, limits: ContentLimits): MimeTree {
  return walkMessage(content, {
    parts: limits.parts,
    depth: limits.mimeDepth,
    readings: MOST_READINGS,
    decoded: limits.unpacked,
  });
}

/** Of another reading than the plain one that it is broken says nothing: most readings of most parts are. */
const EXPECTED: ReadonlySet<PartTrait> = new Set<PartTrait>(['unreadable', 'unopened', 'type-mismatch']);

/** Readings by which a text gives files that the walk has not looked through. */
const FILES: ReadonlySet<string> = new Set(['linked', 'spelled', 'uuencode', 'yenc', 'binhex', 'tnef', 'apple', 'pgp']);

function lookIntoLeaf(
  { bytes, part, names, type, reading }: HiddenLeaf,
  { path, work, found }: { path: string; work: Work; found: Found },
): void {
  const from = found.parts.length;
  const fromMail = !FILES.has(reading);
  lookInto({ bytes, path, mimePart: part, depth: 0, names, declaredType: type, fromMail }, work, found);
  const added = found.parts.splice(from);
  found.parts.push(...added.map((one) => ({ ...one, traits: one.traits.filter((trait) => !EXPECTED.has(trait)) })));
}

/** Files that were split over several attachments. What is joined may be a piece again, and is left at that. */
function lookIntoJoined(pieces: readonly Piece[], work: Work, { parts, hidden, faults }: Found): void {
  const found: Found = { parts, hidden, ...(faults !== undefined && { faults }) };
  for (const joined of joinPieces(pieces, work)) {
    if (!work.goesOn()) return;
    hidden.push({ path: joined.path, bytes: joined.bytes });
    lookInto({ ...joined, declaredType: UNKNOWN_TYPE }, work, found);
  }
}

function lookIntoPart(part: WalkedPart, work: Work, found: Found): Buffer {
  const bytes = decoded(part);
  work.spend(part.encoding === 'identity' ? 0 : bytes.length);
  lookInto(
    {
      bytes,
      path: part.path === '' ? '1' : part.path,
      mimePart: part.number,
      depth: 0,
      names: part.names,
      declaredType: part.type,
      disposition: part.disposition,
      charset: part.parameters.get('charset'),
      fromMail: true,
      isPart: true,
    },
    work,
    found,
  );
  return bytes;
}
