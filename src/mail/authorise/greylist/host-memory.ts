// What is remembered of hosts that nobody registered: whose mail was taken, and first attempts that wait for the second.
// Each relay thread has all of it; what one learns the others are told through main, which keeps it over a restart.
// Addresses of hosts and people appear as keyed hashes only.

import { hash } from 'node:crypto';

/** One thing learned. */
export interface LearnedHost {
  /** Of `hostKeys`. */
  key: string;
  /** `passed`: a message of the host was taken. `tried`: a first attempt. */
  what: 'passed' | 'tried';
  /** When it was seen first, and last; milliseconds since 1970. */
  first: number;
  last: number;
}

export interface HostLimits {
  retry_within: number;
  passed_kept: number;
  passed: number;
  tried: number;
}

/** Makes the keys things are remembered under; only who has the secret can tell whose they are. */
export function hostKeys(secret: Uint8Array): (kind: 'host' | 'network' | 'attempt', ...names: string[]) => string {
  const keyed = Buffer.from(secret).toString('hex');
  return (kind, ...names) => hash('sha256', `${keyed} ${kind} ${names.join(' ')}`, 'base64url').slice(0, 22);
}

/** A `passed` that was seen within this time need not be told again. */
const TOLD_MS = 3_600_000;

export class HostMemory {
  readonly #limits: HostLimits;
  readonly #passed = new Map<string, { first: number; last: number }>();
  readonly #tried = new Map<string, number>();

  constructor(limits: HostLimits) {
    this.#limits = limits;
  }

  /** Since when mail of this host or network is taken; nothing where it is not, or was too long ago. */
  passedSince(key: string, now: number): number | undefined {
    const seen = this.#passed.get(key);
    return seen === undefined || now - seen.last >= this.#limits.passed_kept ? undefined : seen.first;
  }

  /** When it was tried first. */
  triedAt(key: string, now: number): number | undefined {
    const first = this.#tried.get(key);
    return first === undefined || now - first >= this.#limits.retry_within ? undefined : first;
  }

  /** Mail was taken; what the others are to be told, nothing where they know. */
  pass(key: string, now: number): LearnedHost | undefined {
    const first = this.passedSince(key, now) ?? now;
    const last = this.#passed.get(key)?.last ?? Number.NEGATIVE_INFINITY;
    if (now - last < TOLD_MS && now >= last) return undefined;
    const learned: LearnedHost = { key, what: 'passed', first, last: now };
    this.learn(learned);
    return learned;
  }

  learn({ key, what, first, last }: LearnedHost): void {
    if (what === 'passed') return put(this.#passed, key, { first, last }, this.#limits.passed);
    return put(this.#tried, key, Math.min(first, this.triedAt(key, last) ?? first), this.#limits.tried);
  }
}

/** The longest unheard of goes where there are too many. */
function put<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
