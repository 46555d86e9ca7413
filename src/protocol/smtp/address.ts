// RFC 5321 4.1.2 and RFC 6531 3.3: the paths of MAIL and RCPT, read strictly: no comments, no folding white space, no
// obsolete forms.

import { isIPv4, isIPv6 } from 'node:net';
import { toLookupDomain } from './domain.ts';

/** A mailbox, parsed once. */
export interface Mailbox {
  /** As the client gave it, without brackets and source route. */
  text: string;
  /** Exactly as given, quotes included: only the host that holds the mailbox may read anything into it (RFC 5321 2.4). */
  localPart: string;
  /** Lower-case A-labels; an address literal with its brackets; empty for `<postmaster>` alone. */
  domain: string;
  /** The domain is an address literal. */
  literal: boolean;
  /** Something in it is not ASCII: it may only travel with SMTPUTF8. */
  utf8: boolean;
}

export type Path =
  | { kind: 'null'; end: number }
  | { kind: 'mailbox'; mailbox: Mailbox /** Index of the first character behind the path. */; end: number };

// RFC 5321 4.5.3.1.1 to 4.5.3.1.3, in octets. A path of 256 has its brackets in that count.
const MAX_LOCAL_PART = 64;
const MAX_MAILBOX = 254;

const ATEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-";
const DOT_STRING = new RegExp(`[${ATEXT}]+(?:\\.[${ATEXT}]+)*`, 'uy');
// qtextSMTP and quoted-pairSMTP.
const QUOTED_STRING = /"(?:[\x20-\x21\x23-\x5b\x5d-\x7e\u0080-\u{10ffff}]|\\[\x20-\x7e])*"/uy;
const DOMAIN = /[A-Za-z0-9\u0080-\u{10ffff}.-]+/uy;
const LITERAL = /\[(?:[0-9.]+|IPv6:[0-9A-Fa-f:.]+)\]/iy;
// A-d-l: accepted and ignored (RFC 5321 4.1.1.3 and appendix C).
const SOURCE_ROUTE = /@[A-Za-z0-9.-]+(?:,@[A-Za-z0-9.-]+)*:/y;
const C1_CONTROLS = /[\u0080-\u009f]/;
const NON_ASCII = /[^\0-\x7f]/;

/**
 * Reads the path at `start`. `undefined` where there is none. Besides the bracketed form a bare mailbox is taken, with
 * the same grammar: many small clients write it so, and it leaves nothing to guess.
 */
export function parsePath(text: string, start: number, verb: 'mail' | 'rcpt'): Path | undefined {
  if (text[start] !== '<') return parseMailbox(text, start, verb);
  if (text[start + 1] === '>') return verb === 'mail' ? { kind: 'null', end: start + 2 } : undefined;
  const at = text[start + 1] === '@' ? matchEnd(SOURCE_ROUTE, text, start + 1) : start + 1;
  if (at === -1) return undefined;
  const path = parseMailbox(text, at, verb);
  if (path === undefined || text[path.end] !== '>') return undefined;
  return { ...path, end: path.end + 1 };
}

/** Reads a whole text as a mailbox (no brackets); `undefined` where it is none. */
export function parseAddress(text: string): Mailbox | undefined {
  const path = parseMailbox(text, 0, 'mail');
  return path?.kind === 'mailbox' && path.end === text.length ? path.mailbox : undefined;
}

function parseMailbox(text: string, start: number, verb: 'mail' | 'rcpt'): Path | undefined {
  const localEnd = matchEnd(text[start] === '"' ? QUOTED_STRING : DOT_STRING, text, start);
  if (localEnd === -1) return undefined;
  const localPart = text.slice(start, localEnd);
  if (text[localEnd] !== '@') return verb === 'rcpt' ? barePostmaster(localPart, localEnd) : undefined;
  const literal = text[localEnd + 1] === '[';
  const end = matchEnd(literal ? LITERAL : DOMAIN, text, localEnd + 1);
  if (end === -1) return undefined;
  const given = text.slice(localEnd + 1, end);
  const domain = literal ? readLiteral(given) : toLookupDomain(given);
  if (domain === undefined) return undefined;
  const whole = text.slice(start, end);
  const utf8 = NON_ASCII.test(whole);
  if (utf8 && C1_CONTROLS.test(whole)) return undefined;
  if (octets(localPart, utf8) > MAX_LOCAL_PART || octets(whole, utf8) > MAX_MAILBOX) return undefined;
  return { kind: 'mailbox', mailbox: { text: whole, localPart, domain, literal, utf8 }, end };
}

// RFC 5321 4.1.1.3: `<Postmaster>` without a domain is a recipient everywhere.
function barePostmaster(localPart: string, end: number): Path | undefined {
  if (localPart.toLowerCase() !== 'postmaster') return undefined;
  return { kind: 'mailbox', mailbox: { text: localPart, localPart, domain: '', literal: false, utf8: false }, end };
}

// RFC 5321 4.1.3
function readLiteral(text: string): string | undefined {
  const inside = text.slice(1, -1);
  if (isIPv4(inside)) return text;
  if (!inside.toLowerCase().startsWith('ipv6:')) return undefined;
  const address = inside.slice('ipv6:'.length);
  if (!isIPv6(address) || elidesTooLittle(address)) return undefined;
  return `[IPv6:${address.toLowerCase()}]`;
}

// RFC 5321 4.1.3, IPv6-comp: `::` stands for at least two groups.
function elidesTooLittle(address: string): boolean {
  if (!address.includes('::')) return false;
  const groups = address.split(':').filter((group) => group !== '').length;
  return groups + (address.includes('.') ? 1 : 0) > 6;
}

function matchEnd(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function octets(text: string, utf8: boolean): number {
  return utf8 ? Buffer.byteLength(text) : text.length;
}

/** What stands behind the last @ sign, as it is written; a text without one is all domain. */
export function domainOf(address: string): string;
export function domainOf(address: string | undefined): string | undefined;
export function domainOf(address: string | undefined): string | undefined {
  return address?.slice(address.lastIndexOf('@') + 1);
}
