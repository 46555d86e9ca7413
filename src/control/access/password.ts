// Passwords at rest: argon2id (RFC 9106), off the event loop, a few at a time.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { type FieldFault, fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';

/** What one hash costs. */
export interface PasswordCost {
  /** KiB. */
  memory: number;
  passes: number;
  lanes: number;
}

/** RFC 9106 4, the second recommended: for machines that do not have 2 GiB for each sign-in. About 0.15 s of a core. */
export const PASSWORD_COST: PasswordCost = { memory: 65_536, passes: 3, lanes: 4 };
/** RFC 9106 3.1: 16 octets of salt suffice for passwords. */
const SALT_OCTETS = 16;
const HASH_OCTETS = 32;
/** Two hashes at once are 128 MiB; mail shares the pool of threads they run on. */
const AT_ONCE = 2;
/** Past so many that wait, about four seconds, whoever comes is told to try again: memory and patience are bounded. */
const MOST_WAITING = 48;

/** NIST SP 800-63B 5.1.1.2 asks for 8 at least and allows more; there are no rules of composition. In characters. */
export const SHORTEST_PASSWORD = 12;
/** Long enough for any sentence, and no means to keep us busy. */
export const LONGEST_PASSWORD = 1024;

export interface Passwords {
  /** Hashes a new password. Throws a Problem (503) where too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the kept one. Without one it takes as long, and is wrong. `outdated`: kept with another cost
   * than is used now. Throws a Problem (503) where too many wait.
   */
  verify(password: string, kept: string | null | undefined): Promise<{ right: boolean; outdated: boolean }>;
}

/** Makes the keeper of passwords. */
export function createPasswords(cost: PasswordCost = PASSWORD_COST): Passwords {
  const turn = limiter(AT_ONCE, MOST_WAITING);
  const nobodys = randomBytes(HASH_OCTETS);
  const nobodysSalt = randomBytes(SALT_OCTETS);
  return {
    async hash(password) {
      const salt = randomBytes(SALT_OCTETS);
      return format(cost, salt, await turn(() => derive(password, salt, cost)));
    },
    async verify(password, kept) {
      const parsed = kept === null || kept === undefined ? undefined : parse(kept);
      const { salt, hash, cost: used } = parsed ?? { salt: nobodysSalt, hash: nobodys, cost };
      const derived = await turn(() => derive(password, salt, used));
      const right = timingSafeEqual(derived, hash) && parsed !== undefined;
      return { right, outdated: right && !sameCost(used, cost) };
    },
  };
}

/** What is wrong with a new password of this person, nothing where it may be used. */
export function passwordFault(password: string, personName: string): FieldFault | undefined {
  const length = Array.from(password).length;
  if (length < SHORTEST_PASSWORD) return fault('password', 'password-short', { least: SHORTEST_PASSWORD });
  if (password.length > LONGEST_PASSWORD) return fault('password', 'password-long', { most: LONGEST_PASSWORD });
  if (password.toLowerCase() === personName) return fault('password', 'password-is-address');
  if (new Set(password).size < 3) return fault('password', 'password-plain');
  return undefined;
}

function derive(password: string, nonce: Uint8Array, { memory, passes, lanes }: PasswordCost): Promise<Buffer> {
  // NIST SP 800-63B 5.1.1.2: normalised, so that the same password from another keyboard is the same.
  const message = password.normalize('NFKC');
  const parameters = { message, nonce, memory, passes, parallelism: lanes, tagLength: HASH_OCTETS };
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, derived) => (error === null ? resolve(derived) : reject(error)));
  });
}

function format({ memory, passes, lanes }: PasswordCost, salt: Buffer, hash: Buffer): string {
  const text = (octets: Buffer) => octets.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${text(salt)}$${text(hash)}`;
}

/** What we kept must be readable: anything else is damage, not a wrong password. */
function parse(kept: string): { cost: PasswordCost; salt: Buffer; hash: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(kept);
  if (match === null) throw new Error('a kept password cannot be read');
  const [, memory, passes, lanes, salt = '', hash = ''] = match;
  const octets = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
  if (octets.hash.length !== HASH_OCTETS) throw new Error('a kept password cannot be read');
  return { cost: { memory: Number(memory), passes: Number(passes), lanes: Number(lanes) }, ...octets };
}

function sameCost(a: PasswordCost, b: PasswordCost): boolean {
  return a.memory === b.memory && a.passes === b.passes && a.lanes === b.lanes;
}

function limiter(atOnce: number, mostWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) throw problem('sign-ins-busy');
      // Whoever ends hands its place on, so that nobody can come in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
