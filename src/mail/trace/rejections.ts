// Refusals on their way from a relay thread to the trace. They have no state behind them, so nothing waits for them: up
// to a rate each is told by itself, past it they are counted by reply and source, and a flood costs next to nothing.

import type { MessagePort } from 'node:worker_threads';
import { type Channel, openChannel } from '../../platform/channel.ts';
import type { Clock } from '../../platform/clock.ts';
import type { RejectedEvent } from '../report/events.ts';

export interface RejectionsOptions {
  /** To the trace thread; another one comes by `reattach`. */
  port: MessagePort;
  /** `rejections_per_second`, looked at anew for each use: refusals told one by one in a second; past it, counts. */
  limits: { rejections_per_second: number };
  clock: Clock;
}

export interface Rejections {
  add(event: RejectedEvent): void;
  /** Goes on with a new trace thread. */
  reattach(port: MessagePort): void;
  /** Sends what is counted, and closes the port. */
  close(): void;
}

const SECOND_MS = 1000;
/** Pairs of reply and source counted apart in a second; past it, by reply alone. */
const COUNTED_PAIRS = 200;

/** The relay thread's side. */
export function createRejections(options: RejectionsOptions): Rejections {
  return new Counter(options);
}

class Counter implements Rejections {
  readonly #limits: RejectionsOptions['limits'];
  readonly #clock: Clock;
  readonly #counted = new Map<string, RejectedEvent & { count: number }>();
  #channel: Channel<RejectedEvent, never>;
  #secondBegan = Number.NEGATIVE_INFINITY;
  #told = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RejectionsOptions) {
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#channel = openChannel(options.port, () => {});
  }

  add(event: RejectedEvent): void {
    const now = this.#clock.monotonic();
    if (now - this.#secondBegan >= SECOND_MS) {
      this.#secondBegan = now;
      this.#told = 0;
      this.#sendCounts();
    }
    if (this.#told < this.#limits.rejections_per_second) {
      this.#told += 1;
      this.#channel.send(event);
    } else {
      this.#count(event);
    }
  }

  reattach(port: MessagePort): void {
    this.#channel.close();
    this.#channel = openChannel(port, () => {});
  }

  close(): void {
    this.#sendCounts();
    this.#channel.flush();
    this.#channel.close();
  }

  #count(event: RejectedEvent): void {
    const pair = `${event.reply} ${event.ip}`;
    const ip = this.#counted.has(pair) || this.#counted.size < COUNTED_PAIRS ? event.ip : '';
    const key = `${event.reply} ${ip}`;
    const known = this.#counted.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    // Of a row that stands for many, only what all of them share is told.
    const { type, at, reply, code, enhanced } = event;
    const row = { type, at, ip, reply, code, count: 1 };
    this.#counted.set(key, enhanced === undefined ? row : { ...row, enhanced });
    this.#timer ??= setTimeout(() => this.#sendCounts(), SECOND_MS).unref();
  }

  #sendCounts(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const row of this.#counted.values()) this.#channel.send(row);
    this.#counted.clear();
  }
}
