// Intake and sender over real files and a real HTTPS server; the clock is the test's.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../../../../test/support/temp.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../../test/support/webhook-receiver.ts';
import type { MessageMeta } from '../../../mail/message.ts';
import { outcomeText, sampleMeta } from '../../../mail/trace/sample-events.ts';
import { openTraceWriter, type TraceWriter } from '../../../mail/trace/trace-writer.ts';
import type { DnsAnswer, Resolver } from '../../../network/dns-answer.ts';
import { createTestLog } from '../../../platform/log.ts';
import { type ControlDatabase, openControlDatabase } from '../../database/control-database.ts';
import { type ControlEvent, recordEvents } from '../../events/control-events.ts';
import { createDispatcher, type Dispatcher } from '../dispatcher.ts';
import type { Endpoint, WebhookSettings } from '../endpoint.ts';
import type { WebhookNews } from '../sender.ts';
import { makeSecret } from '../signing.ts';

export const NOON = Date.parse('2026-11-22T12:00:00Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const SECRET = makeSecret('hmac').secret;

/** Waits for something that comes by itself, soon. */
export async function until(true_: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!true_()) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${true_.toString()}`);
    await sleep(2);
  }
}

const nothing = async (): Promise<DnsAnswer<never>> => ({ kind: 'none', missing: 'domain', security: 'insecure' });
/** Every name is on loopback. */
const resolver: Resolver = {
  a: async () => ({ kind: 'found', records: ['127.0.0.1'], security: 'insecure' }),
  aaaa: nothing,
  mx: nothing,
  txt: nothing,
  ptr: nothing,
};

/** A server for all tests of a file. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const folder = temporaryFolder('webhook-ca');
  const receiver = await startWebhookReceiver(folder.path);
  const end = receiver[Symbol.asyncDispose].bind(receiver);
  receiver[Symbol.asyncDispose] = async () => {
    await end();
    folder.remove();
  };
  return receiver;
}

/** A webhook of `acme` at the server. */
export function endpointAt(receiver: WebhookReceiver, change: Partial<Endpoint> = {}): Endpoint {
  return {
    id: 'whk_1',
    customer: 'acme',
    url: `https://hooks.test:${receiver.port}/in`,
    types: ['*'],
    thin: false,
    signing: 'hmac',
    secrets: [SECRET],
    state: 'active',
    madeAt: 0,
    ...change,
  };
}

/** A message of `acme`. */
export function meta(n: number, change: Partial<MessageMeta> = {}): MessageMeta {
  return sampleMeta(NOON, n, change);
}

/** Its only recipient was refused with these words. */
export function bounceText(one: MessageMeta, text = 'No such user'): string {
  const reply = { code: 550, enhanced: '5.1.1', text };
  return outcomeText(
    one,
    { address: 'bob@example.org', index: 0 },
    { kind: 'bounced', cause: { from: 'remote', stage: 'rcpt', host: 'mx1.example.org', reply } },
  );
}

/** Files of a relay, and the dispatcher over them. */
export class WebhookWorld {
  readonly folder = temporaryFolder('webhooks');
  readonly clock = { at: NOON, now: () => this.clock.at, monotonic: () => performance.now() };
  readonly news: WebhookNews[] = [];
  readonly trace: TraceWriter;
  readonly control: ControlDatabase;
  settings: WebhookSettings;
  dispatcher: Dispatcher;
  #seq = 0;
  #days: string[] = [];

  constructor(receiver: WebhookReceiver, endpoints: Endpoint[], settings: Partial<WebhookSettings> = {}) {
    mkdirSync(join(this.folder.path, 'trace'));
    this.settings = {
      allowPrivate: true,
      ca: receiver.ca,
      backlog: 100_000,
      backlogTotal: 1_000_000,
      pauseAfterMs: 3 * DAY,
      logKeptMs: 7 * DAY,
      traceKeptMs: 184 * DAY,
      ...settings,
    };
    this.trace = openTraceWriter({
      folder: join(this.folder.path, 'trace'),
      clock: this.clock,
      log: createTestLog(),
      onSetAside: () => assert.fail(),
      onFed: (days) => this.#days.push(...days),
    });
    this.trace.watch('all');
    this.control = openControlDatabase(join(this.folder.path, 'control.db'));
    this.dispatcher = this.open(endpoints);
  }

  open(endpoints: Endpoint[]): Dispatcher {
    this.dispatcher = createDispatcher({
      folder: this.folder.path,
      clock: this.clock,
      log: createTestLog(),
      resolver,
      settings: this.settings,
      endpoints,
      news: (news) => this.news.push(news),
      random: () => 0.5,
    });
    return this.dispatcher;
  }

  /** Writes events of the trace, a commit for each call. */
  write(...texts: string[]): void {
    this.trace.write([{ seq: ++this.#seq, events: texts.join('\n') }], []);
    this.dispatcher.grew(this.#days.splice(0));
  }

  async tell(event: ControlEvent): Promise<void> {
    await recordEvents(this.control.db, [event], this.clock.at);
    this.dispatcher.grew(['control']);
  }

  /** Lets time pass, and whatever is due by then. */
  async pass(ms: number): Promise<void> {
    this.clock.at += ms;
    this.dispatcher.tick();
    await this.quiet();
  }

  quiet(timeoutMs?: number): Promise<void> {
    return until(() => this.dispatcher.idle, timeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dispatcher.close();
    this.trace.close();
    await this.control.close();
    this.folder.remove();
  }
}
