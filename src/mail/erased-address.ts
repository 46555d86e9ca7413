// Addresses of people who asked to be forgotten, and the mark that stands in their place. A mark is keyed: it cannot be
// turned back into the address, and nobody without the key can tell whose it is. The same address has another mark for
// each customer.

import { createHmac } from 'node:crypto';
import { readSuppressedAddress } from './authorise/suppression.ts';
import { normal } from './trace/trace-words.ts';
import { addressesWrittenInto } from './written-into.ts';

/** What is to be erased: only hashes, so that the same serves a replay after a restore. */
export interface ErasedAddresses {
  key: Uint8Array;
  /** Hashes (`addressHash`) by customer. */
  hashes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Told of each address that is found, as it is written. */
export type Found = (address: string) => void;

/** RFC 2606 2: a domain of this kind is never anybody's. */
const MARK_DOMAIN = 'erased.invalid';
/** Hexadecimal digits of the hash in a mark: no two addresses of a customer have the same one. */
const MARK_DIGITS = 24;
const LONGEST_ADDRESS = 320;
const TOKEN = /[^\s<>()[\],;:"\\]+@[^\s<>()[\],;:"\\]+/gu;
const EDGES = /^[.!?=*_`'~]+|[.!?=*_`'~]+$/g;

/** Names an address of a customer's mail: HMAC-SHA256 in hexadecimal. Case and the form of the domain do not count. */
export function addressHash(key: Uint8Array, customer: string, address: string): string {
  const one = readSuppressedAddress(address) ?? normal(address);
  return createHmac('sha256', key).update(`${customer}\0${one}`).digest('hex');
}

/** What stands in the place of the address with this hash. */
export function markOf(hash: string): string {
  return `erased-${hash.slice(0, MARK_DIGITS)}@${MARK_DOMAIN}`;
}

/** Whether it is the mark of somebody who is forgotten: no mail goes there. */
export function isMark(address: string): boolean {
  return address.endsWith(`@${MARK_DOMAIN}`);
}

/**
 * The text with each address that is to be erased replaced by its mark: where it stands by itself, among other words, or
 * written into another address (SRS, VERP). The same text where there is none.
 */
export function eraseInText(text: string, customer: string, erased: ErasedAddresses, found?: Found): string {
  const hashes = erased.hashes.get(customer);
  if (hashes === undefined || !text.includes('@')) return text;
  const markFor = (address: string): string | undefined => {
    if (address.length > LONGEST_ADDRESS) return undefined;
    const hash = addressHash(erased.key, customer, address);
    if (!hashes.has(hash)) return undefined;
    found?.(address);
    return markOf(hash);
  };
  const whole = markFor(text);
  if (whole !== undefined) return whole;
  return text.replaceAll(TOKEN, (token) => {
    const bare = token.replaceAll(EDGES, '');
    const mark = markFor(bare) ?? writtenInto(bare, markFor);
    return mark === undefined ? token : token.replace(bare, () => mark);
  });
}

/** Replaces addresses in every string of a JSON value, however deep. Answers the value, and whether anything changed. */
export function eraseInValue(
  value: unknown,
  customer: string,
  erased: ErasedAddresses,
  found?: Found,
): { value: unknown; changed: boolean } {
  let changed = false;
  const result = mapStrings(value, (text) => {
    const written = eraseInText(text, customer, erased, found);
    changed ||= written !== text;
    return written;
  });
  return { value: result, changed };
}

/** The JSON value with each string, however deep, turned into another; `key` is the nearest name above it. */
export function mapStrings(value: unknown, turn: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return turn(value, key);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => mapStrings(one, turn, key));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapStrings(one, turn, name)]));
}

function writtenInto(token: string, markFor: (address: string) => string | undefined): string | undefined {
  for (const address of addressesWrittenInto(token)) {
    const mark = markFor(address);
    if (mark !== undefined) return mark;
  }
  return undefined;
}
