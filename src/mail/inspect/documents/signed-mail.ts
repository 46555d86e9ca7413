// Mail that is signed and packed as a whole (`smime.p7m`; RFC 8551), as a file: in an archive, or under another name.

import { signedContent } from '../../../protocol/mime/walk/signed-data.ts';
import { asBuffer } from '../archives/binary.ts';
import type { Reading } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { readMailFile } from './mail-file.ts';

/** 1.2.840.113549.1.7.2, `id-signedData`, and 1.2.840.113549.1.9.16.1.9, `id-ct-compressedData`. */
const KINDS = ['06092a864886f70d010702', '060b2a864886f70d0109100109'].map((one) => Buffer.from(one, 'hex'));
/** The sequence around it has a length of nine octets at most. */
const WITHIN = 24;

/** Whether the octets begin as such a mail does. */
export function isSignedMail(octets: Buffer): boolean {
  return octets[0] === 0x30 && KINDS.some((kind) => octets.subarray(0, WITHIN).includes(kind));
}

/** The mail inside, as mail programs show it; nothing where there is only a signature. */
export function readSignedMail(bytes: Uint8Array, work: Work): Reading {
  const content = signedContent(asBuffer(bytes));
  if (content === undefined) return { traits: [] };
  work.spend(content.length);
  return readMailFile(content, work);
}
