// Mail that comes in for a customer as that one is to see it: an answer's references are the ids that its own server gave,
// as in mail from the Internet (reveal-references.ts). Nobody else gets that form: not what is stored, nor a notice.

import type { Content } from '../../network/smtp-transaction.ts';
import { parseHeader } from '../../protocol/mime/header.ts';
import type { ContentSource } from '../deliver/content.ts';
import { type Edit, withEdits } from '../inspect/change-content.ts';
import type { CustomerId, MessageMeta } from '../message.ts';
import { headerOf } from '../stored-content.ts';
import type { MessageIds } from './message-ids.ts';
import { revealReferences } from './reveal-references.ts';

/** A message in the form in which one receiver gets it. */
export interface ShownForm {
  meta: MessageMeta;
  content: ContentSource;
}

/** The message with its references turned back for this customer; nothing where there is nothing to turn back. */
export async function turnedBack(
  { meta, content }: ShownForm,
  customer: CustomerId,
  ids: MessageIds,
): Promise<ShownForm | undefined> {
  const octets = await headerOf(content);
  if (octets === undefined) return undefined;
  const header = parseHeader(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
  const edits = revealReferences(header, customer, ids).map(({ field, ...edit }): Edit => {
    const insert = edit.kind === 'replace' ? edit.octets : Buffer.alloc(0);
    return { at: field.start, remove: field.end - field.start, insert };
  });
  if (edits.length === 0) return undefined;
  const grown = edits.reduce((sum, { insert, remove }) => sum + insert.byteLength - remove, 0);
  // A copy of its own, by which signatures are remembered: those of the stored form are not of this one.
  return {
    meta: { ...meta, size: meta.size + grown, revealed: true },
    content: async () => edited(await content(), edits),
  };
}

async function edited(content: Content, edits: readonly Edit[]): Promise<Content> {
  if (content.kind !== 'bytes') return { kind: 'stream', chunks: withEdits(content.chunks, edits) };
  const pieces = await Array.fromAsync(withEdits(once(content.bytes), edits));
  return { kind: 'bytes', bytes: Buffer.concat(pieces) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
