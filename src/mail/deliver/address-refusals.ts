// Which of our addresses a site turns away. A block of one address says nothing about the others: mail that may leave
// from another does, and mail of customers whose addresses are welcome goes on as if nothing were.

import type { Clock } from '../../platform/clock.ts';
import type { Cause } from '../message.ts';
import type { SendingAddresses } from '../route/sending-address.ts';

const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;
/** While one message finds out whether the address is welcome again, the others go on without it for so long. */
const PROBE_MS = 60_000;
/** That long a success says that the site takes mail from this address. */
const WELCOME_MS = 10 * 60_000;
/** A success is noted again after this, so that not every message costs a word. */
const WELCOME_AGAIN_MS = 10_000;
/** Pairs remembered; the longest known is forgotten first. */
const ENTRIES = 10_000;

interface Refusal {
  cause: Cause;
  waitMs: number;
  until: number;
}

export class AddressRefusals {
  readonly #clock: Clock;
  readonly #refused = new Map<string, Refusal>();
  /** By site: when each of our addresses last got through. */
  readonly #welcome = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Why mail from this address is not tried now; nothing where it may be. One caller a while is let through. */
  refusal(site: string, addresses: SendingAddresses): Cause | undefined {
    if (this.#refused.size === 0) return undefined;
    const refusal = this.#refused.get(pairKey(site, addresses));
    if (refusal === undefined) return undefined;
    const now = this.#clock.monotonic();
    if (refusal.until > now) return refusal.cause;
    refusal.until = now + PROBE_MS;
    return undefined;
  }

  /** The site turned this address away. */
  note(site: string, addresses: SendingAddresses, cause: Cause): void {
    const key = pairKey(site, addresses);
    const before = this.#refused.get(key);
    const waitMs = before === undefined ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, before.waitMs * 2);
    this.#refused.delete(key);
    this.#refused.set(key, { cause, waitMs, until: this.#clock.monotonic() + waitMs });
    this.#welcome.get(site)?.delete(addressKey(addresses));
    forgetOldest(this.#refused);
  }

  /** Mail from this address got through. */
  gotThrough(site: string, addresses: SendingAddresses): void {
    const now = this.#clock.monotonic();
    const known = this.#welcome.get(site);
    const key = addressKey(addresses);
    if (known !== undefined && now - (known.get(key) ?? Number.NEGATIVE_INFINITY) < WELCOME_AGAIN_MS) return;
    if (this.#refused.size > 0) this.#refused.delete(pairKey(site, addresses));
    if (known !== undefined) known.set(key, now);
    else this.#welcome.set(site, new Map([[key, now]]));
    forgetOldest(this.#welcome);
  }

  /** Whether another of our addresses got through to the site lately: then the site works. */
  takesOthers(site: string, addresses: SendingAddresses): boolean {
    const own = addressKey(addresses);
    const since = this.#clock.monotonic() - WELCOME_MS;
    for (const [key, at] of this.#welcome.get(site) ?? []) if (key !== own && at > since) return true;
    return false;
  }
}

/** One text for our addresses of both families. */
export function addressKey({ v4, v6 }: SendingAddresses): string {
  return `${v4?.ip ?? ''} ${v6?.ip ?? ''}`;
}

function pairKey(site: string, addresses: SendingAddresses): string {
  return `${addressKey(addresses)} ${site}`;
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= ENTRIES) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
