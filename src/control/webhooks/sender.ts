// Sends what waits. Each webhook has a few requests under way and no more, all together a bounded number, in turn: one
// that is slow or dead delays no other. An endpoint that fails several times in a row is closed: from then on it is
// probed with one event at a time, and the others are left untouched until it answers.

import type { OutsideAnswer, OutsideHttp } from '../../network/outside-http.ts';
import type { Log } from '../../platform/log.ts';
import type { AttemptLine, Deliveries, Delivery, Settlement } from './deliveries.ts';
import type { Endpoint, WebhookSettings } from './endpoint.ts';
import { type Health, readHealth, writeHealth } from './health.ts';
import { MOST_ATTEMPTS, probeWait, waitAfter } from './retry-waits.ts';
import { createSigner, type Signer } from './signing.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** Requests under way to one webhook: enough for hundreds of events a second, too few to harm a receiver. */
export const REQUESTS_EACH = 8;
/** Requests under way in all: sockets and bodies in memory are bounded by it. */
const REQUESTS = 256;
/** Deliveries of one webhook that are read at once. */
const CLAIM = 64;
/** So often in a row not there (no answer, 5xx, 429), and an endpoint is closed. One that refuses (4xx) is there. */
const CLOSING_FAILURES = 5;
/** After so long without success, what failed meanwhile is tried at once: it was the endpoint's fault, not the event's. */
const OUTAGE_MS = 30 * 60_000;
/** Outcomes that are written together. */
const SETTLED_AT_ONCE = 100;
const SETTLE_MS = 50;
/** After a fault of ours. */
const AFTER_FAULT_MS = 60_000;
/** A webhook's people are told after so long without success, or a third of what pauses it. */
const WARN_MS = 86_400_000;

/** What becomes of a webhook by itself; main makes it so, and tells its people. */
export interface WebhookNews {
  webhook: string;
  /** `warned`: it still is tried. `paused`: it took nothing for too long. `gone`: it answered 410. */
  what: 'warned' | 'paused' | 'gone';
  /** Since when nothing was taken. */
  since: number;
  /** What came of the last attempt: `HTTP 500`, or a word. */
  answer: string;
}

export interface SenderOptions {
  deliveries: Deliveries;
  http: () => OutsideHttp;
  settings: () => WebhookSettings;
  /** The body of an event; nothing where the event is gone (its retention is over, or it was erased). */
  body: (delivery: Delivery, endpoint: Endpoint) => Uint8Array | undefined;
  now: () => number;
  random: () => number;
  log: Log;
  news: (news: WebhookNews) => void;
  metrics: WebhookMetrics;
}

interface Way {
  endpoint: Endpoint;
  signer: Signer | undefined;
  health: Health;
  running: Set<number>;
  /** Times in a row that it was not there. */
  absent: number;
  claimed: Delivery[];
  /** Not before this time, milliseconds since 1970. */
  notBefore: number;
  /** When something may be due; nothing where nothing waits. */
  wakeAt: number | undefined;
}

/** See the top of the file. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #ways = new Map<string, Way>();
  /** Those that may have something due, in turn. */
  readonly #ready = new Set<string>();
  #running = 0;
  #settlements: Settlement[] = [];
  #settleTimer: NodeJS.Timeout | undefined;
  /** What came of attempts cannot be written: until it is, nothing is sent, or it would be sent again and again. */
  #stuck = false;
  #closed = false;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** A webhook is new, or has changed. What is under way to it goes on. */
  set(endpoint: Endpoint): void {
    const { deliveries } = this.#options;
    const known = this.#ways.get(endpoint.id);
    const was = known?.endpoint;
    // What was known of it is no longer true.
    const resumed =
      was !== undefined && endpoint.state === 'active' && (was.state !== 'active' || was.url !== endpoint.url);
    const health = known?.health ?? readHealth(deliveries, endpoint.id);
    const way: Way = {
      endpoint,
      signer: signerOf(endpoint),
      health: resumed ? { ...health, failing_since: null, warned: false, failures: 0 } : health,
      running: known?.running ?? new Set(),
      absent: resumed ? 0 : (known?.absent ?? 0),
      claimed: [],
      notBefore: resumed ? 0 : (known?.notBefore ?? 0),
      wakeAt: deliveries.nextDue(endpoint.id),
    };
    this.#ways.set(endpoint.id, way);
    if (way.signer === undefined)
      this.#options.log.error('secrets of a webhook cannot be opened', { webhook: endpoint.id });
    if (resumed) {
      this.#keepHealth(way);
      this.#makeDue(way);
    }
    this.wake(endpoint.id);
  }

  remove(webhook: string): void {
    this.#ways.delete(webhook);
    this.#ready.delete(webhook);
    this.#options.http().forget(webhook);
  }

  health(webhook: string): Health {
    return this.#ways.get(webhook)?.health ?? readHealth(this.#options.deliveries, webhook);
  }

  /** Events found no room. */
  dropped(webhook: string, events: number): void {
    const way = this.#ways.get(webhook);
    if (way === undefined) return;
    this.#options.metrics.dropped(events);
    const now = this.#options.now();
    const { health } = way;
    if (health.dropped === 0) this.#options.log.warn('events for a webhook find no room', { webhook });
    way.health = {
      ...health,
      dropped: health.dropped + events,
      dropped_first: health.dropped_first ?? now,
      dropped_last: now,
    };
    this.#keepHealth(way);
  }

  /** Something waits for the webhook that may be due. */
  wake(webhook: string): void {
    const way = this.#ways.get(webhook);
    if (way === undefined) return;
    way.wakeAt = this.#options.now();
    this.#ready.add(webhook);
    this.#fill();
  }

  /** Looks whose time has come. */
  tick(): void {
    if (this.#stuck) this.flush();
    const now = this.#options.now();
    for (const [id, { wakeAt, notBefore }] of this.#ways) {
      if (wakeAt !== undefined && wakeAt <= now && notBefore <= now) this.#ready.add(id);
    }
    this.#fill();
  }

  /** Whether nothing is under way, and nothing is due. */
  get idle(): boolean {
    return this.#running === 0 && this.#ready.size === 0;
  }

  /** Sends one now, whatever the state of its webhook, once; answers its attempt. */
  async sendOnce(delivery: Delivery): Promise<AttemptLine> {
    const way = this.#ways.get(delivery.webhook);
    if (way === undefined) return [this.#options.now(), 0, 'stopped', 0];
    way.running.add(delivery.id);
    try {
      const { line } = await this.#attempt(way, delivery);
      this.#settle({ id: delivery.id, attempt: line, next: { state: isTaken(line[1]) ? 'delivered' : 'failed' } });
      this.flush();
      return line;
    } finally {
      way.running.delete(delivery.id);
    }
  }

  /** Writes what came of attempts. Never throws: what cannot be written now is written later. */
  flush(): void {
    clearTimeout(this.#settleTimer);
    this.#settleTimer = undefined;
    if (this.#settlements.length === 0) return;
    try {
      this.#options.deliveries.settle(this.#settlements);
      this.#settlements = [];
      this.#stuck = false;
    } catch (err) {
      // A full disk, as a rule. The next tick tries again.
      if (!this.#stuck) this.#options.log.error('what came of webhooks is not written, nothing is sent', { err });
      this.#stuck = true;
    }
  }

  close(): void {
    this.#closed = true;
    this.#ready.clear();
    this.flush();
  }

  /** Gives each in turn what it may have, as long as there is room. */
  #fill(): void {
    for (const id of this.#ready) {
      if (this.#running >= REQUESTS || this.#closed || this.#stuck) return;
      this.#ready.delete(id);
      const way = this.#ways.get(id);
      if (way !== undefined && this.#startSome(way)) this.#ready.add(id);
    }
  }

  /** Starts what this one may have; true where it may have more as soon as there is room in all. */
  #startSome(way: Way): boolean {
    const now = this.#options.now();
    if (way.endpoint.state !== 'active' || way.signer === undefined) {
      way.wakeAt = undefined;
      return false;
    }
    if (way.notBefore > now) {
      way.wakeAt = way.notBefore;
      return false;
    }
    const most = way.absent === 0 ? REQUESTS_EACH : 1;
    while (way.running.size < most) {
      if (this.#running >= REQUESTS) return true;
      const next = this.#next(way, now);
      if (next === undefined) {
        way.wakeAt = this.#options.deliveries.nextDue(way.endpoint.id);
        return false;
      }
      this.#start(way, next);
    }
    return false;
  }

  #next(way: Way, now: number): Delivery | undefined {
    if (way.claimed.length === 0) {
      // Or what has ended, and is not written yet, would be taken again.
      this.flush();
      if (this.#stuck) return undefined;
      // A probe is made with an event that was tried least: one that the endpoint stumbles over must not keep it closed.
      const probes = way.absent >= CLOSING_FAILURES;
      const claim = { limit: probes ? 1 : CLAIM, running: way.running, leastTried: probes };
      way.claimed = this.#options.deliveries.due(way.endpoint.id, now, claim);
    }
    return way.claimed.shift();
  }

  #start(way: Way, delivery: Delivery): void {
    way.running.add(delivery.id);
    this.#running += 1;
    this.#attempt(way, delivery)
      .then(
        (outcome) => this.#take(delivery, outcome),
        (err: unknown) => this.#failedHere(delivery, err),
      )
      .finally(() => {
        way.running.delete(delivery.id);
        this.#running -= 1;
        if (this.#ways.has(delivery.webhook)) this.#ready.add(delivery.webhook);
        this.#fill();
      });
  }

  /** A fault of ours says nothing of the endpoint. */
  #failedHere({ id, webhook }: Delivery, err: unknown): void {
    this.#options.log.error('a webhook was not sent', { webhook, err });
    const now = this.#options.now();
    this.#settle({ id, attempt: [now, 0, 'internal', 0], next: { due: now + AFTER_FAULT_MS } });
  }

  async #attempt(
    { endpoint, signer }: Way,
    delivery: Delivery,
  ): Promise<{ line: AttemptLine; answer: OutsideAnswer | undefined }> {
    const at = this.#options.now();
    const body = this.#options.body(delivery, endpoint);
    if (body === undefined) return { line: [at, 0, 'erased', 0], answer: undefined };
    if (signer === undefined) return { line: [at, 0, 'secret', 0], answer: { kind: 'failed', why: 'stopped', ms: 0 } };
    const timestamp = Math.floor(at / 1000);
    const answer = await this.#options.http().post({
      owner: endpoint.id,
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Easymail',
        'webhook-id': delivery.event,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signer({ id: delivery.event, timestamp, body }),
      },
      body,
    });
    return { line: [at, answer.kind === 'answered' ? answer.status : 0, resultOf(answer), answer.ms], answer };
  }

  /** What the attempt means for the event, and for the webhook. */
  #take(delivery: Delivery, { line, answer }: { line: AttemptLine; answer: OutsideAnswer | undefined }): void {
    // It is tried again after the next start; what did not reach the endpoint says nothing of it.
    if (answer?.kind === 'failed' && answer.why === 'stopped') return;
    const { id } = delivery;
    if (answer === undefined) return this.#settle({ id, attempt: line, next: { state: 'failed' } });
    const way = this.#ways.get(delivery.webhook);
    if (isTaken(line[1])) {
      this.#settle({ id, attempt: line, next: { state: 'delivered' } });
      if (way !== undefined) this.#succeeded(way);
      return;
    }
    const retryAfter = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0;
    const wait = waitAfter(delivery.attempts + 1, this.#options.random);
    const over = wait === undefined || delivery.attempts + 1 >= MOST_ATTEMPTS;
    const due = this.#options.now() + Math.max(wait ?? 0, retryAfter);
    this.#settle({ id, attempt: line, next: over ? { state: 'failed' } : { due } });
    if (way !== undefined) this.#failed(way, line, retryAfter);
  }

  #succeeded(way: Way): void {
    const now = this.#options.now();
    const since = way.health.failing_since;
    const outage = way.absent >= CLOSING_FAILURES && now - (since ?? now) >= OUTAGE_MS;
    const recent = now - (way.health.last_success ?? 0) < 1000;
    way.health = { ...way.health, failing_since: null, warned: false, failures: 0, last_success: now };
    way.absent = 0;
    if (since !== null || !recent) this.#keepHealth(way);
    if (outage) this.#makeDue(way);
  }

  /** Where it cannot be written, the next one may be. */
  #keepHealth({ endpoint, health }: Way): void {
    const { deliveries, log } = this.#options;
    try {
      writeHealth(deliveries, endpoint.id, health);
    } catch (err) {
      log.error('how a webhook fares is not written', { webhook: endpoint.id, err });
    }
  }

  #failed(way: Way, [, status, result]: AttemptLine, retryAfter: number): void {
    const { now, random, settings } = this.#options;
    const { health, endpoint } = way;
    const at = now();
    const failures = health.failures + 1;
    const since = health.failing_since ?? at;
    way.health = { ...health, failures, failing_since: since, last_failure: at };
    way.claimed = [];
    if (isAbsent(status)) way.absent += 1;
    const closedFor = way.absent < CLOSING_FAILURES ? 0 : probeWait(way.absent - CLOSING_FAILURES, random);
    way.notBefore = Math.max(way.notBefore, at + Math.max(closedFor, retryAfter));
    const pauseAfter = settings().pauseAfterMs;
    const warns = !health.warned && at - since >= Math.min(WARN_MS, pauseAfter / 3);
    const told = { webhook: endpoint.id, since, answer: status > 0 ? `HTTP ${status}` : result };
    if (status === 410) this.#stop(way, { ...told, what: 'gone' });
    else if (at - since >= pauseAfter && failures >= CLOSING_FAILURES) this.#stop(way, { ...told, what: 'paused' });
    else if (warns) {
      way.health.warned = true;
      this.#options.news({ ...told, what: 'warned' });
    }
    this.#keepHealth(way);
  }

  /** At once here; main makes it last, and says so to its people. */
  #stop(way: Way, news: WebhookNews): void {
    if (way.endpoint.state !== 'active') return;
    way.endpoint = { ...way.endpoint, state: news.what === 'gone' ? 'disabled' : 'paused' };
    this.#options.news(news);
  }

  #makeDue(way: Way): void {
    this.flush();
    way.claimed = [];
    way.notBefore = 0;
    way.wakeAt = this.#options.now();
    try {
      this.#options.deliveries.makeDue(way.endpoint.id, this.#options.now());
    } catch (err) {
      // Each is tried at its own time then.
      this.#options.log.error('deliveries of a webhook are not made due', { webhook: way.endpoint.id, err });
    }
  }

  #settle(settlement: Settlement): void {
    if (this.#closed) return;
    this.#options.metrics.attempted(settlement.attempt[2]);
    this.#settlements.push(settlement);
    if (this.#settlements.length >= SETTLED_AT_ONCE) this.flush();
    else this.#settleTimer ??= setTimeout(() => this.flush(), SETTLE_MS);
  }
}

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

function isAbsent(status: number): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function signerOf({ signing, secrets }: Endpoint): Signer | undefined {
  return secrets.length === 0 ? undefined : createSigner(signing, secrets);
}

/** The attempt in a word. */
function resultOf(answer: OutsideAnswer): string {
  if (answer.kind === 'failed') return answer.why;
  const { status } = answer;
  if (isTaken(status)) return 'taken';
  if (status >= 300 && status < 400) return 'redirect';
  if (status === 410) return 'gone';
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'busy';
  return status >= 500 ? 'fault' : 'refused';
}
