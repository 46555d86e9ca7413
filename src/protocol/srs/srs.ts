// Sender Rewriting Scheme: a forwarder says an address of its own in MAIL FROM, from which it can read the original
// sender when a bounce comes back. After "The Sender Rewriting Scheme" (M. Weng Wong; the format of Shevek, 2004,
// https://www.libsrs2.net/srs/srs.pdf):
//
//   SRS0=HASH=TT=original-domain=original-local@forwarder      the first forwarder
//   SRS1=HASH=first-forwarder==HASH=TT=…=…@forwarder           every later one: a bounce goes back to the first
//
// Everything between the marks is opaque to others, so our hash is longer than the paper's four characters, and written
// in base32, which survives a change of case.

import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SrsOptions {
  /** Secret of this forwarder. */
  key: Uint8Array;
  /** Domain of our rewritten addresses. */
  domain: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** What an address of ours says. */
export type SrsAnswer =
  /** Not of this form. */
  | { kind: 'none' }
  /** The form, with a hash that is not ours. */
  | { kind: 'forged' }
  | { kind: 'expired' }
  /** Where a bounce has to go. */
  | { kind: 'address'; address: string };

const DAY_MS = 86_400_000;
/** 40 bits: guessing one takes a million million tries, and every one is a refused RCPT. */
const HASH_CHARACTERS = 8;
/** RFC 4648 6. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Two characters of base32: days that come again after 1,024. */
const STAMP_DAYS = 1024;
/** RFC 5321 4.5.3.1.1 and 4.5.3.1.3. */
const MAX_LOCAL_PART = 64;
const MAX_MAILBOX = 254;

const DOT_STRING = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const HOST = /^[A-Za-z0-9.-]+$/;
// The first separator may be any of three; the others are always the sign of equality.
const SRS0 = /^srs0[=+-](.+)$/i;
const SRS1 = /^srs1[=+-]([^=]+)=([^=]+)=(.+)$/i;
const OUR_SRS0 = /^srs0[=+-]([a-z2-7]{8})=([a-z2-7]{2})=([^=]+)=(.+)$/i;
const OUR_SRS1 = /^srs1[=+-]([a-z2-7]{8})=([^=]+)=([=+-].+)$/i;

/**
 * The address to say in MAIL FROM instead of this sender. `undefined` where there is none within the limits of
 * RFC 5321: the sender is too long, quoted, not ASCII, or at an address literal.
 */
export function srsForward(sender: { localPart: string; domain: string }, options: SrsOptions): string | undefined {
  const { localPart, domain } = sender;
  if (!DOT_STRING.test(localPart) || !HOST.test(domain)) return undefined;
  const rewritten = rewriteAgain(localPart, domain, options) ?? rewriteFirst(localPart, domain, options);
  const address = `${rewritten}@${options.domain}`;
  return rewritten.length > MAX_LOCAL_PART || address.length > MAX_MAILBOX ? undefined : address;
}

function rewriteFirst(localPart: string, domain: string, { key, now }: SrsOptions): string {
  const stamp = stampOf(now);
  return `SRS0=${hashOf(key, ['srs0', stamp, domain, localPart])}=${stamp}=${domain}=${localPart}`;
}

/** An address that was rewritten already: what came before us is not written out once more, only its first forwarder. */
function rewriteAgain(localPart: string, domain: string, { key }: SrsOptions): string | undefined {
  const again = SRS1.exec(localPart);
  const first = again === null ? SRS0.exec(localPart) : null;
  const host = again?.[2] ?? (first === null ? undefined : domain);
  const rest = again?.[3] ?? first?.[0].slice('SRS0'.length);
  if (host === undefined || rest === undefined || !HOST.test(host)) return undefined;
  return `SRS1=${hashOf(key, ['srs1', host, rest])}=${host}=${rest}`;
}

/**
 * Reads the local part of an address at our own domain. Hash and domains are compared without case; `validDays` is how
 * long an address of the first form counts (the second has no date: the first forwarder looks at its own).
 */
export function srsReverse(localPart: string, options: SrsOptions & { validDays: number }): SrsAnswer {
  const first = OUR_SRS0.exec(localPart);
  if (first !== null) return reverseFirst(first, options);
  const again = OUR_SRS1.exec(localPart);
  if (again === null) return SRS0.test(localPart) || SRS1.test(localPart) ? { kind: 'forged' } : { kind: 'none' };
  const [, hash = '', host = '', rest = ''] = again;
  if (!sameHash(hash, hashOf(options.key, ['srs1', host, rest]))) return { kind: 'forged' };
  return { kind: 'address', address: `SRS0${rest}@${host}` };
}

function reverseFirst(match: RegExpExecArray, options: SrsOptions & { validDays: number }): SrsAnswer {
  const [, hash = '', stamp = '', domain = '', localPart = ''] = match;
  if (!sameHash(hash, hashOf(options.key, ['srs0', stamp, domain, localPart]))) return { kind: 'forged' };
  const age = (dayOf(options.now) - readStamp(stamp) + STAMP_DAYS) % STAMP_DAYS;
  // The day before tomorrow's: a clock that was set back a little forges nothing.
  if (age > options.validDays && age !== STAMP_DAYS - 1) return { kind: 'expired' };
  return { kind: 'address', address: `${localPart}@${domain}` };
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS) % STAMP_DAYS;
}

function stampOf(now: number): string {
  const day = dayOf(now);
  return `${BASE32.charAt(day >>> 5)}${BASE32.charAt(day & 31)}`;
}

function readStamp(stamp: string): number {
  const [high = '', low = ''] = stamp.toLowerCase();
  return BASE32.indexOf(high) * 32 + BASE32.indexOf(low);
}

/** Parts are joined with a character that none of them holds; case on the way changes nothing. */
function hashOf(key: Uint8Array, parts: readonly string[]): string {
  const digest = createHmac('sha256', key).update(parts.join('\n').toLowerCase()).digest();
  let text = '';
  for (let i = 0; i < HASH_CHARACTERS; i++) text += BASE32.charAt((digest[i] ?? 0) & 31);
  return text;
}

function sameHash(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(given.toLowerCase()), Buffer.from(expected));
}
