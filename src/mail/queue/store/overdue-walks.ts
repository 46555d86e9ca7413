// Walks through the queue in the order of time, a bounded step at a time between commits: for mail whose life is over,
// for senders to be told of a delay, and for recipients held as suppressed for too long.
//
// The walk for delays remembers its place, since all that is behind it was told, waits for a time of its own
// (`#lateLater`), or is held; what is released sends it back. After a restart it begins anew and passes over what was
// told, which only the queue's rows remember.

import type { Clock } from '../../../platform/clock.ts';
import type { DelayAnswer, DelayRequest, HoldPlace, QueueEngine } from '../engine.ts';
import type { StoredWork } from '../queue.ts';
import type { Scheduler } from '../scheduler.ts';
import { TimeHeap } from '../scheduling/time-heap.ts';
import type { StoreLoop } from './store-loop.ts';

const MESSAGES_A_STEP = 100;
const ROWS_A_STEP = 2000;
const LOOK_EVERY_MS = 60_000;
/** Delays told in one second: a queue that waits as a whole must not take the machine away from mail that goes. */
const TOLD_A_TICK = 200;
/** After this long, what was handed out is told; where its relay thread ended first, it is handed out again. */
const SETTLED_BY_MS = 10 * 60_000;
/** Messages remembered one by one; past them the walk begins anew from time to time instead. */
const REMEMBERED = 50_000;
const ANEW_MS = 15 * 60_000;

export interface OverdueWalksParts {
  engine: QueueEngine;
  clock: Clock;
  scheduler: Scheduler;
  loop: StoreLoop;
  /** `notices.delay_after` and `queue.suppressed_hold`, milliseconds. */
  delayAfterMs: number;
  suppressedHoldMs: number;
  send(thread: number, work: StoredWork[]): void;
}

export class OverdueWalks {
  readonly #parts: OverdueWalksParts;
  /** A step waits for its turn between two commits. */
  #stepping = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Where the search for old mail is; undefined when it is over. */
  #old: number | undefined;
  /** Where the search for long holds is. */
  #held: { after?: HoldPlace } | undefined;
  /** Up to this recipient all was told that has to be. */
  #told = 0;
  #tellingOn = false;
  #tellable = TOLD_A_TICK;
  /** Messages to be looked at again for a delay, by the queue's time. */
  readonly #lateLater = new TimeHeap<number>();
  #anewAt: number | undefined;

  constructor(parts: OverdueWalksParts) {
    this.#parts = parts;
  }

  /** Called each second or so. */
  tick(): void {
    const now = this.#parts.clock.monotonic();
    this.#tellable = TOLD_A_TICK;
    if (now - this.#lookedAt > LOOK_EVERY_MS) {
      this.#lookedAt = now;
      this.#old ??= 0;
      this.#held ??= {};
      this.#tellingOn = true;
    }
    if (this.#anewAt !== undefined && now > this.#anewAt) {
      this.#anewAt = undefined;
      this.#told = 0;
    }
    this.#stepOn();
  }

  /** Messages from this row on go on with their time. */
  released(row: number): void {
    this.#told = Math.min(this.#told, row - 1);
  }

  #stepOn(): void {
    if (this.#stepping || !this.#hasStep()) return;
    this.#stepping = true;
    this.#parts.loop.between(() => this.#step());
  }

  #hasStep(): boolean {
    return this.#old !== undefined || this.#held !== undefined || (this.#maySay() && this.#hasDelay());
  }

  #hasDelay(): boolean {
    return this.#tellingOn || (this.#lateLater.first() ?? Number.POSITIVE_INFINITY) <= this.#parts.clock.now();
  }

  #maySay(): boolean {
    return this.#tellable > 0;
  }

  async #step(): Promise<void> {
    this.#stepping = false;
    if (this.#parts.scheduler.full) return;
    const handedOut = (await this.#expire()) && (await this.#endSuppressed()) && (await this.#tellDelays());
    // No room anywhere: the rest is found again from here on, at the next tick.
    if (handedOut) this.#stepOn();
  }

  async #expire(): Promise<boolean> {
    if (this.#old === undefined) return true;
    const { engine, scheduler, clock } = this.#parts;
    const request = { now: clock.now(), after: this.#old, limit: MESSAGES_A_STEP, claimed: scheduler.claims };
    const { work, next } = await engine.expired(request);
    if (!this.#handOut(work)) return false;
    this.#old = next;
    return true;
  }

  async #endSuppressed(): Promise<boolean> {
    if (this.#held === undefined) return true;
    const { engine, scheduler, clock, suppressedHoldMs } = this.#parts;
    const now = clock.now();
    const request = { now, heldSince: now - suppressedHoldMs, limit: MESSAGES_A_STEP, claimed: scheduler.claims };
    const { work, next } = await engine.suppressed({ ...request, ...this.#held });
    if (!this.#handOut(work)) return false;
    this.#held = next && { after: next };
    return true;
  }

  async #tellDelays(): Promise<boolean> {
    if (!this.#maySay()) return true;
    const { engine, clock } = this.#parts;
    const request = this.#delayRequest();
    const again = this.#lateLater.take(clock.now());
    if (again !== undefined) return this.#tell(await engine.delayedMessage(again, request), again);
    if (!this.#tellingOn) return true;
    const answer = await engine.delayed(request);
    if (!this.#tell(answer)) return false;
    this.#told = answer.after;
    this.#tellingOn = !answer.done;
    return true;
  }

  #delayRequest(): DelayRequest {
    const { scheduler, clock, delayAfterMs } = this.#parts;
    return {
      now: clock.now(),
      lateAfterMs: delayAfterMs,
      after: this.#told,
      rows: ROWS_A_STEP,
      limit: Math.min(MESSAGES_A_STEP, this.#tellable),
      claimed: scheduler.claims,
    };
  }

  /** What was handed out and comes back untold is looked at again. */
  #tell({ work, again }: DelayAnswer, message?: number): boolean {
    const now = this.#parts.clock.now();
    for (const one of again) this.#lookAgain(one.message, one.at);
    for (const one of work) this.#lookAgain(one.row, now + SETTLED_BY_MS);
    const handedOut = this.#handOut(work);
    if (handedOut) this.#tellable -= work.length;
    else if (message !== undefined) this.#lookAgain(message, now + 1000);
    return handedOut;
  }

  #lookAgain(message: number, at: number): void {
    if (this.#lateLater.size < REMEMBERED) this.#lateLater.add(at, message);
    else this.#anewAt ??= this.#parts.clock.monotonic() + ANEW_MS;
  }

  /**
   * False where some found no thread with room; what was not handed out is as it was. All of one message goes to one
   * thread together, so that one notice tells of it.
   */
  #handOut(work: readonly StoredWork[]): boolean {
    for (const ofMessage of Map.groupBy(work, ({ row }) => row).values()) {
      let thread: number | undefined;
      for (const one of ofMessage) {
        thread = this.#parts.scheduler.withoutAttempt(one, thread);
        if (thread === undefined) return false;
      }
      if (thread !== undefined) this.#parts.send(thread, ofMessage);
    }
    return true;
  }
}
