// Looks at our addresses by the hour: whether the include in DNS covers them, and their reverse DNS matches both ways.
// An active address that DNS does not speak for rings an alarm; a DNS failure changes nothing.

import { isPublicAddress } from '../../network/outside-address.ts';
import { inTime } from '../../platform/in-time.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { type AddressFinding, checkReverse, isFit, spfFinding } from './address-checks.ts';
import { loadPools, observePools, type PoolView, type ViewSettings } from './pool-view.ts';
import type { AddressName, Looked, PoolsParts } from './pools.ts';
import { coverage, type PublishedInclude, readInclude, rememberingDns } from './published-include.ts';

/** The first look waits for the relay to be at work; the others are spread, so that nodes do not ask at once. */
const FIRST_LOOK_MS = 60_000;
const JITTER = 0.1;
/** Addresses asked about at a time. */
const AT_ONCE = 20;
/** A whole look ends by then: with a DNS that is down each address would wait for its time-out. */
const LOOK_MS = 60_000;
/** Whoever applies waits no longer than this for what DNS says. */
const WARNINGS_MS = 3000;

export class AddressKeeper {
  readonly #parts: PoolsParts;
  readonly #settings: () => ViewSettings;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(parts: PoolsParts, settings: () => ViewSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#plan(FIRST_LOOK_MS);
  }

  /** Looks, and keeps what was found. Concurrent callers look one after the other. */
  lookAndKeep(pool?: string): Promise<PoolView[]> {
    const turn = this.#running.then(() => this.#lookAndKeep(pool));
    this.#running = turn.catch(() => {});
    return turn;
  }

  /** What DNS says now of one address; empty where there is none. Changes nothing. Never rejects for what DNS does. */
  lookAtOne(which: AddressName): Promise<Looked[]> {
    return this.#lookAtNamed([which]);
  }

  /** What is against these addresses, as far as DNS answers in time. */
  async warnings(addresses: readonly (AddressName & { hostname: string })[]): Promise<string[]> {
    if (!this.#parts.config().spf.check_addresses) return [];
    // Others have no reverse DNS that receivers could see: a test, or a network behind a translator.
    const seen = addresses.filter(({ ip }) => isPublicAddress(ip));
    if (seen.length === 0) return [];
    const looked = await inTime(this.#lookAtNamed(seen), WARNINGS_MS);
    if (looked === undefined)
      return ['DNS did not answer in time: whether it speaks for the new addresses is not known'];
    return looked
      .filter(({ findings }) => !isFit(findings))
      .map(({ pool, ip, findings }) => `address ${ip} of pool ${pool} is active, but ${sayFaults(findings)}`);
  }

  /** Somebody changed pools without us: since when is remembered. */
  changed(): void {
    this.#running = this.#running.then(() => this.#observe()).catch((err: unknown) => this.#failed(err));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #plan(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#hourly(), ms * (1 + JITTER * Math.random()));
    this.#timer.unref();
  }

  async #hourly(): Promise<void> {
    await this.lookAndKeep().catch((err: unknown) => this.#failed(err));
    this.#plan(this.#parts.config().spf.check_interval);
  }

  #failed(err: unknown): void {
    this.#parts.log.error('sending addresses not looked at', { err });
  }

  async #lookAndKeep(name?: string): Promise<PoolView[]> {
    await this.#observe();
    const names = name === undefined ? undefined : [name];
    const looked = await this.#lookAt(await loadPools(this.#parts.database.db, this.#settings(), names));
    if (this.#closed) return [];
    const now = this.#parts.clock.now();
    await this.#parts.changes.make(RELAY_ACTOR, async (trx) => {
      for (const { pool, ip, findings } of looked) {
        await trx
          .updateTable('pool_address')
          .set({ findings: JSON.stringify(findings), looked_at: now })
          .where('pool', '=', pool)
          .where('ip', '=', ip)
          .execute();
      }
      return { result: undefined, audit: [] };
    });
    const views = await loadPools(this.#parts.database.db, this.#settings());
    this.#alarm(views);
    return name === undefined ? views : views.filter((pool) => pool.name === name);
  }

  async #observe(): Promise<void> {
    await this.#parts.changes.make(RELAY_ACTOR, async (trx, now) => {
      await observePools(trx, now);
      return { result: undefined, audit: [] };
    });
  }

  #alarm(pools: readonly PoolView[]): void {
    const faults = new Map<string, string>();
    for (const pool of this.#parts.config().spf.check_addresses ? pools : []) {
      for (const { ip, state, findings } of pool.addresses) {
        // Without an include in the configuration the operator looks after SPF by other means.
        const wrong = findings.filter((one) => one.state === 'fail' && !(one.check === 'spf' && pool.include === null));
        if (state === 'active' && wrong.length > 0) faults.set(`${pool.name} ${ip}`, sayFaults(wrong));
      }
    }
    this.#parts.alarms().sendingAddresses(faults);
  }

  async #lookAtNamed(addresses: readonly AddressName[]): Promise<Looked[]> {
    const pools = await loadPools(this.#parts.database.db, this.#settings(), [
      ...new Set(addresses.map((a) => a.pool)),
    ]);
    const wanted = new Set(addresses.map(({ pool, ip }) => `${pool} ${ip}`));
    const narrowed = pools.map((pool) => ({
      ...pool,
      addresses: pool.addresses.filter(({ ip }) => wanted.has(`${pool.name} ${ip}`)),
    }));
    return this.#lookAt(narrowed);
  }

  async #lookAt(pools: readonly PoolView[]): Promise<Looked[]> {
    const resolver = this.#parts.freshResolver();
    const dns = rememberingDns(resolver);
    const published = new Map<string, PublishedInclude>();
    for (const { include } of pools) {
      if (typeof include === 'string' && !published.has(include))
        published.set(include, await readInclude(dns, include));
    }
    const looked: Looked[] = [];
    const all = pools.flatMap((pool) => pool.addresses.map(({ ip, hostname }) => ({ pool, ip, hostname })));
    const end = this.#parts.clock.monotonic() + LOOK_MS;
    for (let at = 0; at < all.length && !this.#closed; at += AT_ONCE) {
      // The others keep what was found before, until the next look.
      if (this.#parts.clock.monotonic() > end) break;
      const some = all.slice(at, at + AT_ONCE).map(async ({ pool, ip, hostname }): Promise<Looked> => {
        const include = typeof pool.include === 'string' ? published.get(pool.include) : pool.include;
        const covered =
          include === undefined || include === null
            ? include
            : { published: include, coverage: await coverage(dns, include, ip) };
        const findings = [spfFinding(ip, covered), ...(await checkReverse(resolver, ip, hostname))];
        return { pool: pool.name, ip, hostname, findings };
      });
      looked.push(...(await Promise.all(some)));
    }
    return looked;
  }
}

/** What is not right, as a part of a sentence. */
export function sayFaults(findings: readonly AddressFinding[]): string {
  return findings
    .filter(({ state }) => state === 'fail' || state === 'unknown')
    .map(({ expected, found }) => `expected ${expected}; found ${found}`)
    .join('. ');
}
