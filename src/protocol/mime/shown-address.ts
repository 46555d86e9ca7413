// Addresses inside text that is shown to people, such as a display name.

import { toLookupDomain } from '../smtp/domain.ts';
import { decodeWords } from './encoded-word.ts';
import { withFewMarks } from './few-marks.ts';

/** RFC 5321 4.5.3.1.1 and 4.5.3.1.2: longer parts are no address of anyone's. */
const MAX_LOCAL_PART = 64;
const MAX_DOMAIN = 255;
const DOMAIN = /[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)*/uy;
const LOCAL_PART = /[^\s<>()[\]"',:;@\\]+$/u;

/**
 * What a person may read as an address in a display name or comment: encoded words decoded (RFC 2047), wide forms of
 * "@" and "." taken as what they look like. `Team@Work` and `v@2.0` are none: a domain has a dot and no number at its end.
 */
export function shownAddresses(text: string): { localPart: string; domain: string }[] {
  const shown = withFewMarks(decodeWords(text)).normalize('NFKC');
  const addresses: { localPart: string; domain: string }[] = [];
  for (let at = shown.indexOf('@'); at >= 0; at = shown.indexOf('@', at + 1)) {
    const localPart = LOCAL_PART.exec(shown.slice(Math.max(0, at - MAX_LOCAL_PART), at))?.[0];
    DOMAIN.lastIndex = 0;
    const written = DOMAIN.exec(shown.slice(at + 1, at + 1 + MAX_DOMAIN))?.[0].replace(/[.-]+$/, '');
    if (localPart === undefined || written === undefined) continue;
    const domain = toLookupDomain(written);
    if (domain !== undefined && /\.[a-z][^.]*$/.test(domain)) addresses.push({ localPart, domain });
  }
  return addresses;
}
