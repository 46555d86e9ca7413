// The e-mail address as the name of a person.

import { domainToASCII } from 'node:url';

/** RFC 5321 4.5.3.1: 64 octets before the at sign, 254 in all. */
const LONGEST_LOCAL = 64;
const LONGEST = 254;

/**
 * The name that a person signs in with: the address in lower case, its domain in A-labels. ASCII before the at sign
 * only: letters that look alike, or become alike when their case is folded, would be two people in one. Nothing where the
 * text is no such address.
 */
export function personName(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1));
  if (at < 1 || local.length > LONGEST_LOCAL) return undefined;
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) return undefined;
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(domain)) return undefined;
  const name = `${local.toLowerCase()}@${domain}`;
  return name.length > LONGEST ? undefined : name;
}
