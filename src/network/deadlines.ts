// Time limits of many connections with one timer: a timer for each wait would cost more than the wait.

import type { Clock } from '../platform/clock.ts';

/** Something that may take too long. */
export interface Watched {
  /** On the monotonic clock, milliseconds; Infinity while nothing is awaited. */
  deadline: number;
  /** The deadline has passed. Called once; `deadline` is Infinity by then. Must not throw. */
  expire(): void;
  /** Nobody wants to wait any longer (`stopAll`). Must not throw. */
  stop(): void;
}

/** A deadline may be noticed this much late. */
const TICK_MS = 100;

/** Looks at all watched deadlines ten times a second; the timer runs only while something is watched. */
export class Deadlines {
  readonly clock: Clock;
  /** Set by `stopAll`. */
  stopped = false;
  #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A deadline so many milliseconds from now. */
  in(ms: number): number {
    return this.clock.monotonic() + ms;
  }

  watch(item: Watched): void {
    this.#watched.add(item);
    this.#timer ??= setInterval(() => this.#look(), TICK_MS);
  }

  unwatch(item: Watched): void {
    this.#watched.delete(item);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The end of waiting, for all that is watched and for what comes later. */
  stopAll(): void {
    this.stopped = true;
    for (const item of this.#watched) item.stop();
  }

  #look(): void {
    const now = this.clock.monotonic();
    for (const item of this.#watched) {
      if (item.deadline > now) continue;
      item.deadline = Number.POSITIVE_INFINITY;
      item.expire();
    }
  }
}
