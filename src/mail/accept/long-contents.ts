// Contents that are too long for memory and not whole yet: each has a file open, and takes room on the disk until it is
// whole or given up. Nobody but customers may have any number of them.

/** What the sessions of one kind on a thread have of them together, and how much they may. */
export interface LongContents {
  /** Contents past so many octets count. */
  readonly from: number;
  files: number;
  readonly mostFiles: number;
  octets: number;
  readonly mostOctets: number;
}

/** The part of one content in them. */
export class LongContent {
  readonly #all: LongContents | undefined;
  #counted = 0;

  /** Without `all` nothing is counted. */
  constructor(all: LongContents | undefined) {
    this.#all = all;
  }

  /** It has so many octets now; false, and nothing more counted, where there is no room for that. */
  grow(octets: number): boolean {
    const all = this.#all;
    if (all === undefined || octets <= all.from) return true;
    const files = this.#counted === 0 ? 1 : 0;
    const more = octets - this.#counted;
    if (all.files + files > all.mostFiles || all.octets + more > all.mostOctets) return false;
    all.files += files;
    all.octets += more;
    this.#counted = octets;
    return true;
  }

  /** It is whole, or given up. Safe to call more than once. */
  over(): void {
    if (this.#all === undefined || this.#counted === 0) return;
    this.#all.files--;
    this.#all.octets -= this.#counted;
    this.#counted = 0;
  }
}
