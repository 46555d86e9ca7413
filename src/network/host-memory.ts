// What was lately learned about single hosts, so that it is not learned again with each connection: a first-choice host
// that does not answer would cost its connect time-out each time, a broken STARTTLS a second connection.

import type { Clock } from '../platform/clock.ts';

const AVOID_MS = 60_000;
const PLAIN_MS = 600_000;
/** Hosts remembered; the longest known is forgotten first. */
const ENTRIES = 10_000;

interface Note {
  avoidUntil: number;
  plainUntil: number;
}

export class HostMemory {
  #clock: Clock;
  #notes = new Map<string, Note>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keys in the order given, those that failed lately behind the others. */
  order<T>(items: readonly T[], key: (item: T) => string): T[] {
    if (this.#notes.size === 0) return [...items];
    const now = this.#clock.monotonic();
    const failed = (item: T) => (this.#notes.get(key(item))?.avoidUntil ?? 0) > now;
    return [...items.filter((item) => !failed(item)), ...items.filter(failed)];
  }

  /** True while TLS with this host is known not to work. */
  speaksPlain(key: string): boolean {
    return (this.#notes.get(key)?.plainUntil ?? 0) > this.#clock.monotonic();
  }

  noteFailure(key: string): void {
    this.#note(key).avoidUntil = this.#clock.monotonic() + AVOID_MS;
  }

  noteBrokenTls(key: string): void {
    this.#note(key).plainUntil = this.#clock.monotonic() + PLAIN_MS;
  }

  noteSuccess(key: string): void {
    const note = this.#notes.get(key);
    if (note !== undefined) note.avoidUntil = 0;
  }

  #note(key: string): Note {
    const note = this.#notes.get(key) ?? { avoidUntil: 0, plainUntil: 0 };
    this.#notes.delete(key);
    this.#notes.set(key, note);
    if (this.#notes.size > ENTRIES) {
      const [oldest] = this.#notes.keys();
      if (oldest !== undefined) this.#notes.delete(oldest);
    }
    return note;
  }
}
