// The walk through the queue for destinations with work (after a start, and where some had to be forgotten), a bounded
// step at a time between commits.

import type { Clock } from '../../../platform/clock.ts';
import type { QueueEngine } from '../engine.ts';
import type { Scheduler } from '../scheduler.ts';
import type { StoreLoop } from './store-loop.ts';

const DESTINATIONS_A_STEP = 50;
const LOOK_AGAIN_EVERY_MS = 60_000;

export interface DestinationWalkParts {
  engine: QueueEngine;
  clock: Clock;
  scheduler: Scheduler;
  loop: StoreLoop;
}

export class DestinationWalk {
  readonly #parts: DestinationWalkParts;
  /** Where the search for destinations is; undefined when it is over. */
  #destination: string | undefined;
  #searching = false;
  #searchedAt = 0;

  constructor(parts: DestinationWalkParts) {
    this.#parts = parts;
  }

  /** Begins to look for all destinations with work, from the first. */
  lookForDestinations(): void {
    this.#destination = '';
    this.#searchOn();
  }

  /** Called each second or so. */
  tick(): void {
    const { clock, scheduler } = this.#parts;
    const now = clock.monotonic();
    const { destinations } = scheduler;
    if (this.#destination !== undefined) this.#searchOn();
    else if (destinations.forgotWaiting && now - this.#searchedAt > LOOK_AGAIN_EVERY_MS) {
      destinations.forgotWaiting = false;
      this.lookForDestinations();
    }
  }

  #searchOn(): void {
    if (this.#searching) return;
    this.#searching = true;
    this.#parts.loop.between(() => this.#search());
  }

  async #search(): Promise<void> {
    this.#searching = false;
    const { engine, scheduler, clock, loop } = this.#parts;
    if (this.#destination === undefined) return;
    const names = await engine.destinations(this.#destination, DESTINATIONS_A_STEP);
    scheduler.found(names);
    loop.wishesDue();
    this.#destination = names.length < DESTINATIONS_A_STEP ? undefined : names.at(-1);
    this.#searchedAt = clock.monotonic();
    // With no record to spare the rest is looked at by and by (tick).
    if (this.#destination !== undefined && !scheduler.destinations.isFull) this.#searchOn();
  }
}
