// RFC 8551 3.5, 3.6: mail that is signed as a whole and packed in CMS (`smime.p7m`). It is not encrypted: every mail program
// unpacks it.

import { inflateSync } from 'node:zlib';
import { decodeBase64 } from './base64.ts';

/** Tag of an object identifier; one that says a kind of content is not longer. */
const OBJECT_ID = 0x06;
const LONGEST_ID = 30;
/** Of packings in packings. */
const DEEPEST = 8;
const MOST_PIECES = 100_000;

/** 1.2.840.113549.1.9.16.1.9, `id-ct-compressedData` (RFC 3274). */
const ID_COMPRESSED = Buffer.from('060b2a864886f70d0109100109', 'hex');
const MOST_UNPACKED = 16 * 1024 * 1024;
const ARMOUR = /^\s*-----BEGIN (?:PKCS ?#?7(?: SIGNED DATA)?|CMS)-----([A-Za-z0-9+/=\s]*)/;

/** The entity inside; nothing where the octets are no such thing (encrypted ones among them). */
export function signedContent(octets: Buffer, depth = 0): Buffer | undefined {
  const armoured = octets.includes('-----BEGIN') ? ARMOUR.exec(octets.toString('latin1'))?.[1] : undefined;
  if (armoured !== undefined) return signedContent(decodeBase64(Buffer.from(armoured, 'latin1')), depth);
  // Every such message is a sequence.
  if (octets[0] !== 0x30) return undefined;
  // Whatever kind it is called. Encrypted content stands behind an algorithm, in an implicit tag.
  for (let at = octets.indexOf(OBJECT_ID); at >= 0; at = octets.indexOf(OBJECT_ID, at + 1)) {
    const length = octets[at + 1] ?? 0;
    const content = length > 0 && length <= LONGEST_ID ? element(octets, at + 2 + length) : undefined;
    if (content?.tag !== 0xa0) continue;
    const pieces: Buffer[] = [];
    octetStrings(octets, content.start, content.end, pieces);
    if (pieces.length === 0) continue;
    const whole = Buffer.concat(pieces);
    const inner = octets.subarray(0, at).includes(ID_COMPRESSED) ? inflated(whole) : whole;
    // Signed more than once, without a header between.
    return (depth < DEEPEST && inner !== undefined ? signedContent(inner, depth + 1) : undefined) ?? inner;
  }
  return undefined;
}

function inflated(packed: Buffer): Buffer | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_UNPACKED });
  } catch {
    // No such content, or more than any mail: nobody unpacks it.
    return undefined;
  }
}

interface Element {
  tag: number;
  start: number;
  end: number;
  /** X.690 8.1.3.6: its end is marked by two zero octets. */
  open: boolean;
}

function element(octets: Buffer, at: number): Element | undefined {
  const tag = octets[at];
  const first = octets[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, start: at + 2, end: Math.min(octets.length, at + 2 + first), open: false };
  if (first === 0x80) return { tag, start: at + 2, end: octets.length, open: true };
  const count = first & 0x7f;
  if (count > 4 || at + 2 + count > octets.length) return undefined;
  const start = at + 2 + count;
  return { tag, start, end: Math.min(octets.length, start + octets.readUIntBE(at + 2, count)), open: false };
}

/** Collects octet strings one behind the other, whole or in pieces; where reading stopped. */
function octetStrings(octets: Buffer, start: number, end: number, pieces: Buffer[]): void {
  let at = start;
  while (at < end && pieces.length < MOST_PIECES) {
    const one = element(octets, at);
    if (one === undefined || (one.tag === 0 && one.start === one.end)) return;
    if (one.tag === 0x24) {
      // Its pieces follow directly; so do those of what is around it.
      at = one.start;
      continue;
    }
    if (one.tag !== 0x04) return;
    pieces.push(octets.subarray(one.start, one.end));
    at = one.end;
  }
}
