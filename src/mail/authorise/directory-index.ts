// The directory in memory: the base that all threads share, and this thread's changes on top of it. Every thread gets
// the same changes in the same order.

import {
  formatNetwork,
  type IpAddress,
  type IpNetwork,
  networkOf,
  parseIp,
  parseNetwork,
} from '../../protocol/ip/network.ts';
import { type CustomerId, RELAY_CUSTOMER } from '../message.ts';
import { BaseReader } from './base-reader.ts';
import type {
  CertificateFact,
  CustomerFact,
  Directory,
  DirectoryChange,
  DomainFact,
  GrantFact,
  LoginFact,
  NetworkMatch,
  PoolFact,
  SourceFact,
  SuppressionFact,
} from './directory.ts';
import {
  countLabels,
  type DirectoryBase,
  grantKey,
  type RecordKind,
  recordKey,
  sourceKey,
  suppressionKey,
} from './directory-base.ts';
import { relayCustomer } from './relay-customer.ts';

export { buildDirectoryBase, type DirectoryBase } from './directory-base.ts';

/** What main tells the threads: small changes, or a new base where many things changed. */
export type DirectoryUpdate = { kind: 'changes'; changes: DirectoryChange[] } | { kind: 'base'; base: DirectoryBase };

export interface DirectoryIndex extends Directory {
  /** Takes an update; in force with the next look-up. */
  update(update: DirectoryUpdate): void;
  /** Changes on top of the base: past some thousands a new base is worth its while. */
  readonly overlaySize: number;
}

/** Decoded facts a thread keeps; past it all are forgotten, which costs a microsecond each when asked for again. */
const CACHE_ENTRIES = 10_000;
/** Likewise of names that nobody has. */
const ABSENT_ENTRIES = 4_000;

/** Opens the shared base for this thread. */
export function openDirectory(base: DirectoryBase): DirectoryIndex {
  return new LayeredDirectory(base);
}

/** What changed about the holders of one network. */
interface NetworkOverlay {
  network: IpNetwork;
  /** Holders changed; null is one removed. */
  holders: Map<CustomerId, SourceFact | null>;
  /** Holders in all, those of the base counted. */
  count: number;
}

class LayeredDirectory implements DirectoryIndex {
  #base: BaseReader;
  #overlay = new Map<string, unknown>();
  #networks = new Map<string, NetworkOverlay>();
  /** Prefix lengths in the overlay, longest first. */
  #prefixes: { 4: number[]; 6: number[] } = { 4: [], 6: [] };
  #cache = new Map<string, unknown>();
  /** Keys that the base does not have. Apart: strangers' names must not push out what is used. */
  #absent = new Set<string>();
  /** Networks of addresses that somebody registered. */
  #matches = new Map<string, NetworkMatch>();
  #widestParent: number;
  /** Only grows between two bases: a field that held a secret once is still nobody else's business. */
  #secretFields: Set<string>;
  /** Likewise: what was said to a name of ours a moment ago is still for us. */
  #poolHostnames: Set<string>;
  hasSuppressions: boolean;

  constructor(base: DirectoryBase) {
    this.#base = new BaseReader(base);
    this.#widestParent = this.#base.widestParent;
    this.#secretFields = new Set(base.secretFields);
    this.#poolHostnames = new Set(base.poolHostnames);
    this.hasSuppressions = base.suppressions > 0;
  }

  get overlaySize(): number {
    return this.#overlay.size + this.#networks.size;
  }

  update(update: DirectoryUpdate): void {
    this.#cache = new Map();
    this.#matches.clear();
    if (update.kind === 'changes') {
      for (const change of update.changes) this.#apply(change);
      return;
    }
    this.#base = new BaseReader(update.base);
    this.#absent.clear();
    this.#widestParent = this.#base.widestParent;
    this.#secretFields = new Set(update.base.secretFields);
    this.#poolHostnames = new Set(update.base.poolHostnames);
    this.hasSuppressions = update.base.suppressions > 0;
    this.#overlay = new Map();
    this.#networks = new Map();
    this.#prefixes = { 4: [], 6: [] };
  }

  customer(id: CustomerId): CustomerFact | undefined {
    if (id === RELAY_CUSTOMER) return relayCustomer;
    return this.#get('customer', id) as CustomerFact | undefined;
  }

  domain(name: string): DomainFact | undefined {
    const exact = this.#get('domain', name) as DomainFact | undefined;
    if (exact !== undefined) return exact;
    // Only as many labels as the widest registered parent has are looked at, however long the name is.
    let parent = name;
    for (let labels = countLabels(name) - 1; labels > 0; labels--) {
      parent = parent.slice(parent.indexOf('.') + 1);
      if (labels > this.#widestParent) continue;
      const fact = this.#get('domain', parent) as DomainFact | undefined;
      if (fact?.subdomains === true) return fact;
    }
    return undefined;
  }

  grant(customer: CustomerId, domain: string): GrantFact | undefined {
    return this.#get('grant', grantKey(customer, domain)) as GrantFact | undefined;
  }

  grantees(domain: string): readonly CustomerId[] {
    return (this.#get('grantees', domain) as CustomerId[] | undefined) ?? [];
  }

  login(name: string): LoginFact | undefined {
    return this.#get('login', name) as LoginFact | undefined;
  }

  certificate(key: string): CertificateFact | undefined {
    return this.#get('certificate', key) as CertificateFact | undefined;
  }

  recipient(address: string): CustomerId | undefined {
    return this.#get('recipient', address) as CustomerId | undefined;
  }

  pool(name: string): PoolFact | undefined {
    return this.#get('pool', name) as PoolFact | undefined;
  }

  protection(key: string): unknown {
    return this.#get('protection', key);
  }

  suppression(customer: CustomerId, address: string): SuppressionFact | undefined {
    if (!this.hasSuppressions) return undefined;
    const kept = this.#get('suppression', suppressionKey(customer, address));
    return kept === undefined ? undefined : { customer, address, ...(kept as Pick<SuppressionFact, 'reason' | 'at'>) };
  }

  secretFields(): ReadonlySet<string> {
    return this.#secretFields;
  }

  poolHostnames(): ReadonlySet<string> {
    return this.#poolHostnames;
  }

  network(ip: string): NetworkMatch | undefined {
    const known = this.#matches.get(ip);
    if (known !== undefined) return known;
    const found = this.#innermost(ip);
    const holder = found === undefined ? undefined : this.#anyHolder(found);
    if (holder === undefined) return undefined;
    const { network, customer, shared } = holder;
    const match: NetworkMatch = shared === undefined ? { network, customer } : { network };
    if (this.#matches.size >= CACHE_ENTRIES) this.#matches.clear();
    this.#matches.set(ip, match);
    return match;
  }

  holder(ip: string, customer: CustomerId): SourceFact | undefined {
    const network = this.network(ip)?.network;
    return network === undefined ? undefined : this.#holderOf(network, customer);
  }

  sources(ip: string): readonly SourceFact[] {
    const found = this.#innermost(ip);
    if (found === undefined) return [];
    const facts = new Map<CustomerId, SourceFact>();
    for (let i = 0; i < (found.base?.members ?? 0); i++) {
      const fact = this.#base.member(found.family, found.base?.index ?? 0, i);
      facts.set(fact.customer, fact);
    }
    for (const [customer, fact] of found.overlay?.holders ?? []) {
      if (fact === null) facts.delete(customer);
      else facts.set(customer, fact);
    }
    return [...facts.values()];
  }

  #get(kind: RecordKind, name: string): unknown {
    const key = recordKey(kind, name);
    const changed = this.#overlay.get(key);
    if (changed !== undefined) return changed ?? undefined;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    if (this.#absent.has(key)) return undefined;
    const fact = this.#base.get(key);
    if (fact === undefined) {
      if (this.#absent.size >= ABSENT_ENTRIES) this.#absent.clear();
      this.#absent.add(key);
      return undefined;
    }
    if (this.#cache.size >= CACHE_ENTRIES) this.#cache.clear();
    this.#cache.set(key, fact);
    return fact;
  }

  #holderOf(network: string, customer: CustomerId): SourceFact | undefined {
    const changed = this.#networks.get(network)?.holders.get(customer);
    if (changed !== undefined) return changed ?? undefined;
    return this.#get('source', sourceKey(network, customer)) as SourceFact | undefined;
  }

  /** The longest network with a holder that contains the address, in base or overlay. */
  #innermost(text: string): InnermostNetwork | undefined {
    const ip = parseIp(text);
    if (ip === undefined) return undefined;
    const overlay = this.#innermostOverlay(ip);
    for (let index = this.#base.groupOf(ip); index !== 0; ) {
      const group = this.#base.group(ip.family, index);
      if (overlay !== undefined && overlay.network.prefix > group.prefix) break;
      const changed = this.#networks.size === 0 ? undefined : this.#overlayOf(ip, group.prefix);
      const base = { index, members: group.members };
      if (changed === undefined) return { family: ip.family, base };
      if (changed.count > 0) return { family: ip.family, base, overlay: changed };
      index = group.parent;
    }
    return overlay === undefined ? undefined : { family: ip.family, overlay };
  }

  #innermostOverlay(ip: IpAddress): NetworkOverlay | undefined {
    for (const prefix of this.#prefixes[ip.family]) {
      const found = this.#overlayOf(ip, prefix);
      if (found !== undefined && found.count > 0) return found;
    }
    return undefined;
  }

  #overlayOf(ip: IpAddress, prefix: number): NetworkOverlay | undefined {
    return this.#networks.get(formatNetwork(networkOf(ip, prefix)));
  }

  /** Any one: all holders of a shared network are shared, and an unshared one has a single holder. */
  #anyHolder(found: InnermostNetwork): SourceFact | undefined {
    for (const fact of found.overlay?.holders.values() ?? []) if (fact !== null) return fact;
    for (let i = 0; i < (found.base?.members ?? 0); i++) {
      const fact = this.#base.member(found.family, found.base?.index ?? 0, i);
      if (found.overlay?.holders.get(fact.customer) !== null) return fact;
    }
    return undefined;
  }

  #apply(change: DirectoryChange): void {
    switch (change.kind) {
      case 'customer':
        this.#overlay.set(recordKey('customer', change.id), change.fact);
        return;
      case 'domain':
        this.#overlay.set(recordKey('domain', change.name), change.fact);
        if (change.fact?.subdomains === true) {
          this.#widestParent = Math.max(this.#widestParent, countLabels(change.name));
        }
        return;
      case 'pool':
        for (const { hostname } of change.fact?.addresses ?? []) this.#poolHostnames.add(hostname.toLowerCase());
        this.#overlay.set(recordKey('pool', change.name), change.fact);
        return;
      case 'login':
        this.#overlay.set(recordKey(change.kind, change.name), change.fact);
        return;
      case 'certificate':
        this.#overlay.set(recordKey('certificate', change.key), change.fact);
        return;
      case 'recipient':
        this.#overlay.set(recordKey('recipient', change.address), change.fact?.customer ?? null);
        return;
      case 'suppression':
        this.hasSuppressions = true;
        this.#overlay.set(
          recordKey('suppression', suppressionKey(change.customer, change.address)),
          change.fact === null ? null : { reason: change.fact.reason, at: change.fact.at },
        );
        return;
      case 'protection':
        this.#overlay.set(recordKey('protection', change.key), change.fact?.value ?? null);
        return;
      case 'grant':
        this.#applyGrant(change.customer, change.domain, change.fact);
        return;
      case 'source':
        this.#applySource(change.network, change.customer, change.fact);
        return;
      default:
        change satisfies never;
    }
  }

  #applyGrant(customer: CustomerId, domain: string, fact: GrantFact | null): void {
    const others = this.grantees(domain).filter((other) => other !== customer);
    this.#cache.clear();
    this.#overlay.set(recordKey('grant', grantKey(customer, domain)), fact);
    this.#overlay.set(recordKey('grantees', domain), fact === null ? others : [...others, customer]);
  }

  #applySource(text: string, customer: CustomerId, fact: SourceFact | null): void {
    const network = parseNetwork(text);
    if ('fault' in network) throw new Error(`directory change: ${network.fault}`);
    if (fact?.shared?.kind === 'secret') this.#secretFields.add(fact.shared.name.toLowerCase());
    const had = this.#holderOf(text, customer) !== undefined;
    let overlay = this.#networks.get(text);
    if (overlay === undefined) {
      overlay = { network, holders: new Map(), count: this.#membersOf(network) };
      this.#networks.set(text, overlay);
      const prefixes = this.#prefixes[network.family];
      if (!prefixes.includes(network.prefix)) prefixes.push(network.prefix);
      prefixes.sort((a, b) => b - a);
    }
    overlay.holders.set(customer, fact);
    overlay.count += (fact === null ? 0 : 1) - (had ? 1 : 0);
  }

  /** Holders that the base knows for exactly this network. */
  #membersOf(network: IpNetwork): number {
    for (let index = this.#base.groupOf(network); index !== 0; ) {
      const group = this.#base.group(network.family, index);
      if (group.prefix === network.prefix) return group.members;
      if (group.prefix < network.prefix) return 0;
      index = group.parent;
    }
    return 0;
  }
}

interface InnermostNetwork {
  family: 4 | 6;
  base?: { index: number; members: number };
  overlay?: NetworkOverlay;
}
