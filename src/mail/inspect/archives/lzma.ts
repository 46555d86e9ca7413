// LZMA and LZMA2 (LZMA specification, 2015): a dictionary coder with adaptive binary ranges. Used by xz, 7z and ZIP.

import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';
import { u16, u32 } from './binary.ts';
import { Gathered } from './gathered.ts';

const START = 1024;

/** The range decoder. */
class Range {
  readonly #bytes: Uint8Array;
  #at = 1;
  #range = 0xffffffff;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let index = 0; index < 4; index++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  bit(model: Uint16Array, index: number): 0 | 1 {
    const chance = model[index] ?? START;
    const bound = (this.#range >>> 11) * chance;
    let bit: 0 | 1 = 0;
    if (this.#code < bound) {
      this.#range = bound;
      model[index] = chance + ((2048 - chance) >>> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      model[index] = chance - (chance >>> 5);
      bit = 1;
    }
    this.#fill();
    return bit;
  }

  direct(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = (value * 2 + bit) >>> 0;
      this.#fill();
    }
    return value;
  }

  tree(model: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let left = bits; left > 0; left--) node = node * 2 + this.bit(model, offset + node);
    return node - (1 << bits);
  }

  treeBackwards(model: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(model, offset + node);
      node = node * 2 + bit;
      value |= bit << index;
    }
    return value;
  }

  #fill(): void {
    if (this.#range >= 0x1000000) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  #next(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError('end of octets');
    return this.#bytes[this.#at++] ?? 0;
  }
}

function models(count: number): Uint16Array {
  return new Uint16Array(count).fill(START);
}

/** Lengths of matches: short, middle and long ones. */
class Lengths {
  readonly #choice = models(2);
  readonly #low = models(16 * 8);
  readonly #middle = models(16 * 8);
  readonly #high = models(256);

  read(range: Range, place: number): number {
    if (range.bit(this.#choice, 0) === 0) return range.tree(this.#low, place * 8, 3);
    if (range.bit(this.#choice, 1) === 0) return 8 + range.tree(this.#middle, place * 8, 3);
    return 16 + range.tree(this.#high, 0, 8);
  }
}

/** What the decoder has learned; LZMA2 keeps it over chunks. */
class Coder {
  readonly #out: Gathered;
  readonly #lc: number;
  readonly #lp: number;
  readonly #pb: number;
  readonly #isMatch = models(12 * 16);
  readonly #isRep = models(12);
  readonly #isRep0 = models(12);
  readonly #isRep1 = models(12);
  readonly #isRep2 = models(12);
  readonly #isRep0Long = models(12 * 16);
  readonly #slots = models(4 * 64);
  readonly #special = models(128);
  readonly #align = models(16);
  readonly #lengths = new Lengths();
  readonly #repLengths = new Lengths();
  readonly #literals: Uint16Array;
  #state = 0;
  #reps: [number, number, number, number] = [0, 0, 0, 0];

  /** Octets put out before the dictionary began anew: they count for nothing. */
  readonly #base: number;

  constructor(properties: number, out: Gathered, base = 0) {
    this.#base = base;
    if (properties >= 9 * 5 * 5) throw new RangeError('properties');
    this.#lc = properties % 9;
    this.#lp = Math.floor(properties / 9) % 5;
    this.#pb = Math.floor(properties / 45);
    this.#literals = models(0x300 << (this.#lc + this.#lp));
    this.#out = out;
  }

  /** Decodes up to `end` octets of output; true: the end was marked. */
  decode(range: Range, end: number, work: Work): boolean {
    let count = 0;
    while (this.#out.length < end && !this.#out.full) {
      if ((++count & 0x3fff) === 0 && !work.goesOn()) throw new RangeError('time');
      const place = (this.#out.length - this.#base) & ((1 << this.#pb) - 1);
      if (range.bit(this.#isMatch, this.#state * 16 + place) === 0) {
        this.#literal(range);
        continue;
      }
      const length = this.#matchLength(range, place);
      if (length === undefined) continue;
      if (this.#reps[0] === 0xffffffff) return true;
      this.#out.copy(this.#reps[0] + 1, Math.min(length, end - this.#out.length));
    }
    return false;
  }

  #literal(range: Range): void {
    const position = this.#out.length - this.#base;
    const before = position > 0 ? this.#out.at(1) : 0;
    const low = position & ((1 << this.#lp) - 1);
    const offset = 0x300 * ((low << this.#lc) + (before >>> (8 - this.#lc)));
    let symbol = 1;
    if (this.#state >= 7) {
      let match = this.#out.at(this.#reps[0] + 1);
      while (symbol < 0x100) {
        const matched = (match >>> 7) & 1;
        match <<= 1;
        const bit = range.bit(this.#literals, offset + ((1 + matched) << 8) + symbol);
        symbol = symbol * 2 + bit;
        if (bit !== matched) break;
      }
    }
    while (symbol < 0x100) symbol = symbol * 2 + range.bit(this.#literals, offset + symbol);
    this.#out.put(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** Sets the distance; nothing where a single octet was repeated. */
  #matchLength(range: Range, place: number): number | undefined {
    if (range.bit(this.#isRep, this.#state) === 0) {
      this.#reps = [0, this.#reps[0], this.#reps[1], this.#reps[2]];
      const length = this.#lengths.read(range, place);
      this.#state = this.#state < 7 ? 7 : 10;
      this.#reps[0] = this.#distance(range, length);
      return length + 2;
    }
    if (this.#out.length === this.#base) throw new RangeError('repeat of nothing');
    if (range.bit(this.#isRep0, this.#state) === 0) {
      if (range.bit(this.#isRep0Long, this.#state * 16 + place) === 0) {
        this.#state = this.#state < 7 ? 9 : 11;
        this.#out.copy(this.#reps[0] + 1, 1);
        return undefined;
      }
    } else this.#chooseRepeat(range);
    const length = this.#repLengths.read(range, place);
    this.#state = this.#state < 7 ? 8 : 11;
    return length + 2;
  }

  #chooseRepeat(range: Range): void {
    const [first, second, third, fourth] = this.#reps;
    if (range.bit(this.#isRep1, this.#state) === 0) this.#reps = [second, first, third, fourth];
    else if (range.bit(this.#isRep2, this.#state) === 0) this.#reps = [third, first, second, fourth];
    else this.#reps = [fourth, first, second, third];
  }

  #distance(range: Range, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >>> 1) - 1;
    const base = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < 14) return base + range.treeBackwards(this.#special, base - slot, bits);
    return (base + range.direct(bits - 4) * 16 + range.treeBackwards(this.#align, 0, 4)) >>> 0;
  }
}

/** Raw LZMA with known properties; `size` undefined: up to its end mark. */
export function unlzma(
  packed: Uint8Array,
  work: Work,
  { properties, size }: { properties: number; size?: number },
): Unpacked {
  const out = new Gathered(packed.length, work);
  try {
    new Coder(properties, out).decode(new Range(packed), size ?? Number.MAX_SAFE_INTEGER, work);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return out.broken();
  }
  return out.done();
}

/** ZIP method 14 (APPNOTE 5.8.8): version, length of properties, properties, then LZMA. */
export function unlzmaZip(packed: Uint8Array, work: Work, size: number): Unpacked {
  const length = u16(packed, 2);
  if (length < 5) return { traits: ['unopened'] };
  return unlzma(packed.subarray(4 + length), work, { properties: packed[4] ?? 0, ...(size > 0 && { size }) });
}

/** The old container `.lzma`: properties, size of the dictionary, size of the content. */
export function unlzmaAlone(packed: Uint8Array, work: Work): Unpacked {
  const size = u32(packed, 5) + u32(packed, 9) * 0x100000000;
  return unlzma(packed.subarray(13), work, {
    properties: packed[0] ?? 0,
    ...(size < Number.MAX_SAFE_INTEGER && { size }),
  });
}

/** LZMA2: chunks that are packed or not, until an octet of 0. Returns where it ended; `ok`: with that octet. */
export function unlzma2(packed: Uint8Array, work: Work, out: Gathered): { end: number; ok: boolean } {
  const chunks = new Chunks(packed, out);
  let at = 0;
  try {
    while (packed[at] !== 0) {
      if (at >= packed.length || out.full || !work.goesOn()) return { end: at, ok: false };
      at = chunks.next(at, work);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { end: packed.length, ok: false };
  }
  return { end: at + 1, ok: true };
}

class Chunks {
  readonly #packed: Uint8Array;
  readonly #out: Gathered;
  #coder: Coder | undefined;
  #properties = 0;
  #base: number;

  constructor(packed: Uint8Array, out: Gathered) {
    this.#packed = packed;
    this.#out = out;
    this.#base = out.length;
  }

  /** Unpacks the chunk at a place; where the next one is. */
  next(at: number, work: Work): number {
    const packed = this.#packed;
    const control = packed[at] ?? 0;
    const big = (place: number) => (packed[place] ?? 0) * 256 + (packed[place + 1] ?? 0) + 1;
    if (control === 1 || control >= 0xe0) this.#base = this.#out.length;
    if (control < 0x80) {
      const size = big(at + 1);
      for (const octet of packed.subarray(at + 3, at + 3 + size)) this.#out.put(octet);
      return at + 3 + size;
    }
    const size = ((control & 0x1f) << 16) + big(at + 1);
    const length = big(at + 3);
    const fresh = control >= 0xc0;
    if (fresh) this.#properties = packed[at + 5] ?? 0;
    const start = at + 5 + (fresh ? 1 : 0);
    if (control >= 0xa0) this.#coder = new Coder(this.#properties, this.#out, this.#base);
    if (this.#coder === undefined) throw new RangeError('chunk without state');
    this.#coder.decode(new Range(packed.subarray(start, start + length)), this.#out.length + size, work);
    return start + length;
  }
}
