// Two walks through the queue, a bounded step at a time between commits: for destinations with work (after a start,
// and where some had to be forgotten), and for mail whose life is over.

import type { Clock } from '../../../platform/clock.ts';
import type { QueueEngine } from '../engine.ts';
import type { StoredWork } from '../queue.ts';
import type { Scheduler } from '../scheduler.ts';
import type { StoreLoop } from './store-loop.ts';

const DESTINATIONS_A_STEP = 50;
const MESSAGES_A_STEP = 100;
const EXPIRY_EVERY_MS = 60_000;
const LOOK_AGAIN_EVERY_MS = 60_000;

export interface QueueWalksParts {
  engine: QueueEngine;
  clock: Clock;
  scheduler: Scheduler;
  loop: StoreLoop;
  send(thread: number, work: StoredWork): void;
}

export class QueueWalks {
  readonly #parts: QueueWalksParts;
  /** Where the search for destinations is; undefined when it is over. */
  #destination: string | undefined;
  #searching = false;
  #searchedAt = 0;
  /** Where the search for old mail is; undefined when it is over. */
  #message: number | undefined;
  #expiring = false;
  #expiredAt = Number.NEGATIVE_INFINITY;

  constructor(parts: QueueWalksParts) {
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
    if (this.#message === undefined && now - this.#expiredAt > EXPIRY_EVERY_MS) {
      this.#message = 0;
      this.#expiredAt = now;
    }
    if (this.#message !== undefined) this.#expireOn();
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

  #expireOn(): void {
    if (this.#expiring) return;
    this.#expiring = true;
    this.#parts.loop.between(() => this.#expire());
  }

  async #expire(): Promise<void> {
    this.#expiring = false;
    const { engine, scheduler, clock } = this.#parts;
    if (this.#message === undefined || scheduler.full) return;
    const request = { now: clock.now(), after: this.#message, limit: MESSAGES_A_STEP, claimed: scheduler.claims };
    const { work, next } = await engine.expired(request);
    for (const one of work) {
      const thread = scheduler.expired(one);
      // No room anywhere: the rest is found again from here on.
      if (thread === undefined) return;
      this.#parts.send(thread, one);
    }
    this.#message = next;
    if (next !== undefined) this.#expireOn();
  }
}
