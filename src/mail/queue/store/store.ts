// The parts of the store thread joined: loop, scheduler, outbox, verbs, watch over space, and the timers between them.

import type { MessagePort } from 'node:worker_threads';
import { openChannel } from '../../../platform/channel.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import type { Metrics } from '../../../platform/metrics.ts';
import { openBodyStore } from '../body-store.ts';
import type { QueueEngine } from '../engine.ts';
import { type QueueMetrics, queueMetrics } from '../metrics.ts';
import type { StoreRequest, StoreRequestFrame, StoreResponseFrame } from '../operations.ts';
import { QueueClock } from '../queue-clock.ts';
import { Scheduler } from '../scheduler.ts';
import type { ContentKeys } from '../sealed-content.ts';
import { findOrphanBodies, removeBody, removeOrphanBodies } from './body-sweep.ts';
import { destinationStates } from './destination-states.ts';
import { DestinationWalk } from './destination-walk.ts';
import { OutboxFeed } from './outbox-feed.ts';
import { OverdueWalks } from './overdue-walks.ts';
import { RelayPort } from './relay-port.ts';
import { Sealer } from './sealer.ts';
import { Space } from './space.ts';
import { StoreLoop } from './store-loop.ts';
import { VerbRunner } from './verb-runner.ts';

/** A relay thread that has not said what it holds by then is not waited for. */
const HELLO_MS = 10_000;
const TICK_MS = 1000;
/** How long a file of a body may lie about before its message is committed; far more than a transaction takes. */
const ORPHAN_MS = 2 * 3_600_000;

export interface StoreSettings {
  threads: number;
  lowWater: number;
  connections: number;
  delayAfterMs: number;
  suppressedHoldMs: number;
  dataDir: string;
  /** Folder of large bodies. */
  bodies: string;
  /** Content is sealed under these. */
  contentKeys: ContentKeys;
}

export interface StoreParts {
  engine: QueueEngine;
  log: Log;
  clock: Clock;
  metrics: Metrics;
  fatal(error: unknown): void;
}

export class StoreThread {
  readonly #settings: StoreSettings;
  readonly #parts: StoreParts;
  readonly #clock: QueueClock;
  readonly #scheduler: Scheduler;
  readonly #verbs = new VerbRunner();
  readonly #outbox: OutboxFeed;
  readonly #sealer: Sealer;
  readonly #loop: StoreLoop;
  readonly #destinations: DestinationWalk;
  readonly #overdue: OverdueWalks;
  readonly #space: Space;
  readonly #metrics: QueueMetrics;
  readonly #relays = new Set<RelayPort>();
  readonly #awaited: Set<number>;
  readonly #controls = new Set<() => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #ended = new AbortController();
  #wake: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  /** Files of bodies that go once a copy is made; nothing while none is. */
  #keptBodies: string[] | undefined;

  constructor(settings: StoreSettings, parts: StoreParts) {
    this.#settings = settings;
    this.#parts = parts;
    const { engine, log } = parts;
    this.#clock = new QueueClock(parts.clock, engine.latest());
    this.#metrics = queueMetrics(parts.metrics);
    this.#scheduler = new Scheduler({ ...settings, clock: this.#clock });
    this.#space = new Space(settings.dataDir, settings.lowWater);
    this.#outbox = new OutboxFeed(engine, (error) => this.#fail(error));
    this.#sealer = new Sealer({
      engine,
      log,
      scheduler: this.#scheduler,
      clock: this.#clock,
      bodies: openBodyStore(settings.bodies, settings.contentKeys),
      signal: this.#ended.signal,
      between: (task) => this.#loop.between(task),
      wake: () => this.#loop.wake(),
    });
    this.#loop = new StoreLoop({
      engine,
      log,
      scheduler: this.#scheduler,
      clock: this.#clock,
      verbs: this.#verbs,
      sealer: this.#sealer,
      outbox: this.#outbox,
      metrics: this.#metrics,
      relays: this.#relays,
      hello: (from, held) => this.#hello(from, held),
      send: (thread, work) => this.#relay(thread)?.send({ op: 'work', work }),
      removeBodies: (names) => this.#removeBodies(names),
      noSpace: () => this.#noSpace(),
      pausesChanged: (verb) => this.#readPauses(verb === 'resume'),
      released: (row) => this.#overdue.released(row),
      turned: () => this.#arm(),
      fatal: (error) => this.#fail(error),
    });
    const walked = { engine, clock: this.#clock, scheduler: this.#scheduler, loop: this.#loop };
    this.#destinations = new DestinationWalk(walked);
    this.#overdue = new OverdueWalks({
      ...walked,
      ...settings,
      send: (thread, work) => this.#relay(thread)?.send({ op: 'work', work }),
    });
    this.#awaited = new Set(Array.from({ length: settings.threads }, (_, thread) => thread));
    this.#begin();
  }

  attachRelay(port: MessagePort, thread: number): void {
    // A thread that died may be back before its port is known to be closed.
    const before = this.#relay(thread);
    if (before !== undefined) this.#relayGone(before);
    const relay = new RelayPort(port, thread, {
      messages: (from, messages) => this.#loop.receive(from, messages),
      closed: (who) => this.#relayGone(who),
    });
    this.#relays.add(relay);
    relay.send({ op: 'full', full: this.#scheduler.full });
  }

  attachTrace(port: MessagePort): void {
    this.#outbox.attach(port);
  }

  attachControl(port: MessagePort): void {
    const channel = openChannel<StoreResponseFrame, StoreRequestFrame>(port, (frames) => {
      for (const { key, request } of frames) {
        this.#answer(request).then(
          (result) => channel.send({ key, ok: true, result }),
          (error: unknown) => channel.send({ key, ok: false, message: String(error) }),
        );
      }
    });
    this.#controls.add(() => channel.close());
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#ended.abort();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#wake);
    await this.#loop.stop();
    for (const relay of this.#relays) {
      relay.flush();
      relay.close();
    }
    this.#outbox.close();
    for (const close of this.#controls) close();
    await this.#parts.engine.close();
  }

  #begin(): void {
    this.#loop.between(() => this.#readPauses(false));
    this.#destinations.lookForDestinations();
    this.#look();
    this.#timers.push(setInterval(() => this.#tick(), TICK_MS));
    this.#timers.push(setTimeout(() => this.#startScheduling(), HELLO_MS));
    void this.#sweepBodies().catch((error: unknown) => this.#parts.log.warn('bodies not swept', { err: error }));
  }

  /** What the thread holds is claimed again before anything is handed out. */
  async #hello(from: RelayPort, held: readonly number[]): Promise<void> {
    // It may have gone since it said so.
    if (!this.#relays.has(from)) return;
    if (held.length > 0) this.#scheduler.holds(from.thread, await this.#parts.engine.locate(held));
    this.#awaited.delete(from.thread);
    if (this.#awaited.size === 0) this.#startScheduling();
  }

  #startScheduling(): void {
    if (this.#scheduler.started) return;
    if (this.#awaited.size > 0) this.#parts.log.warn('relay threads missing', { threads: [...this.#awaited] });
    this.#scheduler.start();
    this.#loop.rememberOnly([...this.#relays].map(({ client }) => client));
    this.#loop.wishesDue();
  }

  #relayGone(relay: RelayPort): void {
    if (!this.#relays.delete(relay)) return;
    this.#scheduler.threadGone(relay.thread);
    this.#loop.wishesDue();
  }

  #relay(thread: number): RelayPort | undefined {
    for (const relay of this.#relays) if (relay.thread === thread && !relay.closed) return relay;
    return undefined;
  }

  async #readPauses(resumed: boolean): Promise<void> {
    this.#scheduler.paused = new Set(await this.#parts.engine.paused());
    if (!resumed) return;
    this.#destinations.lookForDestinations();
    this.#overdue.released(0);
  }

  #tick(): void {
    this.#look();
    this.#scheduler.tick();
    this.#destinations.tick();
    this.#overdue.tick();
    this.#sealer.tick();
    if (this.#outbox.traced !== undefined) this.#loop.tidy();
    this.#loop.wishesDue();
  }

  #look(): void {
    const full = this.#space.look(this.#clock.monotonic());
    this.#metrics.freeOctets.set(this.#space.free);
    if (full !== this.#scheduler.full) this.#setFull(full);
  }

  #noSpace(): void {
    this.#space.refused(this.#clock.monotonic());
    if (!this.#scheduler.full) this.#setFull(true);
  }

  #setFull(full: boolean): void {
    this.#scheduler.full = full;
    if (full) this.#parts.log.warn('disk full, new mail is refused', { free: this.#space.free });
    else this.#parts.log.info('disk has room again', { free: this.#space.free });
    for (const relay of this.#relays) relay.send({ op: 'full', full });
  }

  /** One timer for whatever comes next. */
  #arm(): void {
    const wait = this.#scheduler.nextWakeMs();
    clearTimeout(this.#wake);
    if (wait === undefined || wait >= TICK_MS || this.#ended.signal.aborted) return;
    this.#wake = setTimeout(() => this.#loop.wishesDue(), Math.ceil(wait));
  }

  #removeBodies(names: readonly string[]): void {
    // What is not removed because the process ends is found by the next sweep.
    if (this.#keptBodies !== undefined) this.#keptBodies.push(...names);
    else this.#removeNow(names);
  }

  #keep(on: boolean): void {
    this.#outbox.keepsAll = on;
    const kept = this.#keptBodies ?? [];
    this.#keptBodies = on ? kept : undefined;
    if (!on) this.#removeNow(kept);
  }

  #removeNow(names: readonly string[]): void {
    for (const name of names) void removeBody(this.#settings.bodies, name, this.#parts.log);
  }

  async #sweepBodies(): Promise<void> {
    const { engine, log } = this.#parts;
    const options = { directory: this.#settings.bodies, engine, log, signal: this.#ended.signal };
    const orphans = await findOrphanBodies(options);
    if (orphans.length === 0) return;
    const remove = () =>
      void removeOrphanBodies(orphans, options).then((removed) => log.info('orphans gone', { removed }));
    this.#timers.push(setTimeout(remove, ORPHAN_MS));
  }

  async #answer(request: StoreRequest): Promise<unknown> {
    const { engine, metrics } = this.#parts;
    switch (request.verb) {
      case 'counts':
        return this.#onEngine(() => engine.totals());
      case 'destinations':
        return this.#onEngine(() => destinationStates(this.#scheduler, engine, this.#clock, request));
      case 'keep':
        return this.#onEngine(() => this.#keep(request.on));
      case 'health':
        return this.#health();
      case 'metrics':
        await this.#measure();
        return metrics.snapshot();
      case 'enqueue':
        return this.#loop.enqueue(request.message);
      case 'part': {
        const part = this.#verbs.runPart(request);
        this.#loop.wake();
        return part;
      }
      default: {
        const done = this.#verbs.run(request);
        this.#loop.wake();
        return done;
      }
    }
  }

  #health(): Promise<unknown> {
    return this.#onEngine(async () => ({
      free: this.#space.free,
      full: this.#scheduler.full,
      freshAgeMs: this.#scheduler.freshAgeMs(),
      eventsPending: (await this.#parts.engine.totals()).events_pending,
    }));
  }

  async #measure(): Promise<void> {
    const totals = await this.#onEngine(() => this.#parts.engine.totals());
    for (const status of ['queued', 'deferred', 'held', 'quarantined'] as const) {
      this.#metrics.recipients.set(totals[status], { status });
    }
    this.#metrics.eventsPending.set(totals.events_pending);
  }

  /** Asks the engine between two commits. */
  #onEngine<T>(ask: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#loop.between(async () => {
        try {
          resolve(await ask());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  #fail(error: unknown): void {
    this.#ended.abort();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#wake);
    this.#parts.fatal(error);
  }
}
