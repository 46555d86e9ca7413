// Whether a relay thread is under load: then strangers wait first. Looked at a few times a second; load is over only once
// nothing has shown it for a while, so that the relay does not swing.

import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../../../platform/clock.ts';
import type { Config } from '../../../platform/config/schema.ts';

/** What showed load: strangers without a message, late work, strangers that fill their room, memory. */
export type LoadCause = 'fruitless' | 'lag' | 'room' | 'memory';

export interface LoadOptions {
  clock: Clock;
  settings: () => Pick<Config['strangers'], 'busy_rate' | 'busy_lag'>;
  /** Relay threads; each sees its share of what comes. */
  threads: number;
  /** How much of their room strangers take on this thread, 0 to 1. */
  strangersShare: () => number;
  /** Share of the memory this thread may have that it uses, 0 to 1. Default: of its heap. */
  memoryShare?: () => number;
  /** Told when load begins, with what showed it, and when it is over. */
  changed: (cause: LoadCause | undefined) => void;
}

/** How often it is looked at. */
export const LOOK_MS = 250;
/** After the last sign of load. */
const CALM_AFTER_MS = 3000;
/** Late looks in a row: everything is late once. */
const LATE_LOOKS = 2;
const ROOM_SHARE = 0.5;
const MEMORY_SHARE = 0.7;
/** Octets outside of the heap: contents that come in, mostly. Full work of customers needs a fifth of it. */
const MOST_EXTERNAL = 512 * 1024 ** 2;

export class Load {
  readonly #options: LoadOptions;
  /** Since the last look; and in a second, smoothed: one burst is no flood. */
  #fruitless = 0;
  #rate = 0;
  #lookedAt: number;
  #late = 0;
  #busyUntil = Number.NEGATIVE_INFINITY;
  #cause: LoadCause | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#lookedAt = options.clock.monotonic();
  }

  get busy(): boolean {
    return this.#cause !== undefined;
  }

  /** A stranger's connection brought no message, or was dropped. */
  fruitless(): void {
    this.#fruitless++;
  }

  /** Call it every `LOOK_MS`. */
  look(): void {
    const now = this.#options.clock.monotonic();
    const passed = Math.max(1, now - this.#lookedAt);
    this.#lookedAt = now;
    this.#rate += ((this.#fruitless * 1000) / passed - this.#rate) / 2;
    this.#fruitless = 0;
    const cause = this.#sign(passed - LOOK_MS);
    if (cause !== undefined) this.#busyUntil = now + CALM_AFTER_MS;
    if (cause !== undefined && this.#cause === undefined) this.#become(cause);
    else if (cause === undefined && this.#cause !== undefined && now >= this.#busyUntil) this.#become(undefined);
  }

  #sign(lateMs: number): LoadCause | undefined {
    const { settings, threads, strangersShare, memoryShare = heapShare } = this.#options;
    const { busy_rate, busy_lag } = settings();
    this.#late = lateMs > busy_lag ? this.#late + 1 : 0;
    if (this.#rate > busy_rate / threads) return 'fruitless';
    if (strangersShare() > ROOM_SHARE) return 'room';
    if (this.#late >= LATE_LOOKS) return 'lag';
    return memoryShare() > MEMORY_SHARE ? 'memory' : undefined;
  }

  #become(cause: LoadCause | undefined): void {
    this.#cause = cause;
    this.#options.changed(cause);
  }
}

/** Of the thread's own: its heap, and beside it what was read and has not gone yet. */
function heapShare(): number {
  const { used_heap_size, heap_size_limit, external_memory } = getHeapStatistics();
  return Math.max(used_heap_size / heap_size_limit, external_memory / MOST_EXTERNAL);
}
