// All threads of the relay, and the ports between them. A thread that ends is started anew with new ports; the others
// are told.

import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import {
  createConnectionCounters,
  forgetThread,
  type SharedConnectionCounters,
} from '../mail/accept/connection-counters.ts';
import { createConnectionRates, type SharedConnectionRates } from '../mail/accept/front/connection-rates.ts';
import type { LoadCause } from '../mail/accept/front/load.ts';
import type { DirectoryBase, DirectoryUpdate } from '../mail/authorise/directory-index.ts';
import type { HostStore } from '../mail/authorise/greylist/host-store.ts';
import type { Learned } from '../mail/authorise/recipients/known-recipients.ts';
import type { RecipientStore } from '../mail/authorise/recipients/recipient-store.ts';
import type { SuppressionRequest } from '../mail/authorise/suppression.ts';
import type { MailHostNews } from '../mail/deliver/reach.ts';
import type { IdentityActivity } from '../mail/identities/activity.ts';
import type { RuleNotice } from '../mail/inspect/effects.ts';
import type { CheckpointWorkerData } from '../mail/queue/checkpoint-thread.ts';
import { createStoreControl, type StoreControl } from '../mail/queue/operations.ts';
import type { ContentKeys } from '../mail/queue/sealed-content.ts';
import { EXIT_DISK_FAILED, type StoreWorkerData, type StoreWorkerMessage } from '../mail/queue/store-thread.ts';
import type { RelayThreadData, ToRelay } from '../mail/relay-messages.ts';
import type { TraceThreadOptions, Watched } from '../mail/trace/trace.ts';
import { createTraceClient, type TraceClient } from '../mail/trace/trace-client.ts';
import type { Config } from '../platform/config/schema.ts';
import { inTime } from '../platform/in-time.ts';
import type { Log } from '../platform/log.ts';
import type { Said } from '../platform/sentence.ts';
import type { ThreadLoad } from '../platform/thread-load.ts';
import { createInspectionNews, type InspectionNewsDesk } from './inspection-news.ts';
import { joinRelay, type RelayLink } from './relay-link.ts';
import { type KeptWorker, keepWorker } from './worker.ts';

export interface ThreadsOptions {
  config: Config;
  /** Relay threads. */
  relays: number;
  log: Log;
  base: DirectoryBase;
  loopSecret: Uint8Array;
  returnKey: Uint8Array;
  contentKeys: ContentKeys;
  ticketKeys: Uint8Array;
  /** A thread ended by itself and is started again. */
  restarted(name: string): void;
  /** The disk failed: the process must end with this code. */
  fatal(code: number): void;
  /** A day of the trace could not be read and was put aside. */
  traceSetAside(notice: { day: string; file: string; reason: string }): void;
  /** Whose events the trace feeds, as it is now. */
  watched(): Watched;
  /** Feeds of these days of the trace have grown. */
  traceFed(days: string[]): void;
  /** Queued mail of this customer found no active address. */
  noAddress(customer: string): void;
  /** A customer's mail host is found down again, or is back. */
  mailHost(news: MailHostNews): void;
  /** An address is to be suppressed. */
  suppress(request: SuppressionRequest): void;
  /** What is wrong, or nothing any more, with taking messages apart: in a thread, or about one `content`. */
  inspection(about: string, fault: Said | undefined): void;
  /** What senders of customers did. */
  sendersDid(batch: IdentityActivity[]): void;
  /** A message met rules that people want to hear of. */
  rulesMet(notice: RuleNotice): void;
  /** The private key for the id, in the clear (PKCS #8, DER); nothing where it cannot be had. */
  signingKey(id: number): Uint8Array | undefined;
  /** Keeps what threads learn of recipients. */
  recipients: RecipientStore;
  /** Keeps what threads learn of hosts. */
  hosts: HostStore;
  /** A relay thread is under load since now, or no longer. */
  underLoad(thread: string, cause: LoadCause | undefined): void;
  /** What is wrong with a DNS blocklist; nothing where it is used. */
  dnsbl(zone: string, fault: string | undefined): void;
}

/** The running threads. */
export interface Threads {
  /** Ways to the threads as they are now: ask anew for each use, a restart replaces them. */
  readonly store: StoreControl;
  readonly trace: TraceClient;
  /** So many connections the threads can count, whatever a reload says. */
  readonly mostConnections: number;
  /** Resolves once every relay thread listens; rejects where one cannot. */
  listening(): Promise<void>;
  /** To all relay threads, in order, also to those that start later. */
  updateDirectory(update: DirectoryUpdate): void;
  updateConfig(config: Config): void;
  reloadCertificates(): void;
  /** No new mail from now on. */
  drain(): void;
  /** Snapshots of all threads' metrics; a thread that does not answer in time is left out. */
  metrics(): Promise<unknown[]>;
  /** All threads, main first. */
  loads(): ThreadLoad[];
  /** A worker by name (`store`, `trace`, `relay-0` …), for tests that end one. */
  worker(name: string): Worker | undefined;
  /** Sessions and deliveries end, then everything is written, then the threads end. */
  stop(graceMs: number): Promise<void>;
}

const METRICS_DEADLINE_MS = 2000;
const MAIN_SINCE = Math.round(performance.timeOrigin);
/** What is left for the store and the trace to write, after the relay threads. */
const WRITERS_STOP_MS = 5000;

/** Starts all threads. */
export function startThreads(options: ThreadsOptions): Threads {
  const threads = new ThreadGroup(options);
  threads.start();
  return threads;
}

class ThreadGroup implements Threads {
  readonly #options: ThreadsOptions;
  readonly #counters: SharedConnectionCounters;
  readonly #rates: SharedConnectionRates = createConnectionRates();
  readonly #kept = new Map<string, KeptWorker>();
  readonly #relays: RelayLink[] = [];
  #storeWorker: Worker | undefined;
  #storeControl: StoreControl | undefined;
  #traceClient: TraceClient | undefined;
  #config: Config;
  #base: DirectoryBase;
  #updates: DirectoryUpdate[] = [];
  readonly #inspection: InspectionNewsDesk;
  #draining = false;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#base = options.base;
    this.#inspection = createInspectionNews({
      inspection: (about, fault) => options.inspection(about, fault),
      rulesMet: (notice) => options.rulesMet(notice),
      tellRelays: (message) => this.#tellRelays(message),
    });
    const { connections } = options.config.limits;
    this.#counters = createConnectionCounters({ threads: options.relays, connections });
  }

  get mostConnections(): number {
    return this.#counters.most;
  }

  start(): void {
    this.#keep('store', () => this.#startStore());
    this.#keep('checkpoint', () => this.#startCheckpoint());
    this.#keep('trace', () => this.#startTrace());
    for (let thread = 0; thread < this.#options.relays; thread++) {
      this.#keep(`relay-${thread}`, () => this.#startRelay(thread));
    }
  }

  get store(): StoreControl {
    if (this.#storeControl === undefined) throw new Error('the store thread was not started');
    return this.#storeControl;
  }

  get trace(): TraceClient {
    if (this.#traceClient === undefined) throw new Error('the trace thread was not started');
    return this.#traceClient;
  }

  async listening(): Promise<void> {
    await Promise.all(this.#relays.map((relay) => relay.listening));
  }

  updateDirectory(update: DirectoryUpdate): void {
    if (update.kind === 'base') [this.#base, this.#updates] = [update.base, []];
    else this.#updates.push(update);
    this.#tellRelays({ op: 'directory', update });
  }

  updateConfig(config: Config): void {
    this.#config = config;
    this.#tellRelays({ op: 'config', config });
    this.#storeWorker?.postMessage({ expireAfterMs: config.delivery.expire_after } satisfies StoreWorkerMessage);
  }

  reloadCertificates(): void {
    this.#tellRelays({ op: 'certificates' });
  }

  drain(): void {
    this.#draining = true;
    this.#tellRelays({ op: 'drain' });
  }

  async metrics(): Promise<unknown[]> {
    const asked = [
      ...this.#relays.map((relay) => relay.metrics(METRICS_DEADLINE_MS)),
      inTime(this.store.metrics().catch(nothing), METRICS_DEADLINE_MS),
      inTime(this.trace.metrics().catch(nothing), METRICS_DEADLINE_MS),
    ];
    return (await Promise.all(asked)).filter((snapshot) => snapshot !== undefined);
  }

  loads(): ThreadLoad[] {
    const main = { name: 'main', since: MAIN_SINCE, restarts: 0, ...times(performance.eventLoopUtilization()) };
    const others = [...this.#kept].map(([name, { worker, since, restarts }]) => {
      return { name, since, restarts, ...times(worker.performance.eventLoopUtilization()) };
    });
    return [main, ...others];
  }

  worker(name: string): Worker | undefined {
    return this.#kept.get(name)?.worker;
  }

  async stop(graceMs: number): Promise<void> {
    this.#tellRelays({ op: 'stop', graceMs });
    const relays = this.#relays.map((relay, thread) => this.#endRelay(relay, thread, graceMs));
    await Promise.all(relays);
    const checkpoint = this.#kept.get('checkpoint');
    const checkpointed = checkpoint?.end(WRITERS_STOP_MS);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
    checkpoint?.worker.postMessage('stop');
    await checkpointed;
    const store = this.#kept.get('store')?.end(WRITERS_STOP_MS);
    this.#storeWorker?.postMessage({ stop: true } satisfies StoreWorkerMessage);
    await store;
    const trace = this.#kept.get('trace')?.end(WRITERS_STOP_MS);
    await inTime(this.trace.close().catch(nothing), WRITERS_STOP_MS);
    await trace;
  }

  async #endRelay(relay: RelayLink, thread: number, graceMs: number): Promise<void> {
    const ended = this.#kept.get(`relay-${thread}`)?.end(graceMs + 1000);
    await inTime(relay.stopped, graceMs);
    await ended;
  }

  #keep(name: string, start: () => Worker): void {
    const ended = (_name: string, code: number) => {
      if (code === EXIT_DISK_FAILED) {
        this.#options.fatal(code);
        return 'fatal';
      }
      // Whatever a relay thread was under: its successor begins anew.
      this.#options.underLoad(name, undefined);
      this.#inspection.ended(name);
      this.#options.restarted(name);
      return 'restart';
    };
    this.#kept.set(name, keepWorker({ name, start, ended, log: this.#options.log }));
  }

  #startStore(): Worker {
    const { config } = this.#options;
    const workerData: StoreWorkerData = {
      role: 'store',
      logLevel: this.#config.log.level,
      options: {
        dataDir: config.node.data_dir,
        threads: this.#options.relays,
        lowWater: config.queue.low_water,
        // May have been reloaded since; of the other sections the start's values are in force.
        expireAfterMs: this.#config.delivery.expire_after,
        delayAfterMs: config.notices.delay_after,
        suppressedHoldMs: config.queue.suppressed_hold,
        connections: config.delivery.connections_per_destination,
        contentKeys: this.#options.contentKeys,
        checkpointThread: true,
      },
    };
    const worker = new Worker(new URL('../mail/queue/store-thread.ts', import.meta.url), { workerData });
    this.#storeWorker = worker;
    const { port1, port2 } = new MessageChannel();
    this.#storeControl = createStoreControl(port1);
    this.#toStore({ attach: 'control', port: port2 });
    if (this.#traceClient !== undefined) this.#traceClient.attachStore(this.#portOfStoreForTrace());
    for (const [thread, relay] of this.#relays.entries()) {
      relay.sendPort({ op: 'store', port: this.#portOfStoreForRelay(thread) });
    }
    return worker;
  }

  #startCheckpoint(): Worker {
    const path = join(this.#options.config.node.data_dir, 'queue.db');
    const workerData: CheckpointWorkerData = { role: 'checkpoint', path };
    return new Worker(new URL('../mail/queue/checkpoint-thread.ts', import.meta.url), { workerData });
  }

  #startTrace(): Worker {
    const { port1, port2 } = new MessageChannel();
    const workerData: TraceThreadOptions = {
      role: 'trace',
      folder: join(this.#options.config.node.data_dir, 'trace'),
      relays: [],
      control: port2,
      logLevel: this.#config.log.level,
      watched: this.#options.watched(),
    };
    const entry = new URL('../mail/trace/trace-thread.ts', import.meta.url);
    const worker = new Worker(entry, { workerData, transferList: [port2] });
    this.#traceClient = createTraceClient(
      port1,
      (notice) => this.#options.traceSetAside(notice),
      (days) => this.#options.traceFed(days),
    );
    this.#traceClient.attachStore(this.#portOfStoreForTrace());
    for (const relay of this.#relays) relay.sendPort({ op: 'trace', port: this.#portOfTraceForRelay() });
    return worker;
  }

  #startRelay(thread: number): Worker {
    forgetThread(this.#counters, thread);
    const { port1, port2 } = new MessageChannel();
    const store = this.#portOfStoreForRelay(thread);
    const trace = this.#portOfTraceForRelay();
    const workerData: RelayThreadData = {
      role: 'relay',
      thread,
      threads: this.#options.relays,
      config: this.#config,
      base: this.#base,
      updates: this.#updates,
      recipients: this.#options.recipients.all(),
      hosts: this.#options.hosts.all(),
      inspectionDeaths: this.#inspection.deaths(),
      loopSecret: this.#options.loopSecret,
      returnKey: this.#options.returnKey,
      contentKeys: this.#options.contentKeys,
      ticketKeys: this.#options.ticketKeys,
      counters: this.#counters,
      rates: this.#rates,
      store,
      trace,
      control: port2,
    };
    const entry = new URL('../mail/relay-thread.ts', import.meta.url);
    const worker = new Worker(entry, { workerData, transferList: [store, trace, port2] });
    const relay = joinRelay(port1, {
      ...this.#options,
      learnedRecipients: (learned, from) => this.#learned(learned, from),
      learnedHosts: (learned, from) => {
        this.#options.hosts.learned(learned);
        this.#tellOthers(from, { op: 'hosts', learned });
      },
      underLoad: (cause) => this.#options.underLoad(`relay-${thread}`, cause),
      inspectionNews: (news) => this.#inspection.news(news, `relay-${thread}`),
    });
    this.#relays[thread] = relay;
    if (this.#draining) relay.send({ op: 'drain' });
    return worker;
  }

  /** What one thread has learned, the others need not ask for. */
  #learned(learned: Learned[], from: RelayLink): void {
    this.#options.recipients.learned(learned);
    this.#tellOthers(from, { op: 'recipients', learned });
  }

  #tellOthers(from: RelayLink, message: Exclude<ToRelay, { port: MessagePort }>): void {
    for (const relay of this.#relays) if (relay !== from) relay.send(message);
  }

  #portOfStoreForRelay(thread: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#toStore({ attach: 'relay', port: port1, thread });
    return port2;
  }

  #portOfStoreForTrace(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#toStore({ attach: 'trace', port: port1 });
    return port2;
  }

  #portOfTraceForRelay(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.trace.attachRelay(port1);
    return port2;
  }

  #toStore(message: Extract<StoreWorkerMessage, { port: MessagePort }>): void {
    this.#storeWorker?.postMessage(message, [message.port]);
  }

  #tellRelays(message: Exclude<ToRelay, { port: MessagePort }>): void {
    for (const relay of this.#relays) relay.send(message);
  }
}

function times({ active, idle }: { active: number; idle: number }): { activeMs: number; idleMs: number } {
  return { activeMs: active, idleMs: idle };
}

/** A thread that is gone has no answer, and that is one. */
function nothing(): undefined {}
