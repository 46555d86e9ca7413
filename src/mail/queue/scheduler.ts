// Decides what is tried next, and by whom. Knows no engine and no port: it says what it wants (`next`), the store thread
// asks the engine and brings the answer (`took`). Facts come in by the other methods.
// - A destination with work has a small record; destinations with the same hosts share a site (destinations.ts).
// - A lane of a destination is ready, or waits for its site, for a time, or for its turn (lanes.ts).
// - Fresh mail goes before deferred mail, and deferred mail never takes all of anything (site.ts, threads.ts).
// - What is handed out is a claim until it is settled or its thread is gone (claims.ts).
// - What attempts say opens and closes a destination or its site (verdicts.ts, gate.ts).

import type { Clock } from '../../platform/clock.ts';
import type { CustomerId } from '../message.ts';
import type { ClaimAnswer, ClaimRequest } from './engine.ts';
import type { DestinationNews, NewMessage, StoredSettlement, StoredWork } from './queue.ts';
import { type Claim, Claims, type NewClaim } from './scheduling/claims.ts';
import type { Destination } from './scheduling/destination.ts';
import { Destinations } from './scheduling/destinations.ts';
import { Lanes } from './scheduling/lanes.ts';
import { type Lane, Site } from './scheduling/site.ts';
import { Threads } from './scheduling/threads.ts';
import { Verdicts } from './scheduling/verdicts.ts';

/** Messages asked for at once: short enough that destinations take turns. */
const MESSAGES_A_CLAIM = 16;

export interface SchedulerOptions {
  /** Relay threads. */
  threads: number;
  /** Connections to a site of which nobody said otherwise. */
  connections: number;
  /** `now` is the queue's time. */
  clock: Clock;
  random?: () => number;
  /** Destinations remembered at once; what is beyond waits on disk to be found again. */
  destinations?: number;
}

/** A wish the scheduler has; its answer belongs to `took`. */
export interface Wish {
  request: ClaimRequest;
  thread: number;
  destination: Destination;
}

export class Scheduler {
  /** Customers whose mail waits. */
  paused: ReadonlySet<string> = new Set<CustomerId>();
  /** Space is short: nothing starts. */
  full = false;
  readonly claims = new Claims();
  readonly destinations: Destinations;
  readonly #clock: Clock;
  readonly #threads: Threads;
  readonly #lanes: Lanes;
  readonly #verdicts: Verdicts;
  /** Counts claims without an attempt: no site limits them. */
  readonly #noSite: Site;
  #started = false;

  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#threads = new Threads(options.threads);
    this.destinations = new Destinations(options);
    const { clock, random = Math.random } = options;
    this.#lanes = new Lanes(clock, this.destinations);
    this.#verdicts = new Verdicts({ clock, random, destinations: this.destinations, lanes: this.#lanes });
    this.#noSite = new Site('', options.connections, options.threads);
  }

  get started(): boolean {
    return this.#started;
  }

  /** Every relay thread has said what it holds, or is not expected to any more. */
  start(): void {
    this.#started = true;
  }

  /** A relay thread would take so many messages now. */
  room(thread: number, messages: number): void {
    this.#threads.said(thread, messages);
  }

  /** A relay thread's port has closed: what it had returns. */
  threadGone(thread: number): void {
    this.#threads.gone(thread);
    for (const row of this.claims.rowsOf(thread)) this.#giveBack(row, false);
  }

  /** Recipients that a relay thread still has in hand, after a new store thread began. */
  holds(thread: number, recipients: readonly { row: number; message: number; destination: string }[]): void {
    for (const { row, destination } of recipients) {
      if (!this.claims.has(row)) this.#claim([row], destination, { thread, lane: 'fresh', work: true });
    }
  }

  /** A message became durable. Gives the indexes of recipients that `thread` may deliver at once. */
  enqueued(message: NewMessage, row: number, thread?: number): number[] {
    if (message.hold !== undefined) return [];
    const taker = this.paused.has(message.meta.customer) ? undefined : thread;
    const [only] = message.recipients;
    if (message.recipients.length === 1 && only !== undefined)
      return this.#enqueuedFor(only.destination, [0], row, taker);
    const indexes = new Map<string, number[]>();
    for (const [index, { destination }] of message.recipients.entries()) {
      const known = indexes.get(destination);
      if (known === undefined) indexes.set(destination, [index]);
      else known.push(index);
    }
    return [...indexes].flatMap(([destination, some]) => this.#enqueuedFor(destination, some, row, taker));
  }

  #enqueuedFor(name: string, indexes: number[], row: number, thread: number | undefined): number[] {
    const destination = this.destinations.get(name);
    if (thread !== undefined && this.#mayTakeAtOnce(destination, thread)) {
      const rows = indexes.map((index) => row + index);
      this.#claim(rows, name, { thread, lane: 'fresh', work: false });
      return indexes;
    }
    this.#lanes.hasFresh(destination);
    return [];
  }

  /** Mail that waits on disk keeps half of the window, or what arrives would pass it for ever. */
  #mayTakeAtOnce(destination: Destination, thread: number): boolean {
    if (!this.#started || this.full) return false;
    const free = this.#lanes.free(destination, 'fresh');
    if (destination.fresh && destination.site.inFlight * 2 >= destination.site.window) return false;
    return free > 0 && destination.site.freeOfThread(thread) > 0;
  }

  /** Outcomes became durable. */
  settled(settlement: StoredSettlement): void {
    const destination = this.destinations.get(settlement.destination);
    const released: { claim: Claim; ended: boolean }[] = [];
    let attempted = false;
    for (const { row, outcome, dueAt } of settlement.recipients) {
      if (outcome.kind === 'untouched') {
        this.#giveBack(row, true);
        continue;
      }
      const one = this.claims.release(row);
      if (one?.claim.attempt !== false) attempted = true;
      if (one?.ended) released.push(one);
      if (outcome.kind === 'deferred') this.#lanes.fallsDue(destination, dueAt ?? this.#clock.now());
    }
    if (attempted) this.#verdicts.learn(destination, settlement.recipients);
    for (const one of released) this.#ended(one);
    for (const message of settlement.messages) {
      for (const name of new Set(message.recipients.map((one) => one.destination))) {
        this.#lanes.hasFresh(this.destinations.get(name));
      }
    }
    this.#lanes.unblock(destination.site);
  }

  /** What a relay thread has in hand is looked at by checks of ours, or no longer: see `QueueClient.aside`. */
  aside(row: number, aside: boolean): void {
    const claim = this.claims.setAside(row, aside, this.#clock.monotonic());
    if (claim !== undefined && aside) this.#lanes.unblock(claim.site);
  }

  /** Outcomes could not be written: as if there had been no attempt. */
  returned(settlement: StoredSettlement): void {
    for (const { row } of settlement.recipients) this.#giveBack(row, true);
  }

  /** A relay thread learned something about a destination. */
  news(news: DestinationNews): void {
    this.#verdicts.news(news);
  }

  /** Destinations that have rows in the queue, found there. */
  found(names: readonly string[]): void {
    for (const name of names) this.#lanes.mayHaveWork(this.destinations.get(name));
  }

  /** An operator wants these tried now: a closed one gets its probe at once. */
  probe(names: readonly string[]): void {
    for (const name of names) this.#verdicts.probeNow(this.destinations.get(name));
    this.found(names);
    for (const name of names) this.#lanes.wakeUp(this.destinations.get(name));
  }

  /** Work that is no attempt: claims it for a thread with room. Nothing where none has any. */
  withoutAttempt(work: StoredWork, together?: number): number | undefined {
    const thread = this.#started ? (together ?? this.#threads.anyFor('fresh')?.thread) : undefined;
    if (thread === undefined) return undefined;
    const rows = work.recipients.map(({ row }) => row);
    this.claims.beginWithoutAttempt(rows, this.destinations.get(work.destination), this.#noSite, thread);
    this.#threads.take(thread, 1);
    return thread;
  }

  /** The next thing to ask the engine for; nothing where all wait. */
  next(): Wish | undefined {
    if (!this.#started || this.full) return undefined;
    this.#lanes.wakeDue();
    return this.#nextOf('fresh') ?? this.#nextOf('deferred');
  }

  #nextOf(lane: Lane): Wish | undefined {
    const ready = this.#lanes.ready[lane];
    for (const destination of ready) {
      if (!this.#threads.any(lane)) return undefined;
      ready.delete(destination);
      destination.place[lane] = 'idle';
      const free = this.#lanes.free(destination, lane);
      const found = free > 0 ? this.#threads.forSite(destination.site, lane) : undefined;
      if (found === undefined) {
        this.#lanes.wait(destination, lane);
        continue;
      }
      const messages = Math.min(free, found.messages, MESSAGES_A_CLAIM);
      return { request: this.#request(destination, lane, messages), thread: found.thread, destination };
    }
    return undefined;
  }

  #request(destination: Destination, lane: Lane, messages: number): ClaimRequest {
    return {
      destination: destination.name,
      lane,
      now: this.#clock.now(),
      messages,
      after: destination.customer[lane],
      claimed: this.claims,
      paused: this.paused,
    };
  }

  /** Whether the answer leaves open when the lane has work again: then `took` wants to know its next due time. */
  needsDue({ request }: Wish, answer: ClaimAnswer): boolean {
    return request.lane === 'deferred' && (answer.exhausted || answer.work.length === 0);
  }

  /** The answer to a wish, with the next due time of the destination where `needsDue` said so. */
  took({ request, thread, destination }: Wish, answer: ClaimAnswer, nextDue?: number): void {
    const { lane } = request;
    for (const { recipients } of answer.work) {
      const rows = recipients.map(({ row }) => row);
      this.#claim(rows, destination.name, { thread, lane, work: true });
    }
    this.#threads.take(thread, answer.work.length);
    this.#lanes.started(destination, lane, answer.work.length);
    destination.customer[lane] = answer.customer;
    if (lane === 'fresh') this.#tookFresh(destination, answer);
    else if (!this.needsDue({ request, thread, destination }, answer)) this.#lanes.makeReady(destination, lane);
    else {
      destination.due = Number.POSITIVE_INFINITY;
      if (nextDue !== undefined) this.#lanes.fallsDue(destination, nextDue);
    }
    this.#lanes.unblock(destination.site);
  }

  #tookFresh(destination: Destination, answer: ClaimAnswer): void {
    destination.freshSince = this.#clock.now();
    if (answer.exhausted) this.destinations.setFresh(destination, false);
    // All that were looked at are paused or in flight: go on behind them, but not at once for ever.
    else {
      if (answer.work.length === 0) this.#lanes.rest(destination);
      this.#lanes.makeReady(destination, 'fresh');
    }
  }

  /** Milliseconds until something is to be looked at without anything having happened. */
  nextWakeMs(): number | undefined {
    return this.#lanes.nextWakeMs();
  }

  /** Called each second or so: sites that had no room look again, forgotten sites go. */
  tick(): void {
    this.#lanes.unblockAll();
    this.destinations.forgetIdleSites();
  }

  /** How long never-tried mail that may go has seen nothing done for it, milliseconds. */
  freshAgeMs(): number {
    const now = this.#clock.now();
    let longest = 0;
    for (const destination of this.destinations.all()) {
      const closed = destination.gate !== undefined || destination.site.gate !== undefined;
      if (destination.fresh && !closed) longest = Math.max(longest, now - destination.freshSince);
    }
    return longest;
  }

  #claim(rows: readonly number[], name: string, how: NewClaim): void {
    this.claims.begin(rows, this.destinations.get(name), how, this.#clock.monotonic());
  }

  /** A claim ends without an attempt: its row is as it was. */
  #giveBack(row: number, untouched: boolean): void {
    const released = this.claims.release(row);
    if (released === undefined) return;
    const { claim } = released;
    const { destination } = claim;
    if (untouched && claim.attempt) this.#lanes.rest(destination);
    // Whichever lane it was of: a look at both costs little.
    this.#lanes.mayHaveWork(destination);
    this.#ended(released);
  }

  /** Of a claim that ended, after what it says of its destination was learned: others may go on. */
  #ended({ claim, ended }: { claim: Claim; ended: boolean }): void {
    if (!ended) return;
    for (const gate of claim.probes) gate.ended();
    if (claim.probes.length > 0) this.#lanes.wakeUp(claim.destination);
    this.#lanes.unblock(claim.site);
  }
}
