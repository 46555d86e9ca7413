// A destination or site that nothing can be delivered to now: its rows stay untouched, one message at a time probes it,
// the waits between probes grow. Times are monotonic.

const FIRST_WAIT_MS = 10_000;
const WAIT_FACTOR = 2;
/** Short enough that mail flows soon after a receiver is back. */
const LONGEST_WAIT_MS = 10 * 60_000;
const JITTER = 0.2;

export class Gate {
  /** No probe before this time. */
  until = 0;
  /** A probe is on its way. */
  probing = false;
  reason: string;
  #wait = FIRST_WAIT_MS;
  readonly #random: () => number;

  constructor(reason: string, monotonic: number, random: () => number) {
    this.reason = reason;
    this.#random = random;
    this.#shut(monotonic);
  }

  /** A probe failed: wait longer. What else was in flight when it closed tells nothing new. */
  failed(reason: string, monotonic: number): void {
    if (!this.probing) return;
    this.reason = reason;
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * WAIT_FACTOR);
    this.#shut(monotonic);
  }

  /** A probe is over. Where it told nothing of the destination (its life was over, it was held), the next may go. */
  ended(): void {
    this.probing = false;
  }

  /** Whether one message may try now. */
  mayProbe(monotonic: number): boolean {
    return !this.probing && monotonic >= this.until;
  }

  #shut(monotonic: number): void {
    this.probing = false;
    this.until = monotonic + this.#wait * (1 + JITTER * (2 * this.#random() - 1));
  }
}
