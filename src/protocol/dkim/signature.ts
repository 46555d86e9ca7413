// RFC 6376 3.5 and 6.1.1: the value of a DKIM-Signature field read; and of an ARC-Message-Signature, which is nearly one
// (RFC 8617 4.1.2).

import { decodeBase64 } from './key-record.ts';
import { parseTagList, withoutSpace, wordsOf } from './tag-list.ts';

/** A signature that can be tried. */
export interface Signature {
  /** `d`, lower case. */
  domain: string;
  /** `s`, lower case. */
  selector: string;
  type: 'rsa' | 'ed25519';
  algorithm: string;
  headerKind: 'relaxed' | 'simple';
  bodyKind: 'relaxed' | 'simple';
  /** `h`: names in lower case. */
  names: string[];
  /** `bh`, base64. */
  bodyHash: string;
  signature: Buffer;
  /** `l`: octets of the canonical body that count. */
  length: number;
  /** Domain of `i`. */
  identityDomain: string;
  /** `x`: seconds since 1970. */
  expires: number | undefined;
}

/** RFC 1035 2.3.4: names that DNS can be asked for. A selector may have several labels (RFC 6376 3.1). */
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * Reads the value of a field; a text says what is wrong with it. `dkim`: of DKIM-Signature; `arc`: of
 * ARC-Message-Signature, whose `i` counts sets.
 */
export function readSignature(value: string, kind: 'dkim' | 'arc' = 'dkim'): Signature | string {
  const tags = parseTagList(value);
  if (tags === undefined) return 'the signature is no list of tags';
  for (const name of ['a', 'b', 'bh', 'd', 'h', 's']) if (!tags.has(name)) return `${name} is missing`;
  const tag = (name: string) => tags.get(name) ?? '';
  // RFC 8617 4.1.2: an ARC-Message-Signature has no v.
  if (kind === 'dkim' && tag('v') !== '1') return tags.has('v') ? 'v is not 1' : 'v is missing';
  const algorithm = tag('a').toLowerCase();
  // RFC 8301 3.1: rsa-sha1 must not be used.
  if (algorithm !== 'rsa-sha256' && algorithm !== 'ed25519-sha256') return `a=${shown(algorithm)} is not allowed`;
  const [headerKind, bodyKind = 'simple'] = (tags.get('c') ?? 'simple/simple').toLowerCase().split('/');
  if (!isKind(headerKind) || !isKind(bodyKind)) return 'c is not known';
  const names = wordsOf(tag('h'));
  if (!names.includes('from')) return 'h does not name From';
  const domain = tag('d').toLowerCase();
  const selector = tag('s').toLowerCase();
  if (!NAME.test(domain) || !NAME.test(selector)) return 'd or s is no domain name';
  const identity = kind === 'arc' ? undefined : tags.get('i');
  const identityDomain = (identity ?? `@${domain}`).toLowerCase().split('@').at(-1) ?? '';
  if (identityDomain !== domain && !identityDomain.endsWith(`.${domain}`)) return 'i is not of d';
  if (!wordsOf(tags.get('q') ?? 'dns/txt').includes('dns/txt')) return 'q names no way that is known';
  const signature = decodeBase64(withoutSpace(tag('b')));
  if (signature === undefined || signature.length === 0) return 'b is not base64';
  const numbers = { l: numberOf(tags.get('l')), t: numberOf(tags.get('t')), x: numberOf(tags.get('x')) };
  if (Object.values(numbers).some(Number.isNaN)) return 'l, t or x is no number';
  if (numbers.x !== undefined && numbers.t !== undefined && numbers.x < numbers.t) return 'x is before t';
  return {
    domain,
    selector,
    type: algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519',
    algorithm,
    headerKind,
    bodyKind,
    names,
    bodyHash: withoutSpace(tag('bh')),
    signature,
    length: numbers.l ?? Infinity,
    identityDomain,
    expires: numbers.x,
  };
}

/** A word of a stranger's, fit to be shown. */
function shown(word: string): string {
  return word.replaceAll(/[^a-z0-9-]/g, '?').slice(0, 30);
}

function isKind(kind: string | undefined): kind is 'relaxed' | 'simple' {
  return kind === 'relaxed' || kind === 'simple';
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** RFC 6376 3.7: a whole field with nothing in its tag `b`; all else stays as it is. */
export function withoutSignature(field: string): string {
  let start = field.indexOf(':') + 1;
  while (start < field.length) {
    const semicolon = field.indexOf(';', start);
    const end = semicolon === -1 ? field.length : semicolon;
    const name = /^[ \t\r\n]*b[ \t\r\n]*=/.exec(field.slice(start, end))?.[0];
    if (name !== undefined) return field.slice(0, start + name.length) + field.slice(end);
    start = end + 1;
  }
  return field;
}
