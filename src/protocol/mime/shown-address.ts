// Addresses inside text that is shown to people, such as a display name.

import { toLookupDomain } from '../smtp/domain.ts';
import { decodeWords } from './encoded-word.ts';
import { withFewMarks } from './few-marks.ts';

/** RFC 5321 4.5.3.1.1 and 4.5.3.1.2: longer parts are no address of anyone's. */
const MAX_LOCAL_PART = 64;
const MAX_DOMAIN = 255;
const WORD_START = /[\p{L}\p{N}]/gu;
const AFTER_LAST_WORD = /[^\p{L}\p{M}\p{N}]+$/u;
const LOCAL_PART = /[^\s<>()[\]"',:;@\\]+$/u;
const UNBROKEN = /[^\s<>()[\]"',:;@\\]+/uy;
/** Names with dots in what follows the "@" without a break; joiners belong to letters of some scripts. */
const DOMAINS = /[\p{L}\p{M}\p{N}\p{Join_Control}-]+(?:\.[\p{L}\p{M}\p{N}\p{Join_Control}-]+)+/gu;
/** A name of DNS has a top level with letters. */
const ENDS_LIKE_DOMAIN = /\.\p{L}[^.]*$/u;

/**
 * What a person may read as an address in a display name or comment: encoded words decoded (RFC 2047), wide forms of
 * "@" and "." taken as what they look like, what is not seen left out, and spaces, quotes and other marks around the "@"
 * passed over, as in `"ceo" @ bank.example`. `Team@Work` and `v@2.0` are none: a domain has a dot and no number at its end.
 */
export function shownAddresses(text: string): { localPart: string; domain: string }[] {
  const decoded = withFewMarks(decodeWords(text)).normalize('NFKC');
  const found = addressesIn(asSeen(decoded));
  // UAX 9: what follows an override is shown from right to left.
  if (decoded.includes('\u202e')) found.push(...addressesIn(Array.from(asSeen(decoded)).toReversed().join('')));
  return found;
}

/** Without what takes no room; blanks of all kinds are one space, and none before a dot that a word follows. */
function asSeen(text: string): string {
  return text
    .replaceAll(/[\s\u2800]+/gu, ' ')
    .replaceAll(/(?!\p{Join_Control})[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu, '')
    .replaceAll('\u3002', '.')
    .replaceAll(/ (?=\.\p{L})/gu, '');
}

function addressesIn(shown: string): { localPart: string; domain: string }[] {
  const addresses: { localPart: string; domain: string }[] = [];
  for (let at = shown.indexOf('@'); at >= 0; ) {
    const localPart = lastWord(shown.slice(Math.max(0, at - MAX_LOCAL_PART), at));
    WORD_START.lastIndex = at;
    const start = WORD_START.exec(shown)?.index;
    if (start === undefined) break;
    if (localPart !== undefined) {
      for (const domain of domainsAt(shown, start)) addresses.push({ localPart, domain });
    }
    at = shown.indexOf('@', start);
  }
  return addresses;
}

function lastWord(before: string): string | undefined {
  return (LOCAL_PART.exec(before) ?? LOCAL_PART.exec(before.replace(AFTER_LAST_WORD, '')))?.[0];
}

/** Several where a mark that no name can have stands between them: readers take either for the domain. */
function domainsAt(shown: string, start: number): string[] {
  UNBROKEN.lastIndex = start;
  const unbroken = UNBROKEN.exec(shown)?.[0].slice(0, MAX_DOMAIN) ?? '';
  return [...unbroken.matchAll(DOMAINS)].flatMap(([name]) => {
    const written = name.replace(/^-+|-+$/g, '');
    const domain = toLookupDomain(written) ?? written.toLowerCase();
    return ENDS_LIKE_DOMAIN.test(domain) ? [domain] : [];
  });
}
