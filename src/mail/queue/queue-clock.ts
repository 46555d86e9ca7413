// The queue's time: the wall clock, except that it never runs backwards. When an administrator sets the clock back an
// hour, what falls due in ten minutes still does so.

import { type Clock, systemClock } from '../../platform/clock.ts';

export class QueueClock implements Clock {
  readonly #clock: Clock;
  #base: number;
  #baseMonotonic: number;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#base = clock.now();
    this.#baseMonotonic = clock.monotonic();
  }

  /** Milliseconds since 1970, at least what they were before plus what has passed since. */
  now(): number {
    const monotonic = this.#clock.monotonic();
    const least = this.#base + (monotonic - this.#baseMonotonic);
    this.#base = Math.max(this.#clock.now(), Math.floor(least));
    this.#baseMonotonic = monotonic;
    return this.#base;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  /** A time that another thread reckoned by the wall clock just now, as the queue's time. */
  fromWall(time: number): number {
    return Math.ceil(this.now() + (time - this.#clock.now()));
  }
}
