// Looks facts up in the shared base of the directory.

import type { IpAddress } from '../../protocol/ip/network.ts';
import type { SourceFact } from './directory.ts';
import {
  CHUNK_BITS,
  type DirectoryBase,
  GROUP_WORDS,
  hashOf,
  type NetworkTable,
  RECORD_HEAD,
} from './directory-base.ts';

/** A network of the base. */
export interface BaseGroup {
  prefix: number;
  /** Number of holders. */
  members: number;
  /** Index of the next wider network around it, 0 where there is none. */
  parent: number;
}

/** Reads a base; look-ups take a microsecond or two and allocate little more than their answer. */
export class BaseReader {
  readonly widestParent: number;
  readonly #chunks: Buffer[];
  readonly #slots: Uint32Array;
  readonly #seed: number;
  readonly #tables: { 4: TableView; 6: TableView };

  constructor(base: DirectoryBase) {
    this.widestParent = base.widestParent;
    this.#chunks = base.chunks.map((chunk) => Buffer.from(chunk));
    this.#slots = new Uint32Array(base.slots);
    this.#seed = base.seed;
    this.#tables = { 4: viewTable(base.v4), 6: viewTable(base.v6) };
  }

  /** The fact with this key (`recordKey`). */
  get(key: string): unknown {
    const octets = Buffer.byteLength(key);
    const mask = this.#slots.length - 1;
    let slot = hashOf(this.#seed, key) & mask;
    for (let offset = this.#slots[slot] ?? 0; offset !== 0; offset = this.#slots[slot] ?? 0) {
      if (this.#matches(offset, key, octets)) return this.#read(offset);
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  /** Index of the innermost network around an address; 0 where there is none. */
  groupOf(ip: IpAddress): number {
    const { starts, groups } = this.#tables[ip.family];
    const width = ip.words.length;
    let low = 0;
    let high = groups.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (startsAfter(starts, middle * width, ip.words)) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? 0 : (groups[low - 1] ?? 0);
  }

  group(family: 4 | 6, index: number): BaseGroup {
    const { table } = this.#tables[family];
    const at = index * GROUP_WORDS;
    return { parent: table[at] ?? 0, prefix: table[at + 1] ?? 0, members: table[at + 3] ?? 0 };
  }

  /** A holder of a group, by position. */
  member(family: 4 | 6, index: number, position: number): SourceFact {
    const { table, members } = this.#tables[family];
    return this.#read(members[(table[index * GROUP_WORDS + 2] ?? 0) + position] ?? 0) as SourceFact;
  }

  #matches(offset: number, key: string, octets: number): boolean {
    const [buffer, at] = this.#locate(offset);
    if (buffer.readUInt16LE(at) !== octets) return false;
    return buffer.toString('utf8', at + RECORD_HEAD, at + RECORD_HEAD + octets) === key;
  }

  #read(offset: number): unknown {
    const [buffer, at] = this.#locate(offset);
    const value = at + RECORD_HEAD + buffer.readUInt16LE(at);
    return JSON.parse(buffer.toString('utf8', value, value + buffer.readUInt32LE(at + 2)));
  }

  #locate(offset: number): [Buffer, number] {
    const buffer = this.#chunks[offset >>> CHUNK_BITS];
    if (buffer === undefined) throw new Error('directory: offset outside of the base');
    return [buffer, (offset & ((1 << CHUNK_BITS) - 1)) * 4];
  }
}

interface TableView {
  starts: Uint32Array;
  groups: Uint32Array;
  table: Uint32Array;
  members: Uint32Array;
}

function viewTable(table: NetworkTable): TableView {
  return {
    starts: new Uint32Array(table.starts),
    groups: new Uint32Array(table.groups),
    table: new Uint32Array(table.table),
    members: new Uint32Array(table.members),
  };
}

/** Whether the range that begins at `at` lies after the address. */
function startsAfter(starts: Uint32Array, at: number, words: readonly number[]): boolean {
  for (let i = 0; i < words.length; i++) {
    const start = starts[at + i] ?? 0;
    const word = words[i] ?? 0;
    if (start !== word) return start > word;
  }
  return false;
}
