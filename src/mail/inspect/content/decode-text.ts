// Octets as text, in the charset they say, or the likeliest one.

import { has } from '../archives/binary.ts';

/** Decodes as browsers do: a byte order mark outweighs what was declared. Never throws. */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const marked = byMark(bytes);
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes);
  const declared = charset === undefined || /^us-ascii$/i.test(charset.trim()) ? undefined : decoderFor(charset);
  if (declared !== undefined) return declared.decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function byMark(bytes: Uint8Array): string | undefined {
  if (has(bytes, 0, 0xef, 0xbb, 0xbf)) return 'utf-8';
  if (has(bytes, 0, 0xff, 0xfe)) return 'utf-16le';
  return has(bytes, 0, 0xfe, 0xff) ? 'utf-16be' : undefined;
}

function decoderFor(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset.trim());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
