// RFC 5802 and RFC 7677: SCRAM-SHA-256, the server's side, without channel binding.

import { createHash, createHmac, pbkdf2, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { prepare } from './prepare.ts';

/** What a server keeps of a password (RFC 5803), base64. */
export interface ScramKeys {
  salt: string;
  iterations: number;
  storedKey: string;
  serverKey: string;
}

/** RFC 7677 4: at least 4,096 iterations. */
export const DEFAULT_ITERATIONS = 4096;
const KEY_OCTETS = 32;
const SALT_OCTETS = 16;
const NONCE_OCTETS = 18;

/** Keys for a new password. Throws a RangeError for a password that RFC 4013 forbids. */
export function makeScramKeys(password: string, iterations: number = DEFAULT_ITERATIONS): ScramKeys {
  const salt = randomBytes(SALT_OCTETS);
  const prepared = prepare(password);
  if (prepared === undefined || prepared === '') throw new RangeError('password holds forbidden characters');
  const salted = pbkdf2Sync(prepared, salt, iterations, KEY_OCTETS, 'sha256');
  return { salt: salt.toString('base64'), iterations, ...keysOf(salted) };
}

const derive = promisify(pbkdf2);

/** Whether a plain password (PLAIN, LOGIN) belongs to the keys. Works off the thread; takes milliseconds. */
export async function checkPassword(keys: ScramKeys, password: string): Promise<boolean> {
  // A password that cannot be prepared is still hashed, so that the time says nothing.
  const prepared = prepare(password) ?? '';
  const salted = await derive(prepared, Buffer.from(keys.salt, 'base64'), keys.iterations, KEY_OCTETS, 'sha256');
  return equal(Buffer.from(keysOf(salted).storedKey, 'base64'), Buffer.from(keys.storedKey, 'base64'));
}

/**
 * Keys for a name that does not exist: always the same for a name (the salt must not tell, RFC 5802 9), and no password
 * fits. `secret` stays the same while the process runs.
 */
export function keysOfNobody(name: string, secret: Uint8Array): ScramKeys {
  const salt = createHmac('sha256', secret).update(name).digest().subarray(0, SALT_OCTETS);
  const nothing = createHmac('sha256', secret).update(`key of ${name}`).digest().toString('base64');
  return { salt: salt.toString('base64'), iterations: DEFAULT_ITERATIONS, storedKey: nothing, serverKey: nothing };
}

function keysOf(salted: Buffer): { storedKey: string; serverKey: string } {
  const clientKey = hmac(salted, 'Client Key');
  return {
    storedKey: createHash('sha256').update(clientKey).digest('base64'),
    serverKey: hmac(salted, 'Server Key').toString('base64'),
  };
}

/** The first message of the client, read. */
export interface ScramFirst {
  name: string;
  nonce: string;
  /** `n,,` or `y,,`: repeated by the client in its final message. */
  header: string;
  bare: string;
}

// RFC 5802 7: gs2-header, then n= and r=; `p=` (channel binding) belongs to the -PLUS mechanism, `m=` must be refused.
const FIRST = /^([ny],(?:a=([^,]+))?,)(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,]*)*)$/;
const MAX_NONCE = 512;

/** Reads client-first-message; `undefined` where it breaks the grammar or asks for what is not offered. */
export function readScramFirst(message: string): ScramFirst | undefined {
  const match = FIRST.exec(message);
  if (match === null) return undefined;
  const [, header = '', authzid, bare = '', saslname = '', nonce = ''] = match;
  const name = decodeName(saslname);
  if (name === undefined || nonce.length > MAX_NONCE) return undefined;
  // Acting for somebody else is not offered.
  if (authzid !== undefined && decodeName(authzid) !== name) return undefined;
  return { name, nonce, header, bare };
}

// RFC 5802 5.1: `=2C` is a comma, `=3D` an equals sign, nothing else follows an equals sign.
function decodeName(saslname: string): string | undefined {
  if (/=(?!2C|3D)/.test(saslname)) return undefined;
  return prepare(saslname.replaceAll('=2C', ',').replaceAll('=3D', '='));
}

/** server-first-message. */
export function scramChallenge(
  first: ScramFirst,
  keys: ScramKeys,
  nonce: string = randomBytes(NONCE_OCTETS).toString('base64'),
): string {
  return `r=${first.nonce}${nonce},s=${keys.salt},i=${keys.iterations}`;
}

const FINAL = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[A-Za-z]=[^,]*)*),p=([A-Za-z0-9+/=]+)$/;

export type ScramResult = { kind: 'proved'; serverFinal: string } | { kind: 'wrong' } | { kind: 'malformed' };

/** Checks client-final-message against what was said before (RFC 5802 3). */
export function checkScramFinal(
  said: { first: ScramFirst; challenge: string; keys: ScramKeys },
  message: string,
): ScramResult {
  const match = FINAL.exec(message);
  if (match === null) return { kind: 'malformed' };
  const [, withoutProof = '', binding = '', nonce = '', proof = ''] = match;
  if (Buffer.from(binding, 'base64').toString('latin1') !== said.first.header) return { kind: 'malformed' };
  if (!said.challenge.startsWith(`r=${nonce},`)) return { kind: 'malformed' };
  const given = Buffer.from(proof, 'base64');
  if (given.length !== KEY_OCTETS) return { kind: 'malformed' };
  const authMessage = `${said.first.bare},${said.challenge},${withoutProof}`;
  const storedKey = Buffer.from(said.keys.storedKey, 'base64');
  const clientKey = xor(given, hmac(storedKey, authMessage));
  if (!equal(createHash('sha256').update(clientKey).digest(), storedKey)) return { kind: 'wrong' };
  const signature = hmac(Buffer.from(said.keys.serverKey, 'base64'), authMessage);
  return { kind: 'proved', serverFinal: `v=${signature.toString('base64')}` };
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((octet, i) => octet ^ (b[i] ?? 0)));
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
