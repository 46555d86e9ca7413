// RFC 8617 5.1: a set of our own on top of a chain: what we found, a signature of the message as it leaves, and a seal over
// all sets.

import { relaxedField } from '../dkim/relaxed.ts';
import { algorithmOf, completed, coverHeader, type SigningKey, type SigningLane } from '../dkim/sign.ts';
import type { HeaderSection } from '../mime/header.ts';
import { type ArcSet, MOST_SETS } from './chain.ts';

export interface SealRequest {
  /** As it leaves. */
  header: HeaderSection;
  /** Hash of the relaxed body as it leaves, base64. */
  bodyHash: string;
  /** The sets that came along, from the oldest; a chain that was found to hold. */
  sets: readonly ArcSet[];
  /** What we found (RFC 8601 2.2), without the field's name. */
  results: string;
  /** Signing domain, A-labels. */
  domain: string;
  /** Seconds since 1970. */
  at: number;
}

/** The three fields of the new set, CRLF included; nothing where the chain has no room for one. */
export async function sealMessage(
  { header, bodyHash, sets, results, domain, at }: SealRequest,
  { selector, key }: SigningKey,
  lane: SigningLane,
): Promise<string | undefined> {
  const instance = sets.length + 1;
  if (instance > MOST_SETS) return undefined;
  const found = `ARC-Authentication-Results: i=${instance}; ${results}\r\n`;
  // RFC 8617 4.1.2: a signature that came along is covered, fields of ARC and results are not.
  const { list, covered } = coverHeader(header, ['dkim-signature']);
  const algorithm = algorithmOf(key);
  const message = await completed(
    `ARC-Message-Signature: i=${instance}; a=${algorithm}; c=relaxed/relaxed;\r\n` +
      ` d=${domain}; s=${selector};\r\n` +
      ` t=${at}; bh=${bodyHash};\r\n` +
      ` h=${list};\r\n` +
      ' b=',
    covered,
    key,
    lane,
  );
  const before = [...sets.flatMap((set) => [set.results, set.message, set.seal]), found, message];
  const seal = await completed(
    `ARC-Seal: i=${instance}; a=${algorithm}; cv=${instance === 1 ? 'none' : 'pass'};\r\n` +
      ` d=${domain}; s=${selector};\r\n` +
      ` t=${at};\r\n` +
      ' b=',
    before.map((field) => `${relaxedField(field)}\r\n`).join(''),
    key,
    lane,
  );
  return seal + message + found;
}
