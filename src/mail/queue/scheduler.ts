// Decides what is tried next, and by whom. Knows no engine and no port: it says what it wants (`next`), the store thread
// asks the engine and brings the answer (`took`). Facts come in by the other methods.
// - A destination with work has a small record; destinations with the same hosts share a site.
// - A lane of a destination is ready, or waits for its site, for a time, or for its turn (destination.ts, Place).
// - Fresh mail goes before deferred mail, and deferred mail never takes all of anything.
// - What is handed out is a claim until it is settled or its thread is gone.

import type { Clock } from '../../platform/clock.ts';
import type { CustomerId } from '../message.ts';
import type { ClaimAnswer, ClaimRequest } from './engine.ts';
import type { DestinationNews, NewMessage, SettledOutcome, StoredSettlement, StoredWork } from './queue.ts';
import { type Claim, Claims } from './scheduling/claims.ts';
import type { Destination } from './scheduling/destination.ts';
import { Destinations } from './scheduling/destinations.ts';
import { Gate } from './scheduling/gate.ts';
import { Pace } from './scheduling/pace.ts';
import { type Lane, Site } from './scheduling/site.ts';
import { Threads } from './scheduling/threads.ts';
import { TimeHeap } from './scheduling/time-heap.ts';

/** Messages asked for at once: short enough that destinations take turns. */
const MESSAGES_A_CLAIM = 16;
/** Work that came back untried is not handed out again before. */
const REST_MS = 1000;

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
  readonly #random: () => number;
  readonly #threads: Threads;
  readonly #pace = new Pace();
  readonly #ready: Record<Lane, Set<Destination>> = { fresh: new Set(), deferred: new Set() };
  readonly #paced = new Set<Destination>();
  readonly #blockedSites = new Set<Site>();
  /** By the queue's time: when deferred mail falls due. */
  readonly #due = new TimeHeap<Destination>();
  /** Monotonic: when a gate may be probed, a rest or a spacing is over. */
  readonly #wake = new TimeHeap<Destination | Site>();
  /** Claims without an attempt: no site limits them, and they say nothing of one. */
  readonly #noSite: Site;
  #started = false;

  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#threads = new Threads(options.threads);
    this.destinations = new Destinations(options);
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
    this.#hasFresh(destination);
    return [];
  }

  /** Mail that waits on disk keeps half of the window, or what arrives would pass it for ever. */
  #mayTakeAtOnce(destination: Destination, thread: number): boolean {
    if (!this.#started || this.full) return false;
    const free = this.#free(destination, 'fresh');
    if (destination.fresh && destination.site.inFlight * 2 >= destination.site.window) return false;
    return free > 0 && destination.site.freeOfThread(thread) > 0;
  }

  /** Outcomes became durable. */
  settled(settlement: StoredSettlement): void {
    const destination = this.destinations.get(settlement.destination);
    let attempted = false;
    for (const { row, outcome, dueAt } of settlement.recipients) {
      if (outcome.kind === 'untouched') {
        this.#giveBack(row, true);
        continue;
      }
      if (this.#release(row)?.site !== this.#noSite) attempted = true;
      if (outcome.kind === 'deferred') this.#fallsDue(destination, dueAt ?? this.#clock.now());
    }
    if (attempted) this.#learn(destination, settlement.recipients);
    for (const notice of settlement.notices) {
      for (const name of new Set(notice.recipients.map((one) => one.destination))) {
        this.#hasFresh(this.destinations.get(name));
      }
    }
    this.#unblock(destination.site);
  }

  /** Outcomes could not be written: as if there had been no attempt. */
  returned(settlement: StoredSettlement): void {
    for (const { row } of settlement.recipients) this.#giveBack(row, true);
  }

  /** What an attempt says about its site: one verdict an attempt, however many recipients it had. */
  #learn(destination: Destination, recipients: StoredSettlement['recipients']): void {
    const outcomes = recipients.map(({ outcome }) => outcome);
    const { site } = destination;
    if (outcomes.some(({ kind }) => kind === 'delivered')) {
      this.#open(destination);
      site.succeeded();
      return;
    }
    const closing = outcomes.find((outcome) => outcome.kind === 'deferred' && outcome.scope === 'destination');
    if (closing?.kind === 'deferred') {
      this.#close(isOwnTrouble(closing) ? destination : site, causeText(closing));
      return;
    }
    if (outcomes.some(isRemoteReply)) this.#open(destination);
    if (outcomes.some(({ kind }) => kind === 'deferred')) site.refused();
  }

  /** A relay thread learned something about a destination. */
  news(news: DestinationNews): void {
    const destination = this.destinations.get(news.destination);
    if (news.site !== undefined) this.#moveTo(destination, news.site, news.connections);
    if (news.state === 'open') this.#open(destination);
    else this.#close(news.site === undefined ? destination : destination.site, news.reason ?? 'closed');
  }

  /** Destinations that have rows in the queue, found there. */
  found(names: readonly string[]): void {
    for (const name of names) {
      const destination = this.destinations.get(name);
      this.#hasFresh(destination);
      this.#fallsDue(destination, this.#clock.now());
    }
  }

  /** An operator wants these tried now: a closed one gets its probe at once. */
  probe(names: readonly string[]): void {
    const now = this.#clock.monotonic();
    for (const name of names) {
      const { gate, site } = this.destinations.get(name);
      for (const one of [gate, site.gate]) if (one !== undefined) one.until = Math.min(one.until, now);
    }
    this.found(names);
    for (const name of names) this.#wakeUp(this.destinations.get(name));
  }

  /** Work that is no attempt: claims it for a thread with room. Nothing where none has any. */
  withoutAttempt(work: StoredWork): number | undefined {
    const found = this.#started ? this.#threads.anyFor('fresh') : undefined;
    if (found === undefined) return undefined;
    const rows = work.recipients.map(({ row }) => row);
    const claim = { thread: found.thread, lane: 'fresh', work: true, site: this.#noSite } as const;
    this.#claim(rows, work.destination, claim);
    this.#threads.take(found.thread, 1);
    return found.thread;
  }

  /** The next thing to ask the engine for; nothing where all wait. */
  next(): Wish | undefined {
    if (!this.#started || this.full) return undefined;
    this.#wakeDue();
    return this.#nextOf('fresh') ?? this.#nextOf('deferred');
  }

  #nextOf(lane: Lane): Wish | undefined {
    const ready = this.#ready[lane];
    for (const destination of ready) {
      if (!this.#threads.any(lane)) return undefined;
      ready.delete(destination);
      destination.place[lane] = 'idle';
      const free = this.#free(destination, lane);
      const found = free > 0 ? this.#threads.forSite(destination.site, lane) : undefined;
      if (found === undefined) {
        this.#wait(destination, lane);
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
    if (lane === 'deferred' && destination.site.doubtful) this.#pace.use(answer.work.length);
    destination.customer[lane] = answer.customer;
    if (lane === 'fresh') this.#tookFresh(destination, answer);
    else if (!this.needsDue({ request, thread, destination }, answer)) this.#makeReady(destination, lane);
    else {
      destination.due = Number.POSITIVE_INFINITY;
      if (nextDue !== undefined) this.#fallsDue(destination, nextDue);
    }
    this.#unblock(destination.site);
  }

  #tookFresh(destination: Destination, answer: ClaimAnswer): void {
    destination.freshSince = this.#clock.now();
    if (answer.exhausted) this.destinations.setFresh(destination, false);
    // All that were looked at are paused or in flight: go on behind them, but not at once for ever.
    else {
      if (answer.work.length === 0) this.#rest(destination);
      this.#makeReady(destination, 'fresh');
    }
  }

  /** Milliseconds until something is to be looked at without anything having happened. */
  nextWakeMs(): number | undefined {
    const due = this.#due.first();
    const wake = this.#wake.first();
    const waits: number[] = [];
    if (due !== undefined) waits.push(due - this.#clock.now());
    if (wake !== undefined) waits.push(wake - this.#clock.monotonic());
    if (this.#paced.size > 0) waits.push(this.#pace.waitMs);
    return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
  }

  /** Called each second or so: sites that had no room look again, forgotten sites go. */
  tick(): void {
    for (const site of this.#blockedSites) this.#unblock(site);
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

  #claim(rows: readonly number[], name: string, how: { thread: number; lane: Lane; work: boolean; site?: Site }): void {
    const destination = this.destinations.get(name);
    const site = how.site ?? destination.site;
    const { thread, lane, work } = how;
    this.claims.add(rows, { destination, site, thread, lane, work, left: rows.length });
    site.began(lane, thread, work, this.#clock.monotonic());
    destination.inFlight += 1;
    if (site === this.#noSite) return;
    if (destination.gate !== undefined) destination.gate.probing = true;
    if (site.gate !== undefined) site.gate.probing = true;
  }

  #release(row: number): Claim | undefined {
    const released = this.claims.release(row);
    if (released === undefined) return undefined;
    const { claim, ended } = released;
    if (ended) {
      claim.site.ended(claim.lane, claim.thread, claim.work);
      claim.destination.inFlight -= 1;
      if (claim.site !== claim.destination.site) this.#unblock(claim.site);
    }
    return claim;
  }

  /** A claim ends without an attempt: its row is as it was. */
  #giveBack(row: number, untouched: boolean): void {
    const claim = this.#release(row);
    if (claim === undefined) return;
    const { destination } = claim;
    if (claim.left === 0 && claim.site !== this.#noSite)
      for (const one of [destination.gate, claim.site.gate]) if (one !== undefined) one.probing = false;
    if (untouched && claim.site !== this.#noSite) this.#rest(destination);
    // Whichever lane it was of: a look at both costs little.
    this.#hasFresh(destination);
    this.#fallsDue(destination, this.#clock.now());
    this.#wakeUp(destination);
    this.#unblock(claim.site);
  }

  #rest(destination: Destination): void {
    destination.restsUntil = this.#clock.monotonic() + REST_MS;
    this.#wake.add(destination.restsUntil, destination);
  }

  /** Messages of this lane that may start now. */
  #free(destination: Destination, lane: Lane): number {
    const now = this.#clock.monotonic();
    const { gate, site } = destination;
    if (destination.restsUntil > now) return 0;
    if (gate !== undefined || site.gate !== undefined) {
      return (gate?.mayProbe(now) ?? true) && (site.gate?.mayProbe(now) ?? true) ? 1 : 0;
    }
    const free = site.free(lane, now);
    return lane === 'deferred' && site.doubtful ? Math.min(free, this.#pace.tokens(now)) : free;
  }

  /** A lane that may not go now is put where its obstacle will find it. */
  #wait(destination: Destination, lane: Lane): void {
    const now = this.#clock.monotonic();
    const { gate, site } = destination;
    if (destination.restsUntil > now || (gate !== undefined && !gate.mayProbe(now))) {
      destination.place[lane] = 'resting';
      return;
    }
    if (site.gate === undefined && site.free(lane, now) > 0 && this.#free(destination, lane) <= 0) {
      destination.place[lane] = 'paced';
      this.#paced.add(destination);
      return;
    }
    destination.place[lane] = 'blocked';
    (site.blocked[lane] ??= new Set()).add(destination);
    this.#blockedSites.add(site);
    if (lane === 'deferred' && site.storm && site.spacedUntil > now) this.#wake.add(site.spacedUntil, site);
  }

  #makeReady(destination: Destination, lane: Lane): void {
    destination.place[lane] = 'ready';
    this.#ready[lane].add(destination);
  }

  #hasFresh(destination: Destination): void {
    if (!destination.fresh) destination.freshSince = this.#clock.now();
    this.destinations.setFresh(destination, true);
    if (destination.place.fresh === 'idle') this.#makeReady(destination, 'fresh');
  }

  #fallsDue(destination: Destination, due: number): void {
    destination.due = Math.min(destination.due, due);
    if (destination.due >= destination.alarm) return;
    destination.alarm = destination.due;
    this.#due.add(destination.due, destination);
  }

  /** Whose time has come. */
  #wakeDue(): void {
    const now = this.#clock.now();
    for (let one = this.#due.take(now); one !== undefined; one = this.#due.take(now)) {
      if (one.forgotten) continue;
      one.alarm = Number.POSITIVE_INFINITY;
      if (one.due > now) this.#fallsDue(one, one.due);
      else if (one.place.deferred === 'idle') this.#makeReady(one, 'deferred');
    }
    const monotonic = this.#clock.monotonic();
    for (let one = this.#wake.take(monotonic); one !== undefined; one = this.#wake.take(monotonic)) {
      if (one instanceof Site) this.#unblock(one);
      else this.#wakeUp(one);
    }
    let tokens = this.#paced.size > 0 ? this.#pace.tokens(monotonic) : 0;
    for (const destination of this.#paced) {
      if (tokens-- <= 0) break;
      this.#paced.delete(destination);
      this.#makeReady(destination, 'deferred');
    }
  }

  /** What the destination itself held up may look again. */
  #wakeUp(destination: Destination): void {
    for (const lane of ['fresh', 'deferred'] as const) {
      if (destination.place[lane] === 'resting') this.#makeReady(destination, lane);
    }
    this.#unblock(destination.site);
  }

  /** One destination of each lane looks again; the next follows when that one took less than there is. */
  #unblock(site: Site): void {
    const now = this.#clock.monotonic();
    if (site.gate !== undefined && !site.gate.mayProbe(now)) return;
    for (const lane of ['fresh', 'deferred'] as const) {
      const blocked = site.blocked[lane];
      const first = blocked?.values().next().value;
      if (blocked === undefined || first === undefined) continue;
      if (site.gate === undefined && site.free(lane, now) <= 0) continue;
      blocked.delete(first);
      this.#makeReady(first, lane);
    }
    if (!site.blocked.fresh?.size && !site.blocked.deferred?.size) this.#blockedSites.delete(site);
  }

  #moveTo(destination: Destination, name: string, connections: number | undefined): void {
    const site = this.destinations.site(name);
    if (connections !== undefined) site.connections = connections;
    if (destination.site === site) return;
    const before = destination.site;
    this.destinations.move(destination, site);
    for (const lane of ['fresh', 'deferred'] as const) {
      if (before.blocked[lane]?.delete(destination)) this.#makeReady(destination, lane);
    }
  }

  #close(what: Destination | Site, reason: string): void {
    const now = this.#clock.monotonic();
    if (what.gate === undefined) what.gate = new Gate(reason, now, this.#random);
    else what.gate.failed(reason, now);
    if (what instanceof Site) what.closed();
    this.#wake.add(what.gate.until, what);
  }

  #open(destination: Destination): void {
    if (destination.gate === undefined && destination.site.gate === undefined) return;
    destination.gate = undefined;
    destination.site.gate = undefined;
    this.#wakeUp(destination);
  }
}

/** The trouble is the domain's own, whatever hosts it shares with others. */
function isOwnTrouble(outcome: SettledOutcome & { kind: 'deferred' }): boolean {
  return outcome.cause.from === 'us' && (outcome.cause.cause.startsWith('dns-') || outcome.cause.cause === 'mx-is-us');
}

function isRemoteReply(outcome: SettledOutcome): boolean {
  return (outcome.kind === 'deferred' || outcome.kind === 'bounced') && outcome.cause.from === 'remote';
}

function causeText({ cause }: SettledOutcome & { kind: 'deferred' }): string {
  return cause.from === 'us' ? cause.cause : `${cause.host}: ${cause.reply.code} ${cause.reply.text}`;
}
