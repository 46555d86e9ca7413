// bzip2: blocks of Burrows-Wheeler transformed, run-length and Huffman coded text.

import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { Gathered } from './gathered.ts';

const BLOCK_MARK = 0x314159265359;
const END_MARK = 0x177245385090;
const LONGEST_CODE = 20;

/** Unpacks a bzip2 stream, or several behind each other. */
export function bunzip2(packed: Uint8Array, work: Work): Unpacked {
  const out = new Gathered(packed.length, work);
  const bits = new Bits(packed);
  try {
    while (!bits.ended && stream(bits, out, work)) bits.align();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return out.broken();
  }
  return out.done();
}

/** One stream; false: what follows is none. */
function stream(bits: Bits, out: Gathered, work: Work): boolean {
  if (bits.take(24) !== 0x425a68) return false; // "BZh"
  const level = bits.take(8) - 0x30;
  if (level < 1 || level > 9) throw new RangeError('level');
  const block = new Uint32Array(level * 100_000);
  for (;;) {
    const mark = bits.take(24) * 0x1000000 + bits.take(24);
    bits.take(32);
    if (mark === END_MARK) return true;
    if (mark !== BLOCK_MARK) throw new RangeError('mark');
    readBlock(bits, block, out, work);
    if (out.full || !work.goesOn()) return false;
  }
}

function readBlock(bits: Bits, block: Uint32Array, out: Gathered, work: Work): void {
  if (bits.take(1) === 1) throw new RangeError('randomised');
  const origin = bits.take(24);
  const symbols = usedSymbols(bits);
  const groups = bits.take(3);
  const selectors = readSelectors(bits, groups);
  const tables = Array.from({ length: groups }, () => readTable(bits, symbols.length + 2));
  const counts = new Uint32Array(256);
  const length = readMoves({ bits, selectors, tables, symbols, counts }, block, work);
  if (origin >= length) throw new RangeError('origin');
  invert(block, length, counts);
  expand({ block, length, origin }, out);
}

function usedSymbols(bits: Bits): number[] {
  const rows = bits.take(16);
  const symbols: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue;
    const columns = bits.take(16);
    for (let column = 0; column < 16; column++)
      if ((columns & (0x8000 >> column)) !== 0) symbols.push(row * 16 + column);
  }
  if (symbols.length === 0) throw new RangeError('symbols');
  return symbols;
}

function readSelectors(bits: Bits, groups: number): Uint8Array {
  if (groups < 2 || groups > 6) throw new RangeError('groups');
  const count = bits.take(15);
  const order = [0, 1, 2, 3, 4, 5].slice(0, groups);
  const selectors = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    let move = 0;
    while (bits.take(1) === 1) if (++move >= groups) throw new RangeError('selector');
    const [chosen = 0] = order.splice(move, 1);
    order.unshift(chosen);
    selectors[index] = chosen;
  }
  return selectors;
}

interface Table {
  /** By length: the first code, and where its symbols begin. */
  first: Int32Array;
  start: Int32Array;
  count: Int32Array;
  symbols: number[];
}

function readTable(bits: Bits, size: number): Table {
  const lengths: number[] = [];
  let length = bits.take(5);
  for (let symbol = 0; symbol < size; symbol++) {
    while (bits.take(1) === 1) length += bits.take(1) === 1 ? -1 : 1;
    if (length < 1 || length > LONGEST_CODE) throw new RangeError('code length');
    lengths.push(length);
  }
  const table: Table = {
    first: new Int32Array(LONGEST_CODE + 2),
    start: new Int32Array(LONGEST_CODE + 2),
    count: new Int32Array(LONGEST_CODE + 2),
    symbols: [],
  };
  let code = 0;
  for (let bitsOf = 1; bitsOf <= LONGEST_CODE; bitsOf++) {
    table.first[bitsOf] = code;
    table.start[bitsOf] = table.symbols.length;
    for (const [symbol, one] of lengths.entries()) if (one === bitsOf) table.symbols.push(symbol);
    const added = table.symbols.length - (table.start[bitsOf] ?? 0);
    table.count[bitsOf] = added;
    code = (code + added) * 2;
  }
  return table;
}

interface Coded {
  bits: Bits;
  selectors: Uint8Array;
  tables: Table[];
  symbols: number[];
  counts: Uint32Array;
}

/** Undoes Huffman codes, runs of zeros and move-to-front; how many octets the block has. */
function readMoves({ bits, selectors, tables, symbols, counts }: Coded, block: Uint32Array, work: Work): number {
  const order = [...symbols];
  const end = symbols.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  const put = (octet: number, times: number) => {
    if (length + times > block.length) throw new RangeError('block');
    block.fill(octet, length, length + times);
    counts[octet] = (counts[octet] ?? 0) + times;
    length += times;
  };
  for (let index = 0; index < selectors.length * 50; index++) {
    const table = tables[selectors[Math.floor(index / 50)] ?? 0];
    if (table === undefined || (index % 5000 === 0 && !work.goesOn())) throw new RangeError('table');
    const symbol = bits.symbol(table);
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (run > block.length) throw new RangeError('run');
      continue;
    }
    if (run > 0) put(order[0] ?? 0, run);
    run = 0;
    weight = 1;
    if (symbol === end) return length;
    const [octet = 0] = order.splice(symbol - 1, 1);
    order.unshift(octet);
    put(octet, 1);
  }
  throw new RangeError('end of block');
}

/** Inverse Burrows-Wheeler: the upper 24 bits of each place become the place of the octet before. */
function invert(block: Uint32Array, length: number, counts: Uint32Array): void {
  const next = new Uint32Array(256);
  for (let octet = 1; octet < 256; octet++) next[octet] = (next[octet - 1] ?? 0) + (counts[octet - 1] ?? 0);
  for (let at = 0; at < length; at++) {
    const octet = (block[at] ?? 0) & 0xff;
    const place = next[octet] ?? 0;
    next[octet] = place + 1;
    block[place] = ((block[place] ?? 0) & 0xff) | (at << 8);
  }
}

/** Four equal octets are followed by how many more there are. */
function expand(
  { block, length, origin }: { block: Uint32Array; length: number; origin: number },
  out: Gathered,
): void {
  let place = (block[origin] ?? 0) >>> 8;
  let last = -1;
  let same = 0;
  for (let index = 0; index < length && !out.full; index++) {
    const here = block[place] ?? 0;
    const octet = here & 0xff;
    place = here >>> 8;
    if (same === 4) {
      out.repeat(last, octet);
      same = 0;
      last = -1;
      continue;
    }
    same = octet === last ? same + 1 : 1;
    last = octet;
    out.put(octet);
  }
}

/** Bits from the highest on. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(count: number): number {
    if (count > 24) return this.take(count - 16) * 0x10000 + this.take(16);
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw new RangeError('end of octets');
      this.#held = ((this.#held << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
      this.#count += 8;
    }
    this.#count -= count;
    const value = (this.#held >>> this.#count) & ((1 << count) - 1);
    this.#held &= (1 << this.#count) - 1;
    return value;
  }

  symbol(table: Table): number {
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code = code * 2 + this.take(1);
      const index = code - (table.first[length] ?? 0);
      if (index < (table.count[length] ?? 0)) return table.symbols[(table.start[length] ?? 0) + index] ?? 0;
    }
    throw new RangeError('code');
  }

  /** On to the next whole octet. */
  align(): void {
    this.#count -= this.#count % 8;
  }
}
