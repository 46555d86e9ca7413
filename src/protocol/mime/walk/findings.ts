// What a walk collects besides the parts, within its limits.

import type { FaultKind, HiddenLeaf, MimeFault, WalkLimits } from './tree.ts';

/** Faults of one message; more say nothing more. */
const MOST_FAULTS = 100;

/** What another walk costs, however small. */
const AGAIN = 2048;
/** Ordinary mail with a wrong label or two is read four times. */
const MOST_TIMES = 6;
const SMALL = 1024 * 1024;

/** Octets of malformed headers that are read in every way; no honest mail has nearly as many. */
const MOST_FAULTY_HEADERS = 64 * 1024;

/** Faults and hidden leaves of one message, each once. */
export class Findings {
  readonly faults: MimeFault[] = [];
  readonly hidden: HiddenLeaf[] = [];
  /** Something is not as mailers make it: all leaves are wanted. */
  odd = false;
  limit: keyof WalkLimits | undefined;
  readonly #limits: WalkLimits;
  #octets = 0;

  /** Those of the walk that another reading began from; its work counts together with this one's. */
  readonly #above: Findings | undefined;
  #readAgain = 0;
  #faultyHeaders = 0;

  readonly #mostAgain: number;

  /** `size`: octets of the message. */
  constructor(limits: WalkLimits, size: number, above?: Findings) {
    this.#limits = limits;
    this.#above = above;
    this.#mostAgain = Math.min(limits.decoded, size * MOST_TIMES + SMALL);
  }

  /** Whether so many octets may be walked once more: readings within readings would multiply. */
  mayReadAgain(octets: number): boolean {
    if (this.#above !== undefined) return this.#above.mayReadAgain(octets);
    this.#readAgain += octets + AGAIN;
    return this.#readAgain <= this.#mostAgain;
  }

  /** Counts what a malformed header costs; past the bound the message is over its limit, and no more parts are read. */
  faultyHeader(octets: number): void {
    if (this.#above !== undefined) this.#above.faultyHeader(octets);
    this.#faultyHeaders += octets;
    if (this.#faultyHeaders > MOST_FAULTY_HEADERS) this.over('parts');
  }

  isOverHeaders(): boolean {
    return this.#faultyHeaders > MOST_FAULTY_HEADERS || this.#above?.isOverHeaders() === true;
  }

  fault(kind: FaultKind, where: string): void {
    this.odd = true;
    if (this.faults.length >= MOST_FAULTS) return;
    if (!this.faults.some((fault) => fault.kind === kind && fault.where === where)) this.faults.push({ kind, where });
  }

  over(limit: keyof WalkLimits): void {
    this.limit ??= limit;
    this.fault('limit', limit);
  }

  /** Whether there is room for more readings; past it the message is refused, or is already. */
  room(): boolean {
    return this.hidden.length < this.#limits.readings && this.#octets < this.#limits.decoded;
  }

  hide(leaf: HiddenLeaf): void {
    if (leaf.bytes.length === 0 || this.#has(leaf)) return;
    if (this.hidden.length >= this.#limits.readings) return this.over('readings');
    if (this.#octets + leaf.bytes.length > this.#limits.decoded) return this.over('decoded');
    this.#octets += leaf.bytes.length;
    this.hidden.push(leaf);
  }

  #has({ part, names, bytes }: HiddenLeaf): boolean {
    const octets = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.hidden.some(
      (one) =>
        one.part === part &&
        one.bytes.length === bytes.length &&
        names.every((name) => one.names.includes(name)) &&
        octets.equals(one.bytes),
    );
  }
}
