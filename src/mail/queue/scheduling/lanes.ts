// Where each lane of a destination is kept, and who looks at it again when: a lane is ready, or waits for its site, for
// a time, or for its turn among those that fail (destination.ts, Place). A look too many costs little, one too few
// would leave mail behind.

import type { Clock } from '../../../platform/clock.ts';
import type { Destination } from './destination.ts';
import type { Destinations } from './destinations.ts';
import { Pace } from './pace.ts';
import { type Lane, Site } from './site.ts';
import { TimeHeap } from './time-heap.ts';

/** Work that came back untried is not handed out again before. */
const REST_MS = 1000;
const LANES = ['fresh', 'deferred'] as const;

export class Lanes {
  readonly ready: Readonly<Record<Lane, Set<Destination>>> = { fresh: new Set(), deferred: new Set() };
  readonly #clock: Clock;
  readonly #destinations: Destinations;
  readonly #pace = new Pace();
  readonly #paced = new Set<Destination>();
  readonly #blockedSites = new Set<Site>();
  /** By the queue's time: when deferred mail falls due. */
  readonly #due = new TimeHeap<Destination>();
  /** Monotonic: when a gate may be probed, a rest or a spacing is over. */
  readonly #wake = new TimeHeap<Destination | Site>();

  /** `clock.now` is the queue's time. */
  constructor(clock: Clock, destinations: Destinations) {
    this.#clock = clock;
    this.#destinations = destinations;
  }

  /** Messages of this lane that may start now. */
  free(destination: Destination, lane: Lane): number {
    const now = this.#clock.monotonic();
    const { gate, site } = destination;
    if (destination.restsUntil > now) return 0;
    if (gate !== undefined || site.gate !== undefined) {
      return (gate?.mayProbe(now) ?? true) && (site.gate?.mayProbe(now) ?? true) ? 1 : 0;
    }
    const free = site.free(lane, now);
    return lane === 'deferred' && site.doubtful ? Math.min(free, this.#pace.tokens(now)) : free;
  }

  /** So many messages of this lane have started. */
  started(destination: Destination, lane: Lane, messages: number): void {
    if (lane === 'deferred' && destination.site.doubtful) this.#pace.use(messages);
  }

  /** A lane that may not go now is put where its obstacle will find it. */
  wait(destination: Destination, lane: Lane): void {
    const now = this.#clock.monotonic();
    const { gate, site } = destination;
    if (destination.restsUntil > now || (gate !== undefined && !gate.mayProbe(now))) {
      destination.place[lane] = 'resting';
      return;
    }
    if (site.gate === undefined && site.free(lane, now) > 0 && this.free(destination, lane) <= 0) {
      destination.place[lane] = 'paced';
      this.#paced.add(destination);
      return;
    }
    destination.place[lane] = 'blocked';
    (site.blocked[lane] ??= new Set()).add(destination);
    this.#blockedSites.add(site);
    if (lane === 'deferred' && site.storm && site.spacedUntil > now) this.#wake.add(site.spacedUntil, site);
  }

  makeReady(destination: Destination, lane: Lane): void {
    destination.place[lane] = 'ready';
    this.ready[lane].add(destination);
  }

  /** Never-tried recipients may wait on disk. */
  hasFresh(destination: Destination): void {
    if (!destination.fresh) destination.freshSince = this.#clock.now();
    this.#destinations.setFresh(destination, true);
    if (destination.place.fresh === 'idle') this.makeReady(destination, 'fresh');
  }

  /** Deferred recipients may fall due at this time, by the queue's clock. */
  fallsDue(destination: Destination, due: number): void {
    destination.due = Math.min(destination.due, due);
    if (destination.due >= destination.alarm) return;
    destination.alarm = destination.due;
    this.#due.add(destination.due, destination);
  }

  /** Both lanes may have work: a look at each. */
  mayHaveWork(destination: Destination): void {
    this.hasFresh(destination);
    this.fallsDue(destination, this.#clock.now());
  }

  rest(destination: Destination): void {
    destination.restsUntil = this.#clock.monotonic() + REST_MS;
    this.#wake.add(destination.restsUntil, destination);
  }

  /** Something is closed until this time, monotonic. */
  wakeAt(time: number, what: Destination | Site): void {
    this.#wake.add(time, what);
  }

  /** Whose time has come. */
  wakeDue(): void {
    const now = this.#clock.now();
    for (let one = this.#due.take(now); one !== undefined; one = this.#due.take(now)) {
      if (one.forgotten) continue;
      one.alarm = Number.POSITIVE_INFINITY;
      if (one.due > now) this.fallsDue(one, one.due);
      else if (one.place.deferred === 'idle') this.makeReady(one, 'deferred');
    }
    const monotonic = this.#clock.monotonic();
    for (let one = this.#wake.take(monotonic); one !== undefined; one = this.#wake.take(monotonic)) {
      if (one instanceof Site) this.unblock(one);
      else this.wakeUp(one);
    }
    this.#letPacedGo(monotonic);
  }

  #letPacedGo(monotonic: number): void {
    let tokens = this.#paced.size > 0 ? this.#pace.tokens(monotonic) : 0;
    for (const destination of this.#paced) {
      if (tokens-- <= 0) break;
      this.#paced.delete(destination);
      this.makeReady(destination, 'deferred');
    }
  }

  /** What the destination itself held up may look again. */
  wakeUp(destination: Destination): void {
    for (const lane of LANES) if (destination.place[lane] === 'resting') this.makeReady(destination, lane);
    this.unblock(destination.site);
  }

  /** One destination of each lane looks again; the next follows when that one took less than there is. */
  unblock(site: Site): void {
    const now = this.#clock.monotonic();
    if (site.gate !== undefined && !site.gate.mayProbe(now)) return;
    for (const lane of LANES) {
      const blocked = site.blocked[lane];
      const first = blocked?.values().next().value;
      if (blocked === undefined || first === undefined) continue;
      if (site.gate === undefined && site.free(lane, now) <= 0) continue;
      blocked.delete(first);
      this.makeReady(first, lane);
    }
    if (!site.blocked.fresh?.size && !site.blocked.deferred?.size) this.#blockedSites.delete(site);
  }

  /** Sites that had no room look again. */
  unblockAll(): void {
    for (const site of this.#blockedSites) this.unblock(site);
  }

  /** The destination has turned out to have these hosts. */
  move(destination: Destination, site: Site): void {
    const before = destination.site;
    if (before === site) return;
    this.#destinations.move(destination, site);
    for (const lane of LANES) if (before.blocked[lane]?.delete(destination)) this.makeReady(destination, lane);
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
}
