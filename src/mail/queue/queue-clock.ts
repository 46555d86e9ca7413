// The queue's time: the wall clock, except that it does not run backwards. When an administrator sets the clock back an
// hour, what falls due in ten minutes still does so, also after a restart. A step back of more than a day mends a clock
// that was wrong: then the wall clock counts, or all that comes would seem to be days old.

import { type Clock, systemClock } from '../../platform/clock.ts';

const WRONG_CLOCK_MS = 86_400_000;

export class QueueClock implements Clock {
  readonly #clock: Clock;
  #base: number;
  #baseMonotonic: number;

  /** `latest`: the latest time that the queue knows of, from before this start. */
  constructor(clock: Clock = systemClock, latest = 0) {
    this.#clock = clock;
    this.#base = notBehind(clock.now(), latest);
    this.#baseMonotonic = clock.monotonic();
  }

  /** Milliseconds since 1970, at least what they were before plus what has passed since. */
  now(): number {
    const monotonic = this.#clock.monotonic();
    const least = this.#base + (monotonic - this.#baseMonotonic);
    this.#base = notBehind(this.#clock.now(), Math.floor(least));
    this.#baseMonotonic = monotonic;
    return this.#base;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  /**
   * The queue's time in so many milliseconds from now. Times of other threads come in as waits: the wall clock by which
   * they were reckoned may have been set since.
   */
  after(wait: number): number {
    return Math.ceil(this.now() + wait);
  }
}

function notBehind(wall: number, least: number): number {
  return least - wall > WRONG_CLOCK_MS ? wall : Math.max(wall, least);
}
