// Octets that a decoder of ours puts out, within the room of the work.

import type { Unpacked } from '../content/reading.ts';
import type { Work } from '../content/work.ts';

export class Gathered {
  readonly #packed: number;
  readonly #work: Work;
  readonly #bytes: Uint8Array;
  #length = 0;
  /** No more is taken. */
  full = false;

  /** `packed`: octets that are unpacked. */
  constructor(packed: number, work: Work) {
    this.#packed = packed;
    this.#work = work;
    // All at once: the system gives memory only where it is written to, and growing would copy.
    this.#bytes = new Uint8Array(work.room(packed));
    this.full = this.#bytes.length === 0;
  }

  get length(): number {
    return this.#length;
  }

  put(octet: number): void {
    if (!this.#fits(1)) return;
    this.#bytes[this.#length++] = octet;
  }

  repeat(octet: number, times: number): void {
    if (!this.#fits(times)) return;
    this.#bytes.fill(octet, this.#length, this.#length + times);
    this.#length += times;
  }

  /** Octets again that were put out `distance` before. */
  copy(distance: number, length: number): void {
    if (distance > this.#length) throw new RangeError('distance');
    if (!this.#fits(length)) return;
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < length; index++, at++) bytes[at] = bytes[at - distance] ?? 0;
    this.#length = at;
  }

  at(distance: number): number {
    return this.#bytes[this.#length - distance] ?? 0;
  }

  /** As far as it came, where what follows is broken. */
  broken(): Unpacked {
    const { bytes, traits } = this.done();
    return {
      ...(bytes !== undefined && bytes.length > 0 && { bytes }),
      traits: [...new Set([...traits, 'unopened' as const])],
    };
  }

  done(): Unpacked {
    this.#work.spend(this.#length);
    if (this.full) {
      this.#work.outOfRoom(this.#packed);
      return { traits: ['bomb'] };
    }
    return { bytes: this.#bytes.subarray(0, this.#length), traits: [] };
  }

  #fits(more: number): boolean {
    if (this.#length + more <= this.#bytes.length) return true;
    this.full = true;
    return false;
  }
}
