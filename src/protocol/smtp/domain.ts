// Domain names as SMTP writes them (RFC 5321 4.1.2, RFC 6531 3.3), and the one form they are looked up in.

import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321 4.5.3.1.2; a name of DNS has at most 253 characters. */
const MAX_DOMAIN = 253;
const MAX_LABEL = 63;

const LDH_DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
// RFC 5890: letters, marks and digits; the joiners and middle dots of RFC 5892 A are left to the look-up.
const U_LABEL =
  /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}\u00b7\u0375\u05f3\u05f4\u30fb\u200c-\u200d-]*[\p{L}\p{M}\p{N}])?$/u;
const NON_ASCII = /[^\0-\x7f]/;
const NUMBERS = /^[0-9.]+$/;

/** Lower-case A-labels of a domain written in A-labels or U-labels; `undefined` where it is no domain name. */
export function toLookupDomain(text: string): string | undefined {
  const lower = NON_ASCII.test(text) ? encodeLabels(text) : text.toLowerCase();
  if (lower === undefined || lower.length > MAX_DOMAIN || !LDH_DOMAIN.test(lower)) return undefined;
  if (lower.length <= MAX_LABEL && !lower.includes('xn--')) return lower;
  return lower.split('.').every(isLabel) ? lower : undefined;
}

function isLabel(label: string): boolean {
  if (label.length > MAX_LABEL) return false;
  if (!label.startsWith('xn--')) return true;
  // RFC 5890 2.3.2.1: an A-label is what its U-label encodes to, and nothing else.
  const unicode = domainToUnicode(label);
  return NON_ASCII.test(unicode) && domainToASCII(unicode) === label;
}

function encodeLabels(text: string): string | undefined {
  for (const label of text.split('.')) {
    if (!U_LABEL.test(label)) return undefined;
  }
  const encoded = domainToASCII(text);
  // The function is made for URLs and turns wide digits into an IPv4 address.
  return encoded === '' || NUMBERS.test(encoded) ? undefined : encoded;
}
