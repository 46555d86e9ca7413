// What checks want changed of a message that is kept, made before it is kept: once, in the order of the content, every
// other octet as it was. What was counted while the content arrived (the hash for DKIM) is counted anew.

import { BodyHash } from '../../protocol/dkim/relaxed.ts';
import type { SigningNotes } from '../deliver/body-hash.ts';
import type { IncomingBody } from '../queue/incoming-body.ts';
import type { ContentChange } from './verdict.ts';

/** `remove` octets at `at` are replaced with `insert`. */
export interface Edit {
  at: number;
  remove: number;
  insert: Uint8Array;
}

/** The message whose content is changed. */
export interface ChangedMessage {
  body: IncomingBody;
  /** Octets of the header section, its empty line included. */
  headerSize: number;
  signing: SigningNotes | undefined;
}

/**
 * Makes the changes to the stored content; fields that go before it are not made here. Rejects where the disk refuses,
 * or a change is not within the content.
 */
export async function changeContent(message: ChangedMessage, changes: readonly ContentChange[]): Promise<void> {
  const edits = editsOf(changes);
  const last = edits.at(-1);
  if (last === undefined) return;
  if (edits.some(({ at, remove }) => at < 0 || remove < 0 || at + remove > message.body.size)) {
    throw new RangeError('a change of the content is not within it');
  }
  const { signing } = message;
  const hash = signing?.hash === undefined ? undefined : new BodyHash();
  let left = headerSizeAfter(edits, message.headerSize);
  await message.body.rewrite(async function* (content) {
    for await (const piece of withEdits(content, edits)) {
      hash?.update(piece.subarray(Math.min(left, piece.byteLength)));
      left = Math.max(0, left - piece.byteLength);
      yield piece;
    }
  });
  if (signing !== undefined) signing.hash = hash;
}

/**
 * The edits in order, none touching another. Checks know nothing of each other: where two want the same octets, all that
 * either takes out is taken out, and what both put in is put in, unless one lies within the other, which then says all.
 */
export function editsOf(changes: readonly ContentChange[]): Edit[] {
  const found = changes.flatMap(({ ...change }) => (change.kind === 'edit' ? [change] : []));
  const edits: Edit[] = [];
  for (const { at, remove, insert } of found.toSorted((a, b) => a.at - b.at)) {
    const before = edits.at(-1);
    if (before === undefined || !overlap(before, { at, remove })) edits.push({ at, remove, insert });
    else edits[edits.length - 1] = joined(before, { at, remove, insert });
  }
  return edits;
}

/** Insertions touch nothing but what is taken out around them; those at one place follow each other. */
function overlap(before: Edit, { at, remove }: Omit<Edit, 'insert'>): boolean {
  if (before.at === at) return before.remove > 0 && remove > 0;
  return at < before.at + before.remove;
}

function joined(before: Edit, edit: Edit): Edit {
  const [beforeEnd, end] = [before.at + before.remove, edit.at + edit.remove];
  if (end <= beforeEnd) return before;
  if (before.at === edit.at) return edit;
  const insert = Buffer.concat([before.insert, edit.insert]);
  return { at: before.at, remove: end - before.at, insert };
}

/** Octets of the header section once the edits are made; one that begins in it counts as part of it. */
function headerSizeAfter(edits: readonly Edit[], headerSize: number): number {
  let size = headerSize;
  for (const { at, remove, insert } of edits) {
    // What is put in at the very end of the header section begins the body.
    if (at >= headerSize) break;
    size += insert.byteLength - Math.min(remove, headerSize - at);
  }
  return size;
}

/** The content with the edits made. */
export async function* withEdits(
  content: AsyncIterable<Uint8Array>,
  edits: readonly Edit[],
): AsyncGenerator<Uint8Array> {
  let next = 0;
  let start = 0;
  /** Octets that are behind us, left out or not. */
  let done = 0;
  for await (const piece of content) {
    const end = start + piece.byteLength;
    for (let edit = edits[next]; edit !== undefined && edit.at < end; edit = edits[++next]) {
      if (edit.at > done) yield piece.subarray(done - start, edit.at - start);
      if (edit.insert.byteLength > 0) yield edit.insert;
      done = Math.max(done, edit.at + edit.remove);
    }
    if (done < end) {
      yield piece.subarray(done - start);
      done = end;
    }
    start = end;
  }
  for (const { insert } of edits.slice(next)) if (insert.byteLength > 0) yield insert;
}
