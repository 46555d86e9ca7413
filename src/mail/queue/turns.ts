// Fair turns at the queue: a customer that floods takes what nobody else wants, and no more than that. While others
// send too, each customer has few new messages on their way to the store at once; the rest wait, first come first served.

import type { Clock } from '../../platform/clock.ts';

/** A customer counts as sending for this long after its last message. */
const SENDING_MS = 1000;
/** Messages a customer may have at the store beside others. */
const LEAST_AT_ONCE = 2;
/** Where commits are slow a customer may have one more for each of these milliseconds: they share a sync. */
const MS_A_MESSAGE = 2;
/** Weight of the newest commit in the mean. */
const NEWEST = 0.1;
/** Customers remembered though they have nothing on the way. */
const REMEMBERED = 1000;

interface Lane {
  atStore: number;
  waiting: (() => void)[];
}

/** A message that has its turn; given back when the store has answered. */
export interface Turn {
  customer: string;
  began: number;
}

/** The turns of one relay thread. */
export class Turns {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();
  /** The customer that sent last, and the last one before that is another. */
  #last = { customer: '', at: Number.NEGATIVE_INFINITY };
  #other = { customer: '', at: Number.NEGATIVE_INFINITY };
  #commitMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The turn of a message, at once where there is nobody to wait for. Each turn must be given back by `end`. */
  begin(customer: string): Turn | Promise<Turn> {
    const now = this.#clock.monotonic();
    this.#sends(customer, now);
    const lane = this.#lane(customer);
    if (lane.waiting.length === 0 && this.#mayGo(customer, lane, now)) return this.#go(customer, lane);
    return new Promise((resolve) => lane.waiting.push(() => resolve(this.#go(customer, lane))));
  }

  /** The store has answered. */
  end({ customer, began }: Turn): void {
    const now = this.#clock.monotonic();
    this.#commitMs += (now - began - this.#commitMs) * NEWEST;
    const lane = this.#lane(customer);
    lane.atStore -= 1;
    // Alone again, all that wait go: a large group shares one sync.
    while (lane.waiting.length > 0 && this.#mayGo(customer, lane, now)) lane.waiting.shift()?.();
  }

  #mayGo(customer: string, lane: Lane, now: number): boolean {
    const other = this.#last.customer === customer ? this.#other : this.#last;
    if (now - other.at > SENDING_MS) return true;
    return lane.atStore < Math.max(LEAST_AT_ONCE, Math.round(this.#commitMs / MS_A_MESSAGE));
  }

  #go(customer: string, lane: Lane): Turn {
    lane.atStore += 1;
    return { customer, began: this.#clock.monotonic() };
  }

  #sends(customer: string, now: number): void {
    if (this.#last.customer !== customer) {
      this.#other = this.#last;
      this.#last = { customer, at: now };
    } else {
      this.#last.at = now;
    }
  }

  #lane(customer: string): Lane {
    const known = this.#lanes.get(customer);
    if (known !== undefined) return known;
    if (this.#lanes.size >= REMEMBERED) this.#forgetIdle();
    const lane: Lane = { atStore: 0, waiting: [] };
    this.#lanes.set(customer, lane);
    return lane;
  }

  #forgetIdle(): void {
    for (const [customer, { atStore, waiting }] of this.#lanes) {
      if (atStore === 0 && waiting.length === 0) this.#lanes.delete(customer);
    }
  }
}
