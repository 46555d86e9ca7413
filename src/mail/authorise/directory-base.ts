// The part of the directory that all threads share: facts as JSON texts in shared memory, found through one hash table,
// and networks as disjoint ranges in order. Built once by main; opening it costs a thread nothing.

import { formatNetwork, type IpNetwork, lastAddress, parseNetwork } from '../../protocol/ip/network.ts';
import type { DirectoryFacts, SourceFact } from './directory.ts';

/** Facts one by one, so that a million of them need not be in memory at once. */
export type FactStreams = { [K in keyof DirectoryFacts]: Iterable<NonNullable<DirectoryFacts[K]>[number]> };

/** Shared memory only: posting it to a thread copies nothing. */
export interface DirectoryBase {
  /** Records, one after the other; none spans two chunks. */
  chunks: SharedArrayBuffer[];
  /** Hash table of offsets of records, in words; 0 is an empty slot. A power of two long. */
  slots: SharedArrayBuffer;
  seed: number;
  v4: NetworkTable;
  v6: NetworkTable;
  /** Most labels of a domain that counts for the names below it. */
  widestParent: number;
  /** Lower-case names of header fields that hold secrets. */
  secretFields: string[];
  /** Lower-case names of sending addresses. */
  poolHostnames: string[];
  /** Number of suppressed addresses: where there are none, nothing is looked up. */
  suppressions: number;
}

/** Networks of one family. Group 0 is "nobody". */
export interface NetworkTable {
  /** First addresses of the ranges, ascending; one or four words each. */
  starts: SharedArrayBuffer;
  /** The innermost group of each range. */
  groups: SharedArrayBuffer;
  /** For each group: parent group, prefix length, first member, number of members. */
  table: SharedArrayBuffer;
  /** Offsets of the holders' records, group after group. */
  members: SharedArrayBuffer;
}

/** Kinds of records. */
export type RecordKind =
  | 'customer'
  | 'domain'
  | 'source'
  | 'grant'
  | 'grantees'
  | 'login'
  | 'pool'
  | 'certificate'
  | 'recipient'
  | 'suppression'
  | 'protection';

const CHUNK_OCTETS = 16 * 1024 * 1024;
/** A chunk holds 2^22 words of 4 octets. */
export const CHUNK_BITS = 22;
/** Length of the key (2 octets), length of the value (4 octets), then both. */
export const RECORD_HEAD = 6;
/** Words of a group in a network table. */
export const GROUP_WORDS = 4;

/** What a record is found by. */
export function recordKey(kind: RecordKind, key: string): string {
  return `${kind}:${key}`;
}

/** FNV-1a over UTF-16 units, seeded; the low bits are the slot. */
export function hashOf(seed: number, key: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Order of two addresses of one family. */
export function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Key of a source: what a customer registered for a network. */
export function sourceKey(network: string, customer: string): string {
  return `${network} ${customer}`;
}

/** Key of a grant. */
export function grantKey(customer: string, domain: string): string {
  return `${domain} ${customer}`;
}

/** Key of a suppressed address. */
export function suppressionKey(customer: string, address: string): string {
  return `${address} ${customer}`;
}

/** Builds the shared base. Facts are taken as they are: `apply` has refused what clashes. Throws on a network that is none. */
export function buildDirectoryBase(facts: FactStreams): DirectoryBase {
  const records = new RecordWriter();
  let widestParent = 0;
  for (const fact of facts.customers) records.add('customer', fact.id, fact);
  for (const fact of facts.domains) {
    records.add('domain', fact.name, fact);
    if (fact.subdomains) widestParent = Math.max(widestParent, countLabels(fact.name));
  }
  for (const fact of facts.logins) records.add('login', fact.name, fact);
  for (const fact of facts.certificates ?? []) records.add('certificate', fact.key, fact);
  for (const { address, customer } of facts.recipients ?? []) records.add('recipient', address, customer);
  for (const { key, value } of facts.protection ?? []) records.add('protection', key, value);
  const hostnames = new Set<string>();
  for (const fact of facts.pools) {
    records.add('pool', fact.name, fact);
    for (const { hostname } of fact.addresses) hostnames.add(hostname.toLowerCase());
  }
  const grantees = new Map<string, string[]>();
  for (const fact of facts.grants) {
    records.add('grant', grantKey(fact.customer, fact.domain), fact);
    const others = grantees.get(fact.domain);
    if (others === undefined) grantees.set(fact.domain, [fact.customer]);
    else others.push(fact.customer);
  }
  for (const [domain, customers] of grantees) records.add('grantees', domain, customers);
  let suppressions = 0;
  for (const { customer, address, reason, at } of facts.suppressions ?? []) {
    records.add('suppression', suppressionKey(customer, address), { reason, at });
    suppressions++;
  }
  const v4 = new NetworkWriter(1);
  const v6 = new NetworkWriter(4);
  const secrets = new Set<string>();
  for (const fact of facts.sources) {
    if (fact.shared?.kind === 'secret') secrets.add(fact.shared.name.toLowerCase());
    addSource(fact, records, v4, v6);
  }
  return {
    ...records.finish(),
    v4: v4.finish(),
    v6: v6.finish(),
    widestParent,
    secretFields: [...secrets],
    poolHostnames: [...hostnames],
    suppressions,
  };
}

/** Number of labels of a domain. */
export function countLabels(name: string): number {
  let labels = 1;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) labels++;
  return labels;
}

function addSource(fact: SourceFact, records: RecordWriter, v4: NetworkWriter, v6: NetworkWriter): void {
  const network = parseNetwork(fact.network);
  if ('fault' in network) throw new Error(`source of ${fact.customer}: ${network.fault}`);
  const offset = records.add('source', sourceKey(formatNetwork(network), fact.customer), fact);
  (network.family === 4 ? v4 : v6).add(network, offset);
}

class RecordWriter {
  readonly chunks: SharedArrayBuffer[] = [];
  readonly seed = Math.floor(Math.random() * 0x1_0000_0000);
  #buffer: Buffer = Buffer.alloc(0);
  #used = CHUNK_OCTETS;
  readonly #offsets: number[] = [];
  readonly #hashes: number[] = [];

  /** Writes a record; answers its offset in words. */
  add(kind: RecordKind, name: string, fact: unknown): number {
    const key = recordKey(kind, name);
    const value = JSON.stringify(fact);
    const keyOctets = Buffer.byteLength(key);
    const valueOctets = Buffer.byteLength(value);
    const octets = RECORD_HEAD + keyOctets + valueOctets;
    if (octets > CHUNK_OCTETS - 4) throw new Error(`${key} is too large for the directory`);
    if (this.#used + octets > CHUNK_OCTETS) this.#newChunk();
    const at = this.#used;
    this.#buffer.writeUInt16LE(keyOctets, at);
    this.#buffer.writeUInt32LE(valueOctets, at + 2);
    this.#buffer.write(key, at + RECORD_HEAD, 'utf8');
    this.#buffer.write(value, at + RECORD_HEAD + keyOctets, 'utf8');
    this.#used = (at + octets + 3) & ~3;
    const offset = ((this.chunks.length - 1) << CHUNK_BITS) + at / 4;
    this.#offsets.push(offset);
    this.#hashes.push(hashOf(this.seed, key));
    return offset;
  }

  finish(): { chunks: SharedArrayBuffer[]; slots: SharedArrayBuffer; seed: number } {
    const count = this.#offsets.length;
    let size = 16;
    while (size < count * 2) size *= 2;
    const slots = new SharedArrayBuffer(size * 4);
    const view = new Uint32Array(slots);
    for (let i = 0; i < count; i++) {
      let slot = (this.#hashes[i] ?? 0) & (size - 1);
      while (view[slot] !== 0) slot = (slot + 1) & (size - 1);
      view[slot] = this.#offsets[i] ?? 0;
    }
    return { chunks: this.chunks, slots, seed: this.seed };
  }

  #newChunk(): void {
    const chunk = new SharedArrayBuffer(CHUNK_OCTETS);
    this.chunks.push(chunk);
    this.#buffer = Buffer.from(chunk);
    this.#used = 4; // offset 0 would look like an empty slot
  }
}

/** Collects the networks of one family, then cuts the address space into ranges with one innermost network each. */
class NetworkWriter {
  readonly #width: number;
  readonly #starts: number[] = [];
  readonly #prefixes: number[] = [];
  readonly #offsets: number[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  add(network: IpNetwork, offset: number): void {
    for (const word of network.words) this.#starts.push(word);
    this.#prefixes.push(network.prefix);
    this.#offsets.push(offset);
  }

  finish(): NetworkTable {
    const width = this.#width;
    const count = this.#prefixes.length;
    const order = this.#sorted();
    const memory = new SharedArrayBuffer(count * 4);
    const members = new Uint32Array(memory);
    const groups: number[] = [0, 0, 0, 0];
    const ranges = new RangeWriter(width);
    const open: { group: number; last: readonly number[] }[] = [];
    // Leaves the networks that end before `start`: after their last address the network around them goes on.
    const closeBefore = (start: readonly number[] | undefined) => {
      for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
        if (start !== undefined && compareWords(top.last, start) >= 0) return;
        open.pop();
        ranges.add(following(top.last), open.at(-1)?.group ?? 0);
      }
    };
    let previous: IpNetwork | undefined;
    for (let i = 0; i < count; i++) {
      const network = this.#network(order[i] ?? 0);
      members[i] = this.#offsets[order[i] ?? 0] ?? 0;
      if (previous?.prefix !== network.prefix || compareWords(network.words, previous.words) !== 0) {
        closeBefore(network.words);
        const group = groups.length / GROUP_WORDS;
        groups.push(open.at(-1)?.group ?? 0, network.prefix, i, 0);
        ranges.add(network.words, group);
        open.push({ group, last: lastAddress(network) });
        previous = network;
      }
      groups[groups.length - 1] = (groups.at(-1) ?? 0) + 1;
    }
    closeBefore(undefined);
    return { ...ranges.finish(), table: shared(groups), members: memory };
  }

  /** Positions in order of the first address, wider networks first. */
  #sorted(): Uint32Array {
    const [width, starts, prefixes] = [this.#width, this.#starts, this.#prefixes];
    const order = Uint32Array.from(prefixes, (_, i) => i);
    return order.sort((a, b) => {
      for (let i = 0; i < width; i++) {
        const difference = (starts[a * width + i] ?? 0) - (starts[b * width + i] ?? 0);
        if (difference !== 0) return difference;
      }
      return (prefixes[a] ?? 0) - (prefixes[b] ?? 0);
    });
  }

  #network(position: number): IpNetwork {
    const words = this.#starts.slice(position * this.#width, (position + 1) * this.#width);
    return { family: this.#width === 1 ? 4 : 6, words, prefix: this.#prefixes[position] ?? 0 };
  }
}

class RangeWriter {
  readonly #width: number;
  readonly #starts: number[] = [];
  readonly #groups: number[] = [];
  #last: readonly number[] | undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** From `start` on the innermost network is `group`; what begins at the same address is replaced. */
  add(start: readonly number[] | undefined, group: number): void {
    if (start === undefined) return; // past the last address there is
    if (this.#last !== undefined && compareWords(this.#last, start) === 0) {
      this.#groups[this.#groups.length - 1] = group;
      return;
    }
    this.#starts.push(...start);
    this.#groups.push(group);
    this.#last = start;
  }

  finish(): { starts: SharedArrayBuffer; groups: SharedArrayBuffer } {
    if (this.#starts.length !== this.#groups.length * this.#width) throw new Error('ranges are out of step');
    return { starts: shared(this.#starts), groups: shared(this.#groups) };
  }
}

/** The address after this one; nothing after the last. */
function following(words: readonly number[]): readonly number[] | undefined {
  const result = [...words];
  for (let i = result.length - 1; i >= 0; i--) {
    const word = result[i] ?? 0;
    result[i] = (word + 1) >>> 0;
    if (word !== 0xffff_ffff) return result;
  }
  return undefined;
}

function shared(numbers: readonly number[]): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(numbers.length * 4);
  new Uint32Array(buffer).set(numbers);
  return buffer;
}
