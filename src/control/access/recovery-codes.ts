// Codes on paper for the day the telephone is lost: each works once.

import { createHash, randomInt } from 'node:crypto';

const CODES = 10;
/** Without those that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LETTERS = 4;

/** New codes such as `k7wm-2pxn-…`, of 79 bits each: too many for a hash to be searched. */
export function newRecoveryCodes(): string[] {
  const group = () => Array.from({ length: GROUP_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: CODES }, () => Array.from({ length: GROUPS }, group).join('-'));
}

/** What is kept of a code; case, hyphens and spaces do not count. */
export function recoveryHash(person: string, code: string): Uint8Array {
  const letters = code.toLowerCase().replaceAll(/[\s-]/g, '');
  return createHash('sha256').update(`${person} ${letters}`).digest();
}
