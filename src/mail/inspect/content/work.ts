// What taking one message apart may still cost: every reader of archives and documents asks here before it goes on.

import type { ContentLimits } from './taken-apart.ts';

/** Below this much no ratio is a bomb: a table of zeros packs well. */
const RATIO_FROM = 1024 * 1024;

/** Documents of one message on which a password is tried: each costs a tenth of a second. */
const MOST_PASSWORDS = 4;

export type LimitName = 'parts' | 'unpacked' | 'ratio' | 'time' | 'archive-depth';

export class Work {
  readonly limits: ContentLimits;
  /** The first limit that was reached. */
  limit: LimitName | undefined;
  readonly #now: () => number;
  readonly #ends: number;
  #parts = 0;
  #unpacked = 0;
  #text = 0;
  #passwords = 0;

  /** `now`: milliseconds of a clock that does not jump. */
  constructor(limits: ContentLimits, now: () => number) {
    this.limits = limits;
    this.#now = now;
    this.#ends = now() + limits.time;
  }

  /** Whether there is time to go on; a reader asks in every loop that content can make long. */
  goesOn(): boolean {
    if (this.#now() < this.#ends) return true;
    this.reached('time');
    return false;
  }

  /** Takes one part of those allowed; false: there is none left. */
  takePart(): boolean {
    if (this.#parts >= this.limits.parts) {
      this.reached('parts');
      return false;
    }
    this.#parts++;
    return this.goesOn();
  }

  /** Most octets that so many packed ones may unpack to. */
  room(packed: number): number {
    return Math.max(
      0,
      Math.min(this.limits.unpacked - this.#unpacked, Math.max(RATIO_FROM, packed * this.limits.ratio)),
    );
  }

  /** Says why there was not enough room for what so many packed octets hold. */
  outOfRoom(packed: number): void {
    this.reached(
      this.limits.unpacked - this.#unpacked <= Math.max(RATIO_FROM, packed * this.limits.ratio) ? 'unpacked' : 'ratio',
    );
  }

  /** So many octets were unpacked. */
  spend(octets: number): void {
    this.#unpacked += octets;
  }

  /** As much of a text as may still be looked through; the rest is cut off, which is no limit of what is taken apart. */
  takeText(text: string): string {
    const left = this.limits.text - this.#text;
    const taken = text.length > left ? text.slice(0, left) : text;
    this.#text += taken.length;
    return taken;
  }

  /** Whether a password may be tried on one more document. */
  takePassword(): boolean {
    this.#passwords++;
    return this.#passwords <= MOST_PASSWORDS && this.goesOn();
  }

  /** Something was not looked at. */
  reached(limit: LimitName): void {
    this.limit ??= limit;
  }
}
