// The work of the thread of the webhooks, without the thread: intake and sender over one file, by steps that leave the
// thread free for its requests in between.

import { join } from 'node:path';
import { type FeedReader, openFeedReader } from '../../mail/trace/feed-reader.ts';
import type { Resolver } from '../../network/dns-answer.ts';
import { createOutsideGuard } from '../../network/outside-address.ts';
import { createOutsideHttp, type OutsideHttp } from '../../network/outside-http.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { type ControlEventsReader, openControlEvents } from './control-events-reader.ts';
import {
  type AttemptLine,
  CONTROL_SOURCE,
  type Deliveries,
  type Delivery,
  type DeliveryQuery,
  openDeliveries,
} from './deliveries.ts';
import type { Endpoint, WebhookSettings } from './endpoint.ts';
import { eventBody, thinControlData } from './event-body.ts';
import type { Health } from './health.ts';
import { controlFound, Intake, traceEventId } from './intake.ts';
import { type Data, messageData, thinMessageData } from './message-payload.ts';
import { LIFE_MS } from './retry-waits.ts';
import { REQUESTS_EACH, Sender, type WebhookNews } from './sender.ts';
import { createWebhookMetrics } from './webhook-metrics.ts';

export interface DispatcherOptions {
  /** `node.data_dir`. */
  folder: string;
  clock: Clock;
  log: Log;
  resolver: Resolver;
  settings: WebhookSettings;
  endpoints: readonly Endpoint[];
  news: (news: WebhookNews) => void;
  /** Where nothing was sent before: events from before this time are nobody's. Default: now. */
  begun?: number;
  random?: () => number;
}

/** What is known of a webhook beside its settings. */
export interface WebhookFigures extends Health {
  waiting: number;
}

const TICK_MS = 1000;
const TIDY_MS = 60_000;
/** Finished deliveries that the log of one webhook keeps. */
const LOG_ROWS = 50_000;
/** Standard Webhooks 1.0: receivers need 15 to 30 s. */
const TOTAL_MS = 20_000;
const CONNECT_MS = 10_000;

/** Opens the files and begins. Throws where the own file cannot be opened. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new Dispatcher(options);
}

/** See the top of the file. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #deliveries: Deliveries;
  readonly #feed: FeedReader;
  readonly #control: ControlEventsReader;
  readonly #intake: Intake;
  readonly #sender: Sender;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #byCustomer = new Map<string | null, Endpoint[]>();
  readonly #timers: NodeJS.Timeout[];
  readonly #metrics = createMetrics();
  readonly #counts = createWebhookMetrics(this.#metrics);
  #settings: WebhookSettings;
  #http: OutsideHttp;
  #stepping = false;
  #closed = false;

  constructor(options: DispatcherOptions) {
    const { folder, clock, log } = options;
    this.#options = options;
    this.#settings = options.settings;
    this.#http = this.#openHttp();
    this.#deliveries = openDeliveries(join(folder, 'webhooks.db'), options.begun ?? clock.now());
    this.#feed = openFeedReader(join(folder, 'trace'));
    this.#control = openControlEvents(join(folder, 'control.db'));
    this.#sender = new Sender({
      deliveries: this.#deliveries,
      http: () => this.#http,
      settings: () => this.#settings,
      body: (delivery, endpoint) => this.#body(delivery, endpoint),
      now: clock.now,
      random: options.random ?? Math.random,
      log,
      news: options.news,
      metrics: this.#counts,
    });
    this.#intake = new Intake({
      feed: this.#feed,
      control: this.#control,
      deliveries: this.#deliveries,
      endpointsFor: (customer) => this.#endpointsFor(customer),
      endpoint: (id) => this.#endpoints.get(id),
      settings: () => this.#settings,
      now: clock.now,
      log,
      added: (webhook) => this.#sender.wake(webhook),
      dropped: (webhook, events) => this.#sender.dropped(webhook, events),
    });
    for (const endpoint of options.endpoints) this.setEndpoint(endpoint);
    // Webhooks that were removed while nobody listened.
    for (const id of this.#deliveries.webhooks()) if (!this.#endpoints.has(id)) this.#deliveries.forget(id);
    this.#intake.begin();
    this.#timers = [
      setInterval(() => this.#quietly(() => this.tick()), TICK_MS),
      setInterval(() => this.#quietly(() => this.tidy()), TIDY_MS),
    ];
    this.#step();
  }

  setEndpoint(endpoint: Endpoint): void {
    this.#takeOut(endpoint.id);
    this.#endpoints.set(endpoint.id, endpoint);
    const list = this.#byCustomer.get(endpoint.customer);
    if (list === undefined) this.#byCustomer.set(endpoint.customer, [endpoint]);
    else list.push(endpoint);
    this.#sender.set(endpoint);
  }

  removeEndpoint(id: string): void {
    this.#takeOut(id);
    this.#sender.remove(id);
    // Else the next start forgets it.
    this.#quietly(() => this.#deliveries.forget(id));
  }

  setSettings(settings: WebhookSettings): void {
    this.#settings = settings;
    // What is under way ends as `stopped`, and is sent by the next one.
    this.#http.close();
    this.#http = this.#openHttp();
  }

  /** Days of the trace that have something new, or `control`. */
  grew(sources: readonly string[]): void {
    this.#intake.grew(sources);
    this.#step();
  }

  /** As `Metrics.snapshot` gives them. */
  metrics(): Promise<unknown> {
    this.#counts.waiting(this.#deliveries.backlog().total);
    return this.#metrics.snapshot();
  }

  /** Looks whose time has come; by a timer, or by a test that owns the clock. */
  tick(): void {
    if (this.#closed) return;
    this.#sender.tick();
    this.#step();
  }

  /** Nothing is under way, nothing is due, nothing is left to read. */
  get idle(): boolean {
    return !this.#stepping && this.#sender.idle;
  }

  figures(webhook: string): WebhookFigures {
    this.#sender.flush();
    return { ...this.#sender.health(webhook), waiting: this.#deliveries.waiting(webhook) };
  }

  list(query: DeliveryQuery): Delivery[] {
    this.#sender.flush();
    return this.#deliveries.list(query);
  }

  find(webhook: string, id: number): Delivery | undefined {
    this.#sender.flush();
    return this.#deliveries.find(webhook, id);
  }

  /** Sends one again; false where the log does not have it. */
  sendAgain(webhook: string, id: number): boolean {
    this.#sender.flush();
    const known = this.#deliveries.sendAgain(webhook, id, this.#options.clock.now());
    if (known) this.#sender.wake(webhook);
    return known;
  }

  /** Those of a period that failed; answers how many. */
  sendFailedAgain(webhook: string, period: { since: number; until: number }): number {
    this.#sender.flush();
    const count = this.#deliveries.sendFailedAgain(webhook, period, this.#options.clock.now());
    this.#sender.wake(webhook);
    return count;
  }

  /**
   * Everything of a period, also what was delivered and what found no room, as far as it is still kept. False where too
   * many periods are under way.
   */
  replay(period: { webhook: string; since: number; until: number }): boolean {
    const begun = this.#intake.replay(period);
    this.#step();
    return begun;
  }

  /** Sends an event of the control store to one webhook, once and at once; answers the attempt. */
  async test(webhook: string, seq: number): Promise<AttemptLine> {
    const event = this.#control.find(seq);
    if (event === undefined) throw new Error('the event of the test is not there');
    const now = this.#options.clock.now();
    this.#deliveries.add({ ...controlFound(event), webhook }, now);
    const [delivery] = this.#deliveries.list({ webhook, type: 'webhook.test', limit: 1 });
    if (delivery === undefined || delivery.event !== event.id) throw new Error('the test was not kept');
    return this.#sender.sendOnce(delivery);
  }

  /** Ends what is under way; it is sent again after the next start. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#http.close();
    this.#sender.close();
    this.#feed.close();
    this.#control.close();
    this.#deliveries.close();
  }

  #openHttp(): OutsideHttp {
    const { allowPrivate, ca } = this.#settings;
    return createOutsideHttp({
      resolver: this.#options.resolver,
      guard: createOutsideGuard({ allowPrivate }),
      anyScheme: allowPrivate,
      ...(ca !== undefined && { ca }),
      connections: REQUESTS_EACH,
      connectMs: CONNECT_MS,
      totalMs: TOTAL_MS,
    });
  }

  #endpointsFor(customer: string | null): readonly Endpoint[] {
    const all = this.#byCustomer.get(null) ?? NOBODY;
    return customer === null ? all : [...(this.#byCustomer.get(customer) ?? NOBODY), ...all];
  }

  #takeOut(id: string): void {
    const known = this.#endpoints.get(id);
    if (known === undefined) return;
    this.#endpoints.delete(id);
    const left = (this.#byCustomer.get(known.customer) ?? []).filter((one) => one.id !== id);
    if (left.length > 0) this.#byCustomer.set(known.customer, left);
    else this.#byCustomer.delete(known.customer);
  }

  /** Reads on until nothing is left, with the event loop between two steps. */
  #step(): void {
    if (this.#stepping || this.#closed) return;
    this.#stepping = true;
    setImmediate(() => {
      this.#stepping = false;
      if (this.#closed) return;
      let more = false;
      try {
        more = this.#intake.step();
      } catch (err) {
        // The own file: a full disk, as a rule. The cursors stand where they stood; the next tick tries again.
        this.#options.log.error('deliveries to webhooks not written', { err });
      }
      if (more) this.#step();
    });
  }

  /** What is sent of a delivery, for people; nothing where the event is gone, or the delivery. */
  bodyOf(webhook: string, id: number): string | undefined {
    const [delivery, endpoint] = [this.find(webhook, id), this.#endpoints.get(webhook)];
    if (delivery === undefined || endpoint === undefined) return undefined;
    const body = this.#body(delivery, endpoint);
    return body === undefined ? undefined : Buffer.from(body).toString('utf8');
  }

  #body(delivery: Delivery, endpoint: Endpoint): Uint8Array | undefined {
    const { event: id, type, at, customer } = delivery;
    const data = this.#data(delivery, endpoint.thin);
    return data === undefined ? undefined : eventBody({ id, type, at, customer, data });
  }

  #data({ source, row, line, type, event: id }: Delivery, thin: boolean): Data | undefined {
    if (source === CONTROL_SOURCE) {
      const event = this.#control.find(row);
      if (event?.id !== id) return undefined;
      const data = JSON.parse(event.data) as Data;
      return thin ? thinControlData(data) : data;
    }
    // A day that was put aside and begun anew has something else at the same place.
    if (traceEventId({ name: this.#feed.nameOf(source) ?? '', row, line, type }) !== id) return undefined;
    const found = this.#feed.find({ day: source, row, line });
    if (found === undefined) return undefined;
    return thin ? thinMessageData(found) : messageData(found, type, this.#settings.traceKeptMs);
  }

  /** Gives up what waited too long, shortens the log; by a timer, or by a test. */
  tidy(): void {
    if (this.#closed) return;
    const now = this.#options.clock.now();
    this.#sender.flush();
    const { logKeptMs } = this.#settings;
    const more = this.#deliveries.tidy({ now, lifeMs: LIFE_MS, keptMs: logKeptMs, keptRows: LOG_ROWS });
    if (more) setImmediate(() => this.#quietly(() => this.tidy()));
  }

  /** The own file cannot be written, as a rule: the thread goes on, or all would be sent again that was under way. */
  #quietly(work: () => void): void {
    try {
      work();
    } catch (err) {
      this.#options.log.error('webhooks not looked after', { err });
    }
  }
}

const NOBODY: readonly Endpoint[] = [];
