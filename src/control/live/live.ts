// What moves, for those who look on: a frame a second for each scope (all, or a customer), made once however many listen.
// While nobody does, nothing is asked and nothing is counted.

import { Readable } from 'node:stream';
import type { CustomerId } from '../../mail/message.ts';
import type { QueueSurvey } from '../../mail/queue/survey.ts';
import type { TraceClient } from '../../mail/trace/trace-client.ts';
import type { TrafficChange } from '../../mail/trace/traffic/traffic.ts';
import type { ServiceParts } from '../services.ts';
import { addToFlow, type FlowSum, type Frame, noFlow } from './frame.ts';
import { type RelayNowParts, type RelayWatch, watchRelay } from './relay-now.ts';

export type LiveParts = RelayNowParts &
  Pick<ServiceParts, 'clock' | 'log' | 'reader' | 'trace'> & {
    /** Between two frames. Default: a second. */
    everyMs?: number;
  };

/** Who looks on. */
export interface Onlooker {
  /** Absent: all customers. */
  customer?: CustomerId;
  /** So many streams of one name are open at most. */
  who: string;
  /** How the relay is goes along. */
  relay: boolean;
  /** Asked again and again; the stream ends once it says no. */
  allowed: () => Promise<boolean>;
}

export interface Live {
  /** A stream of frames as server-sent events; nothing where too many look on already. */
  listen(onlooker: Onlooker): Readable | undefined;
  /** Ends all streams, and takes no new ones. */
  close(): void;
}

const FRAME_MS = 1000;
/** The first one comes as soon as the queue can have been looked through: nobody waits a second for a first number. */
const FIRST_FRAME_MS = 150;
/** Streams at the same time, and of one person or key. */
const STREAMS = { all: 200, each: 10 };
/** Whoever reads so much too slowly is let go, and comes again. */
const WAITING_OCTETS = 256 * 1024;
/** A session or key that has ended is noticed so soon. */
const ALLOWED_FRAMES = 2;
/** Between two looks through the queue; a long one is looked through less often. */
const SURVEY_MS = 5000;
const SURVEY_SHARE = 20;
/** A browser whose stream broke asks again after this time. */
const RETRY_MS = 2000;

export function openLive(parts: LiveParts): Live {
  return new Frames(parts);
}

interface Listener extends Onlooker {
  stream: Readable;
}

/** One scope that somebody looks at. */
interface Scope {
  flow: FlowSum;
  queue: QueueSurvey | null;
  surveying: boolean;
  surveyAfter: number;
}

class Frames implements Live {
  readonly #parts: LiveParts;
  readonly #listeners = new Set<Listener>();
  readonly #scopes = new Map<string, Scope>();
  #relay: RelayWatch | undefined;
  /** The trace thread that tells us; another one after a restart. */
  #told: TraceClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #first: NodeJS.Timeout | undefined;
  /** As it was told last. */
  #relayNow: Frame['relay'];
  #lastAt = 0;
  #frames = 0;
  #closed = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  listen(onlooker: Onlooker): Readable | undefined {
    const { who, customer = '' } = onlooker;
    const own = [...this.#listeners].filter((one) => one.who === who).length;
    if (this.#closed || this.#listeners.size >= STREAMS.all || own >= STREAMS.each) return undefined;
    const stream = new Readable({ read() {}, highWaterMark: WAITING_OCTETS });
    const listener = { ...onlooker, stream };
    stream.once('close', () => this.#left(listener));
    // Whoever goes away in the middle of a frame is no fault.
    stream.on('error', () => {});
    stream.push(`retry: ${RETRY_MS}\n\n`);
    this.#listeners.add(listener);
    if (!this.#scopes.has(customer)) this.#scopes.set(customer, newScope());
    this.#begin();
    this.#greet(listener);
    void this.#survey(customer);
    return stream;
  }

  close(): void {
    this.#closed = true;
    for (const { stream } of this.#listeners) stream.push(null);
    this.#end();
  }

  #begin(): void {
    if (this.#timer !== undefined) return;
    this.#relay = watchRelay(this.#parts);
    this.#relay.look();
    this.#askTrace();
    this.#lastAt = this.#parts.clock.monotonic();
    this.#timer = setInterval(() => this.#tick(), this.#parts.everyMs ?? FRAME_MS);
    this.#timer.unref();
    this.#first = setTimeout(() => this.#tick(), FIRST_FRAME_MS).unref();
  }

  #end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#first);
    this.#timer = undefined;
    this.#relay = undefined;
    this.#relayNow = undefined;
    this.#told?.tellTraffic();
    this.#told = undefined;
    this.#scopes.clear();
  }

  /** Who comes between two frames sees how it is as soon as that is known; counts come with the next frame. */
  #greet({ stream, customer, relay }: Listener): void {
    const queue = this.#scopes.get(customer ?? '')?.queue ?? null;
    if (queue === null) return;
    const frame: Frame = { at: new Date(this.#parts.clock.now()).toISOString(), ms: 0, ...noFlow(), queue };
    if (!stream.destroyed) stream.push(eventOf(relay && this.#relayNow ? { ...frame, relay: this.#relayNow } : frame));
  }

  #left(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) return this.#end();
    const { customer = '' } = listener;
    if (![...this.#listeners].some((one) => (one.customer ?? '') === customer)) this.#scopes.delete(customer);
  }

  #askTrace(): void {
    const trace = this.#parts.trace();
    if (trace === this.#told) return;
    this.#told = trace;
    trace.tellTraffic((changes) => this.#heard(changes));
  }

  #heard(changes: readonly TrafficChange[]): void {
    const all = this.#scopes.get('');
    for (const change of changes) {
      if (all !== undefined) addToFlow(all.flow, change);
      const own = change.customer === undefined ? undefined : this.#scopes.get(change.customer);
      if (own !== undefined) addToFlow(own.flow, change);
    }
  }

  #tick(): void {
    this.#askTrace();
    const now = this.#parts.clock.monotonic();
    const ms = Math.round(now - this.#lastAt);
    this.#lastAt = now;
    this.#frames += 1;
    const relay = this.#relay?.now();
    this.#relayNow = relay;
    for (const [customer, scope] of this.#scopes) {
      const frame: Frame = {
        at: new Date(this.#parts.clock.now()).toISOString(),
        ms,
        ...scope.flow,
        queue: scope.queue,
      };
      scope.flow = noFlow();
      this.#send(customer, frame, relay);
      if (now >= scope.surveyAfter) void this.#survey(customer);
    }
    this.#relay?.look();
    if (this.#frames % ALLOWED_FRAMES === 0) for (const listener of this.#listeners) void this.#lookAt(listener);
  }

  #send(customer: string, frame: Frame, relay: Frame['relay']): void {
    const plain = eventOf(frame);
    const withRelay = relay === undefined ? plain : eventOf({ ...frame, relay });
    for (const listener of this.#listeners) {
      if ((listener.customer ?? '') !== customer) continue;
      listener.stream.push(listener.relay ? withRelay : plain);
      if (listener.stream.readableLength > WAITING_OCTETS) listener.stream.destroy();
    }
  }

  async #lookAt(listener: Listener): Promise<void> {
    const allowed = await listener.allowed().catch(() => false);
    if (!allowed) listener.stream.push(null);
  }

  async #survey(customer: string): Promise<void> {
    const scope = this.#scopes.get(customer);
    if (scope === undefined || scope.surveying) return;
    scope.surveying = true;
    const begun = this.#parts.clock.monotonic();
    const answer = await this.#parts.reader.queueSurvey(customer === '' ? undefined : (customer as CustomerId));
    const ended = this.#parts.clock.monotonic();
    scope.surveying = false;
    scope.surveyAfter = ended + Math.max(SURVEY_MS, SURVEY_SHARE * (ended - begun));
    if (answer.kind !== 'ok') return;
    const isFirst = scope.queue === null;
    scope.queue = answer.value;
    if (!isFirst) return;
    for (const one of this.#listeners) if ((one.customer ?? '') === customer) this.#greet(one);
  }
}

function newScope(): Scope {
  return { flow: noFlow(), queue: null, surveying: false, surveyAfter: 0 };
}

function eventOf(frame: Frame): string {
  return `data: ${JSON.stringify(frame)}\n\n`;
}
