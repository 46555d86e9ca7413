// Mail that is signed and packed as a whole (`smime.p7m`; RFC 8551), as a file: in an archive, or under another name.

import { signedContent } from '../../../protocol/mime/walk/signed-data.ts';
import { asBuffer } from '../archives/binary.ts';
import type { Reading } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { readMailFile } from './mail-file.ts';

const idsOf = (...hex: string[]) => hex.map((one) => Buffer.from(one, 'hex'));
/** RFC 5652: data, also signed, digested, authenticated; RFC 3274: compressed. */
const KINDS = idsOf(
  '06092a864886f70d010701',
  '06092a864886f70d010702',
  '06092a864886f70d010705',
  '060b2a864886f70d0109100102',
  '060b2a864886f70d0109100109',
);
/** RFC 5652 and RFC 5083: data that is enveloped or encrypted. */
const ENCRYPTED = idsOf('06092a864886f70d010703', '06092a864886f70d010706', '060b2a864886f70d0109100117');
/** The sequence around it has a length of nine octets at most. */
const WITHIN = 24;

/** Whether the octets begin as such a mail does, or as one that is encrypted. */
export function isSignedMail(octets: Buffer): boolean {
  return octets[0] === 0x30 && [...KINDS, ...ENCRYPTED].some((kind) => octets.subarray(0, WITHIN).includes(kind));
}

/** Whether the octets begin as mail that only who has a key can read. */
export function isEncryptedMail(octets: Buffer): boolean {
  return octets[0] === 0x30 && ENCRYPTED.some((kind) => octets.subarray(0, WITHIN).includes(kind));
}

/** The mail inside, as mail programs show it; nothing where there is only a signature, or it is encrypted. */
export function readSignedMail(bytes: Uint8Array, work: Work): Reading {
  if (isEncryptedMail(asBuffer(bytes))) return { traits: ['encrypted'] };
  const content = signedContent(asBuffer(bytes));
  if (content === undefined) return { traits: [] };
  work.spend(content.length);
  return readMailFile(content, work);
}
