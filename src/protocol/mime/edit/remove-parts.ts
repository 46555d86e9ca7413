// Parts of a message taken out, each with a note in its place.

import { parseHeader } from '../header.ts';
import { quotedPrintable } from '../transfer-encoding.ts';
import type { MimeTree, WalkedPart } from '../walk/tree.ts';
import type { OctetEdit } from './octet-edit.ts';

/** The fields that say how a body is read. What else a message says stays. */
const OF_BODY = /^content-(?!id$|description$)|^mime-version$/;

/**
 * Edits that put a text in the place of these parts (numbers as in `MimeTree`). A part within an encoded one takes that
 * one along. `undefined` where the message can be read in two ways, so that nobody knows what is taken out.
 */
export function removeParts(tree: MimeTree, numbers: readonly number[], note: string): OctetEdit[] | undefined {
  if (tree.faults.length > 0) return undefined;
  const parts = new Set<WalkedPart>();
  for (const number of numbers) {
    const part = standing(tree, number);
    if (part === undefined) return undefined;
    parts.add(part);
  }
  const outermost = [...parts].filter((part) => !isWithin(tree, part, parts));
  return outermost.flatMap((part) => replaced(tree, part, note));
}

/** The part, or the one that it is encoded within, which stands in the content itself. */
function standing(tree: MimeTree, number: number): WalkedPart | undefined {
  let part = tree.parts[number];
  while (part?.nestedIn !== undefined) part = tree.parts[part.nestedIn];
  return part;
}

function isWithin(tree: MimeTree, part: WalkedPart, others: ReadonlySet<WalkedPart>): boolean {
  for (let at = part.parent; at !== undefined; ) {
    const above = tree.parts[at];
    if (above === undefined) return false;
    if (others.has(above)) return true;
    at = above.parent;
  }
  return false;
}

function replaced(tree: MimeTree, part: WalkedPart, note: string): OctetEdit[] {
  const parent = part.parent === undefined ? undefined : tree.parts[part.parent];
  const { fields, body } = notePart(note);
  if (parent?.kind === 'multipart') {
    const { start } = part.header;
    return [{ at: start, remove: part.body.end - start, insert: Buffer.concat([fields, Buffer.from('\r\n'), body]) }];
  }
  // The body of a message: who wrote it, to whom and about what stays.
  const source = Buffer.from(part.source.buffer, part.source.byteOffset, part.source.byteLength);
  const section = parseHeader(source.subarray(0, part.header.end), part.header.start);
  const edits = section.fields
    .filter(({ name }) => OF_BODY.test(name))
    .map(({ start, end }) => ({ at: start, remove: end - start, insert: Buffer.alloc(0) }));
  const { end } = part.header;
  const insert = Buffer.concat([
    // A header that ends without a line end, as that of a message cut off.
    Buffer.from(end > part.header.start && source[end - 1] !== 0x0a ? '\r\n' : ''),
    Buffer.from('MIME-Version: 1.0\r\n'),
    fields,
    Buffer.from('\r\n'),
    body,
    Buffer.from('\r\n'),
  ]);
  return [...edits, { at: end, remove: part.body.end - end, insert }];
}

function notePart(note: string): { fields: Buffer; body: Buffer } {
  const text = Buffer.from(note.replaceAll(/\r?\n/g, '\r\n').trimEnd());
  const fields =
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: inline\r\n';
  return { fields: Buffer.from(fields), body: quotedPrintable(text) };
}
