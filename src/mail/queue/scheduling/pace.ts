// A token bucket for deferred mail over all sites whose last word was a refusal, or that said nothing yet: a million
// recipients falling due against receivers that say 451 must not take the machine away from mail that gets through.

const ATTEMPTS_PER_SECOND = 100;
const BURST = 100;

export class Pace {
  #tokens = BURST;
  #at = 0;

  /** Attempts that may start now. */
  tokens(monotonic: number): number {
    const passed = Math.max(0, monotonic - this.#at);
    this.#tokens = Math.min(BURST, this.#tokens + (passed * ATTEMPTS_PER_SECOND) / 1000);
    this.#at = monotonic;
    return Math.floor(this.#tokens);
  }

  use(attempts: number): void {
    this.#tokens -= attempts;
  }

  /** Milliseconds until there are some again: a tenth of a second's worth, not one by one. */
  get waitMs(): number {
    return 100;
  }
}
