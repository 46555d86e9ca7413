// The body of a part without its transfer encoding (RFC 2045 6), as the plain reading has it.

import { decodeQuotedPrintable } from '../parts.ts';
import type { WalkedPart } from './tree.ts';

/** Decodes the body; it may share memory with the message. Of parts that hold parts, too. */
export function decoded(part: WalkedPart): Buffer {
  const body = Buffer.from(part.source.buffer, part.source.byteOffset, part.source.byteLength).subarray(
    part.body.start,
    part.body.end,
  );
  if (part.encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  return part.encoding === 'quoted-printable' ? decodeQuotedPrintable(body) : body;
}
