// Our sending addresses: pools, the operator's word about each address, the SPF include made from them.

import type { PoolAddressFact, PoolFact } from '../../mail/authorise/directory.ts';
import type { Actor } from '../actor.ts';
import type { ExpectedVersions } from '../api/etag.ts';
import type { ServiceParts } from '../services.ts';
import type { AddressFinding } from './address-checks.ts';
import { AddressKeeper } from './address-keeper.ts';
import { type PoolUsage, usageOf } from './customers-of-pool.ts';
import { compareInclude, type Include, type IncludeReport, includesOf } from './include.ts';
import { type AddressVerb, PoolChanges } from './pool-changes.ts';
import { loadPools, type PoolView, type ViewSettings } from './pool-view.ts';

export type PoolsParts = Pick<
  ServiceParts,
  'database' | 'changes' | 'clock' | 'log' | 'config' | 'freshResolver' | 'poolsChanged' | 'alarms'
>;

/** One of our addresses, as requests name it. */
export interface AddressName {
  pool: string;
  ip: string;
}

export interface Pools {
  /** In order of name, behind `after`. */
  list(page: { limit: number; after?: string }): Promise<PoolView[]>;
  get(name: string): Promise<PoolView | undefined>;
  /** How many customers' mail leaves from it. */
  usage(name: string): Promise<PoolUsage>;
  /** All changes throw a Problem where they cannot be made; nothing is changed then. */
  create(by: Actor, pool: PoolFact): Promise<PoolView>;
  change(by: Actor, name: string, spf: string | null, expected: ExpectedVersions): Promise<PoolView>;
  remove(by: Actor, name: string, expected: ExpectedVersions): Promise<void>;
  /** A new address is out, and prepared: the include names it. */
  addAddress(by: Actor, pool: string, address: { ip: string; hostname: string }): Promise<PoolView>;
  renameAddress(by: Actor, which: AddressName, hostname: string, how: ChangeAddress): Promise<PoolView>;
  removeAddress(by: Actor, which: AddressName, how: ChangeAddress): Promise<PoolView>;
  /** The operator's word about an address. `override`: although the checks are against it; needs a reason. */
  say(by: Actor, verb: AddressVerb, which: AddressName, override: boolean): Promise<PoolView>;
  /** The includes as they should be published. */
  spfRecords(): Promise<Include[]>;
  /** The includes as they should be, and as DNS has them now. */
  spf(): Promise<IncludeReport[]>;
  /** Looks at all addresses now, or at those of one pool, and keeps what was found. */
  look(pool?: string): Promise<PoolView[]>;
  /** What the checks say against addresses that were made active by another way; sentences for people. */
  warnings(addresses: readonly (AddressName & { hostname: string })[]): Promise<string[]>;
  /** `apply` changed pools. */
  changed(): void;
  close(): Promise<void>;
}

export interface ChangeAddress {
  override: boolean;
  expected: ExpectedVersions;
}

/** Opens the service, and begins to look at the addresses. */
export function openPools(parts: PoolsParts): Pools {
  return new PoolService(parts);
}

class PoolService implements Pools {
  readonly #parts: PoolsParts;
  readonly #keeper: AddressKeeper;
  readonly #changes: PoolChanges;

  constructor(parts: PoolsParts) {
    this.#parts = parts;
    this.#keeper = new AddressKeeper(parts, () => this.#settings());
    this.#changes = new PoolChanges(parts, {
      settings: () => this.#settings(),
      look: (which) => this.#keeper.lookAtOne(which),
    });
  }

  async list({ limit, after }: { limit: number; after?: string }): Promise<PoolView[]> {
    const { db } = this.#parts.database;
    let query = db.selectFrom('pool').select('name').orderBy('name').limit(limit);
    if (after !== undefined) query = query.where('name', '>', after);
    const names = (await query.execute()).map(({ name }) => name);
    return names.length === 0 ? [] : loadPools(db, this.#settings(), names);
  }

  async get(name: string): Promise<PoolView | undefined> {
    return (await loadPools(this.#parts.database.reads, this.#settings(), [name]))[0];
  }

  usage(name: string): Promise<PoolUsage> {
    return usageOf(this.#parts.database.reads, name);
  }

  create(by: Actor, pool: PoolFact): Promise<PoolView> {
    return this.#changes.create(by, pool);
  }

  change(by: Actor, name: string, spf: string | null, expected: ExpectedVersions): Promise<PoolView> {
    return this.#changes.change(by, name, spf, expected);
  }

  remove(by: Actor, name: string, expected: ExpectedVersions): Promise<void> {
    return this.#changes.remove(by, name, expected);
  }

  addAddress(by: Actor, pool: string, address: { ip: string; hostname: string }): Promise<PoolView> {
    return this.#changes.addAddress(by, pool, address);
  }

  renameAddress(by: Actor, which: AddressName, hostname: string, how: ChangeAddress): Promise<PoolView> {
    return this.#changes.renameAddress(by, which, hostname, how);
  }

  removeAddress(by: Actor, which: AddressName, how: ChangeAddress): Promise<PoolView> {
    return this.#changes.removeAddress(by, which, how);
  }

  say(by: Actor, verb: AddressVerb, which: AddressName, override: boolean): Promise<PoolView> {
    return this.#changes.say(by, verb, which, override);
  }

  async spfRecords(): Promise<Include[]> {
    const pools = await loadPools(this.#parts.database.reads, this.#settings());
    return includesOf(pools, this.#parts.config().spf.lookups);
  }

  async spf(): Promise<IncludeReport[]> {
    const resolver = this.#parts.freshResolver();
    const includes = await this.spfRecords();
    return Promise.all(includes.map((include) => compareInclude(include, resolver)));
  }

  look(pool?: string): Promise<PoolView[]> {
    return this.#keeper.lookAndKeep(pool);
  }

  warnings(addresses: readonly (AddressName & { hostname: string })[]): Promise<string[]> {
    return this.#keeper.warnings(addresses);
  }

  changed(): void {
    this.#keeper.changed();
  }

  close(): Promise<void> {
    return this.#keeper.close();
  }

  #settings(): ViewSettings {
    const { include, keep } = this.#parts.config().spf;
    return { now: this.#parts.clock.now(), include, keepMs: keep };
  }
}

/** What was looked at before an address may be made active. */
export interface Looked extends AddressName {
  hostname: string;
  findings: AddressFinding[];
}

export type AddressState = PoolAddressFact['state'];
