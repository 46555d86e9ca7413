// The e-mail address as the name of a person.

import { domainToASCII } from 'node:url';

/** RFC 5321 4.5.3.1: 64 octets before the at sign, 254 in all. */
const LONGEST_LOCAL = 64;
const LONGEST = 254;

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** As people write it; the conversion to A-labels would take more, and drop some of it without a word. */
const WRITTEN_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

export interface PersonAddress {
  /** What the person signs in with: the address in lower case. */
  name: string;
  /** Where mail goes: the case before the at sign is the person's own (RFC 5321 2.4). */
  email: string;
}

/**
 * Reads the address of a person, its domain in A-labels. ASCII before the at sign only: letters that look alike, or become
 * alike when their case is folded, would be two people in one. Nothing where the text is no such address.
 */
export function readPersonAddress(text: string): PersonAddress | undefined {
  const at = text.lastIndexOf('@');
  const [local, written] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (local.length > LONGEST_LOCAL || !LOCAL.test(local) || !WRITTEN_DOMAIN.test(written)) return undefined;
  const domain = domainToASCII(written);
  if (!DOMAIN.test(domain)) return undefined;
  const email = `${local}@${domain}`;
  return email.length > LONGEST ? undefined : { name: email.toLowerCase(), email };
}

/** The name alone. */
export function personName(text: string): string | undefined {
  return readPersonAddress(text)?.name;
}
