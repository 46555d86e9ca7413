// What was lately learned about single hosts, so that it is not learned again with each connection: a first-choice host
// that does not answer would cost its connect time-out each time, a broken STARTTLS a second connection.

import type { Clock } from '../platform/clock.ts';

const AVOID_MS = 60_000;
const LONGEST_AVOID_MS = 10 * 60_000;
/** While one connection finds out whether the host is back, the others go on avoiding it for so long. */
const PROBE_MS = 60_000;
const PLAIN_MS = 600_000;
const NO_BDAT_MS = 6 * 3_600_000;
/** Hosts remembered; the longest known is forgotten first. */
const ENTRIES = 10_000;

interface Note {
  /** Times that it was found failing, since it last worked. */
  failures: number;
  avoidUntil: number;
  /** Somebody was sent to find out. */
  probed: boolean;
  plainUntil: number;
  noBdatUntil: number;
}

export class HostMemory {
  #clock: Clock;
  #notes = new Map<string, Note>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Hosts in the order given, those that failed lately behind the others. One whose time is over keeps its place for
   * this caller, who finds out; the next avoids it until that is known.
   */
  order<T>(items: readonly T[], key: (item: T) => string): T[] {
    if (this.#notes.size === 0) return [...items];
    const now = this.#clock.monotonic();
    const avoided = new Set(items.filter((item) => this.#isAvoided(key(item), now)));
    return avoided.size === 0 ? [...items] : [...items.filter((item) => !avoided.has(item)), ...avoided];
  }

  #isAvoided(key: string, now: number): boolean {
    const note = this.#notes.get(key);
    if (note === undefined || note.failures === 0) return false;
    if (note.avoidUntil > now) return true;
    note.avoidUntil = now + PROBE_MS;
    note.probed = true;
    return false;
  }

  /** True while TLS with this host is known not to work. */
  speaksPlain(key: string): boolean {
    return (this.#notes.get(key)?.plainUntil ?? 0) > this.#clock.monotonic();
  }

  /** True while BDAT with this host is known not to work. */
  botchesBdat(key: string): boolean {
    return (this.#notes.get(key)?.noBdatUntil ?? 0) > this.#clock.monotonic();
  }

  /**
   * The host could not be reached. Each time that this is found anew it is avoided for longer. Gives the number of such
   * times in a row; 0 where this is nothing new.
   */
  noteFailure(key: string): number {
    const note = this.#note(key);
    const now = this.#clock.monotonic();
    // Connections that were begun together tell the same thing.
    if (note.avoidUntil > now && !note.probed) return 0;
    note.probed = false;
    note.avoidUntil = now + Math.min(LONGEST_AVOID_MS, AVOID_MS * 2 ** note.failures);
    note.failures++;
    return note.failures;
  }

  noteBrokenTls(key: string): void {
    this.#note(key).plainUntil = this.#clock.monotonic() + PLAIN_MS;
  }

  noteBotchedBdat(key: string): void {
    this.#note(key).noBdatUntil = this.#clock.monotonic() + NO_BDAT_MS;
  }

  /** The host was reached. Gives how often in a row it had failed before. */
  noteSuccess(key: string): number {
    const note = this.#notes.get(key);
    if (note === undefined) return 0;
    const { failures } = note;
    note.failures = 0;
    note.avoidUntil = 0;
    note.probed = false;
    return failures;
  }

  #note(key: string): Note {
    const note = this.#notes.get(key) ?? {
      failures: 0,
      avoidUntil: 0,
      probed: false,
      plainUntil: 0,
      noBdatUntil: 0,
    };
    this.#notes.delete(key);
    this.#notes.set(key, note);
    if (this.#notes.size > ENTRIES) {
      const [oldest] = this.#notes.keys();
      if (oldest !== undefined) this.#notes.delete(oldest);
    }
    return note;
  }
}
