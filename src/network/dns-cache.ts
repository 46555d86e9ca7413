// Answers kept for their time to live, bounded in number, and one look-up for all who ask the same at the same time.

import type { Clock } from '../platform/clock.ts';

interface Entry<T> {
  value: Promise<T>;
  expires: number;
}

export class DnsCache<T> {
  #clock: Clock;
  #entries: number;
  #kept = new Map<string, Entry<T>>();
  #running = new Map<string, Promise<T>>();

  constructor(clock: Clock, entries: number) {
    this.#clock = clock;
    this.#entries = entries;
  }

  /** What is kept, or what `make` finds; kept for as long as that says (0: not at all). `make` must not reject. */
  get(key: string, make: () => Promise<{ value: T; keepMs: number }>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.expires > this.#clock.monotonic()) return kept.value;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const fresh = make().then(({ value, keepMs }) => {
      this.#running.delete(key);
      this.#keep(key, fresh, keepMs);
      return value;
    });
    this.#running.set(key, fresh);
    return fresh;
  }

  #keep(key: string, value: Promise<T>, keepMs: number): void {
    this.#kept.delete(key);
    if (keepMs <= 0) return;
    this.#kept.set(key, { value, expires: this.#clock.monotonic() + keepMs });
    if (this.#kept.size <= this.#entries) return;
    // The one that was fetched longest ago.
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
