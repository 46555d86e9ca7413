// `Content-Encoding` belongs to HTTP; some readers know it in mail too.

import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { WalkedPart } from './tree.ts';

const FIELD = /^content-encoding[ \t]*:[ \t]*([\w-]+)/im;
/** More is no mail; what is larger when unpacked is not unpacked. */
const MOST = 16 * 1024 * 1024;

/** The body unpacked, where the header says that it is packed; nothing where it is not. */
export function unpackedContent({ source, header }: WalkedPart, body: Buffer): Buffer[] {
  const octets = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (!FIELD.test(octets.toString('latin1', header.start, header.end)) || body.length > MOST) return [];
  return [inflateSync, inflateRawSync, gunzipSync, brotliDecompressSync, zstdDecompressSync].flatMap((unpack) => {
    try {
      return [unpack(body, { maxOutputLength: MOST })];
    } catch {
      // Packed in another way, or not at all.
      return [];
    }
  });
}
