// The body of a part without its transfer encoding (RFC 2045 6), as the plain reading has it.

import { decodeQuotedPrintable } from '../parts.ts';
import { decodeBase64 } from './base64.ts';
import { uudecode, uuencodedFiles } from './other-encodings.ts';
import type { WalkedPart } from './tree.ts';

/** The body as it stands. */
export function rawBody(part: Pick<WalkedPart, 'source' | 'body'>): Buffer {
  const { source, body } = part;
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).subarray(body.start, body.end);
}

/** Decodes the body of any part; it may share memory with the message. */
export function decoded(part: Pick<WalkedPart, 'source' | 'body' | 'encoding'>): Buffer {
  const body = rawBody(part);
  switch (part.encoding) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'uuencode': {
      const text = body.toString('latin1');
      return uuencodedFiles(text)[0]?.octets ?? uudecode(text);
    }
    case 'identity':
    case 'unknown':
      return body;
    default:
      return part.encoding satisfies never;
  }
}
