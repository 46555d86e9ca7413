// The hosts behind one or more destinations, and how much may be on its way to them: a window that grows while mail gets
// through and shrinks while it does not. Times are monotonic.

import { shareOfConnections } from '../queue.ts';
import type { Destination } from './destination.ts';
import type { Gate } from './gate.ts';

export type Lane = 'fresh' | 'deferred';

/** Messages in flight to a site nothing is known of. */
const FIRST_WINDOW = 5;
/** Messages in flight for each connection allowed: enough that a connection never waits for the next one. */
const DEPTH = 20;
/** So many temporary refusals in a row, no success among them, are a storm: one message at a time. */
const STORM = 10;
const FIRST_SPACING_MS = 250;
const LONGEST_SPACING_MS = 15_000;

export class Site {
  readonly name: string;
  /** Connections allowed over all threads. */
  connections: number;
  window = FIRST_WINDOW;
  inFlight = 0;
  deferredInFlight = 0;
  /** In flight by thread: all, and those that took room there. */
  readonly byThread: number[];
  readonly workByThread: number[];
  /** Temporary refusals since the last success. */
  failures = 0;
  /** Deferred mail waits until then while the storm lasts. */
  spacedUntil = 0;
  gate: Gate | undefined;
  /** Destinations with work that had to wait for this site, by lane; made when needed. */
  blocked: { fresh?: Set<Destination>; deferred?: Set<Destination> } = {};
  /** Destinations with never-tried mail on disk. */
  freshWaiting = 0;
  /** Destinations that point here. */
  users = 0;
  /** Something got through since it is known. */
  #proven = false;
  #spacing = 0;
  /** Window from which it grows slowly; part of the next step grown. */
  #slowFrom = Number.POSITIVE_INFINITY;
  #grown = 0;
  #deferredTurn = false;

  constructor(name: string, connections: number, threads: number) {
    this.name = name;
    this.connections = connections;
    this.byThread = Array.from({ length: threads }, () => 0);
    this.workByThread = Array.from({ length: threads }, () => 0);
  }

  /** Its last word was a refusal, or it has said nothing yet. */
  get doubtful(): boolean {
    return this.failures > 0 || !this.#proven;
  }

  get storm(): boolean {
    return this.failures >= STORM;
  }

  /** Messages of this lane that may start now; the gate is not asked. */
  free(lane: Lane, monotonic: number): number {
    const free = this.window - this.inFlight;
    if (lane === 'fresh' || free <= 0) return free;
    if (this.storm && monotonic < this.spacedUntil) return 0;
    if (this.freshWaiting === 0) return free;
    // With room for one only, deferred and fresh mail take turns.
    if (this.window === 1) return this.#deferredTurn ? free : 0;
    return Math.min(free, Math.max(1, this.window >> 2) - this.deferredInFlight);
  }

  /** Messages that this thread may still have in flight: its part of the window goes by its share of connections. */
  freeOfThread(thread: number): number {
    const share = shareOfConnections(this.name, this.connections, thread, this.byThread.length);
    if (share === 0) return 0;
    const part = Math.max(1, Math.ceil((this.window * share) / this.connections));
    return part - (this.byThread[thread] ?? 0);
  }

  /** A message of this lane went to this thread; `work` when it took room there. */
  began(lane: Lane, thread: number, work: boolean, monotonic: number): void {
    this.inFlight += 1;
    this.byThread[thread] = (this.byThread[thread] ?? 0) + 1;
    if (work) this.workByThread[thread] = (this.workByThread[thread] ?? 0) + 1;
    this.#deferredTurn = lane === 'fresh';
    if (lane === 'fresh') return;
    this.deferredInFlight += 1;
    if (this.storm) this.spacedUntil = monotonic + this.#spacing;
  }

  ended(lane: Lane, thread: number, work: boolean): void {
    this.inFlight -= 1;
    this.byThread[thread] = (this.byThread[thread] ?? 0) - 1;
    if (work) this.workByThread[thread] = (this.workByThread[thread] ?? 0) - 1;
    if (lane === 'deferred') this.deferredInFlight -= 1;
  }

  /**
   * A recipient was taken: one more may be in flight, which doubles the window in each round; past half of what it was
   * when the site closed last, one more in each round, so that a host that comes back is not run over by its backlog.
   */
  succeeded(): void {
    if (this.storm) this.window = FIRST_WINDOW;
    this.failures = 0;
    this.#proven = true;
    this.#spacing = 0;
    this.#grown += this.window < this.#slowFrom ? 1 : 1 / this.window;
    if (this.#grown < 1) return;
    this.#grown -= 1;
    this.window = Math.min(this.window + 1, this.connections * DEPTH);
  }

  /** A recipient was refused for now. */
  refused(): void {
    this.failures += 1;
    this.window = this.storm ? 1 : Math.max(2, this.window - 1);
    if (this.storm) this.#spacing = Math.min(LONGEST_SPACING_MS, Math.max(FIRST_SPACING_MS, this.#spacing * 2));
  }

  /** Nothing gets through at all: begin again from little. */
  closed(): void {
    this.#slowFrom = Math.max(FIRST_WINDOW, this.window >> 1);
    this.#grown = 0;
    this.window = FIRST_WINDOW;
  }
}
