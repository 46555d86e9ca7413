// Random secrets that we hand out, and what is kept of them: 256 bits need no slow hash.

import { createHash, randomBytes } from 'node:crypto';

const TOKEN_OCTETS = 32;
const ID_OCTETS = 12;

/** 256 random bits as 43 letters, digits, `-` and `_`. */
export function randomToken(): string {
  return randomBytes(TOKEN_OCTETS).toString('base64url');
}

/** What is kept of a token: nobody who reads the database can use it. */
export function tokenHash(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** An id that nobody can guess or count, such as `usr_3f…`. */
export function newId(kind: 'usr' | 'ses' | 'key'): string {
  return `${kind}_${randomBytes(ID_OCTETS).toString('hex')}`;
}
