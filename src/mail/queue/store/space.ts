// Watches the disk: below the low-water mark new mail is refused, so that what is left is there for outcomes.

import { statfsSync } from 'node:fs';

/** After the disk had no room at all, this long passes before it is tried again. */
const REST_MS = 1000;

export class Space {
  /** Free octets when last looked. */
  free = Number.POSITIVE_INFINITY;
  readonly #directory: string;
  readonly #lowWater: number;
  #refusedUntil = 0;

  constructor(directory: string, lowWater: number) {
    this.#directory = directory;
    this.#lowWater = lowWater;
  }

  /** Looks at the disk; true while new mail is to be refused. */
  look(monotonic: number): boolean {
    const { bavail, bsize } = statfsSync(this.#directory);
    this.free = bavail * bsize;
    return this.free < this.#lowWater || monotonic < this.#refusedUntil;
  }

  /** A write found no room. */
  refused(monotonic: number): void {
    this.#refusedUntil = monotonic + REST_MS;
  }
}
