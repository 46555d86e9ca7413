// Webhooks while they run: the thread is kept up to date with every change, the trace with whose events are wanted, and
// people with what the thread finds out.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Actor, RELAY_ACTOR } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { fitsFilter } from '../events/event-types.ts';
import { readAuthorities } from './authorities.ts';
import type { WebhookFigures } from './dispatcher.ts';
import type { Endpoint, WebhookSettings } from './endpoint.ts';
import type { WebhookParts } from './parts.ts';
import type { WebhookNews } from './sender.ts';
import type { WebhookRow } from './tables.ts';
import { tellOfWebhook } from './tell-people.ts';
import { createThreadHost, type ThreadHost } from './thread-host.ts';
import type { WebhookQuestions } from './thread-messages.ts';
import { Watchers } from './watched.ts';
import { aboutSecret, endpointOf, secretsOf } from './webhook-rows.ts';
import type { StateChange } from './webhooks.ts';

/** How often secrets whose time is over are looked for, and settings compared. */
const LOOK_MS = 60_000;

/** How long webhooks of a removed customer are tried with the news of it. */
const LAST_MS = 60_000;
const LAST_TYPE = 'customer.removed';

export interface Running {
  /** A webhook was made or changed; resolves once the thread was told. */
  changed(id: string): Promise<void>;
  removed(ids: readonly string[]): void;
  /** The customer of these was removed: they hear of that and of nothing else any more, for a short time. */
  hearLast(endpoints: readonly Endpoint[]): void;
  grew(sources: readonly string[]): void;
  /** Nothing while the thread does not run. */
  figures(ids: string[]): Promise<WebhookFigures[] | undefined>;
  /** Snapshot of the thread's metrics; nothing while it does not run. */
  metrics(): Promise<unknown>;
  /** A 503 where the thread does not answer. */
  ask<Kind extends keyof WebhookQuestions>(
    kind: Kind,
    ask: WebhookQuestions[Kind]['ask'],
  ): Promise<WebhookQuestions[Kind]['answer']>;
  /** Takes over changed settings, ends secrets whose time is over; by a timer, or by a test. Never rejects. */
  look(): Promise<void>;
  /** Writes the event of a test. */
  testEvent(by: Actor, row: WebhookRow): Promise<{ seq: number; event: string }>;
  close(): Promise<void>;
}

/** Starts the thread where there are webhooks. `setState` changes the state of one in the store. */
export function createRunning(
  parts: WebhookParts,
  setState: (by: Actor, id: string, change: StateChange) => Promise<unknown>,
): Running {
  return new RunningWebhooks(parts, setState);
}

class RunningWebhooks implements Running {
  readonly #parts: WebhookParts;
  readonly #setState: (by: Actor, id: string, change: StateChange) => Promise<unknown>;
  readonly #host: ThreadHost;
  readonly #watchers = new Watchers();
  readonly #look: NodeJS.Timeout;
  #settings = '';
  readonly #last = new Set<NodeJS.Timeout>();
  /** News are worked off one after the other. */
  #news: Promise<void> = Promise.resolve();

  constructor(parts: WebhookParts, setState: (by: Actor, id: string, change: StateChange) => Promise<unknown>) {
    this.#parts = parts;
    this.#setState = setState;
    this.#host = createThreadHost({
      log: parts.log,
      news: (news) => this.#hear(news),
      restarted: () => parts.alarms().threadRestarted('webhooks'),
      data: () => {
        const { node, log, dns } = parts.config();
        const settings = this.#readSettings();
        this.#settings = JSON.stringify(settings);
        return {
          role: 'webhooks',
          folder: node.data_dir,
          logLevel: log.level,
          dns: { servers: dns.servers, timeoutMs: dns.timeout },
          settings,
          endpoints: this.#allEndpoints(),
          begun: parts.clock.now(),
        };
      },
    });
    const all = this.#allEndpoints();
    for (const endpoint of all) this.#watchers.set(endpoint.id, endpoint);
    // Where there are none any more, its log is still to be shortened.
    const used = existsSync(join(parts.config().node.data_dir, 'webhooks.db'));
    if (all.length > 0 || used) this.#host.start();
    this.#look = setInterval(() => void this.look(), LOOK_MS).unref();
    void this.#sealAnew();
  }

  async changed(id: string): Promise<void> {
    const { database, box } = this.#parts;
    const row = await database.db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return;
    const endpoint = endpointOf(row, await secretsOf(database.db, id), box);
    if (this.#watchers.set(id, endpoint)) this.#parts.watch(this.#watchers.watched());
    // A thread that is started now reads this one with all others.
    this.#host.start();
    this.#host.tell({ op: 'endpoint', endpoint });
  }

  removed(ids: readonly string[]): void {
    this.#unwatch(ids);
    for (const id of ids) this.#host.tell({ op: 'gone', id });
  }

  hearLast(endpoints: readonly Endpoint[]): void {
    this.#unwatch(endpoints.map(({ id }) => id));
    // Whoever comes with the same id meanwhile is nobody they hear of.
    for (const endpoint of endpoints) {
      const types = hearsLast(endpoint) ? [LAST_TYPE] : [];
      this.#host.tell({ op: 'endpoint', endpoint: { ...endpoint, types } });
    }
    const over = setTimeout(() => {
      this.#last.delete(over);
      for (const { id } of endpoints) this.#host.tell({ op: 'gone', id });
    }, this.#parts.lastMs ?? LAST_MS).unref();
    this.#last.add(over);
  }

  /** The trace need not follow anybody for these any longer. */
  #unwatch(ids: readonly string[]): void {
    const fewer = ids.map((id) => this.#watchers.delete(id));
    if (fewer.includes(true)) this.#parts.watch(this.#watchers.watched());
  }

  grew(sources: readonly string[]): void {
    this.#host.tell({ op: 'grew', sources: [...sources] });
  }

  async figures(ids: string[]): Promise<WebhookFigures[] | undefined> {
    if (ids.length === 0) return [];
    return this.#host.ask('figures', { webhooks: ids }).catch(() => undefined);
  }

  metrics(): Promise<unknown> {
    return this.#host.ask('metrics', {}).catch(() => undefined);
  }

  async ask<Kind extends keyof WebhookQuestions>(
    kind: Kind,
    ask: WebhookQuestions[Kind]['ask'],
  ): Promise<WebhookQuestions[Kind]['answer']> {
    try {
      return await this.#host.ask(kind, ask);
    } catch {
      // The log knows why; the thread is started again by itself.
      throw problem('webhooks-starting');
    }
  }

  testEvent(by: Actor, row: WebhookRow): Promise<{ seq: number; event: string }> {
    return this.#parts.changes.make(by, async (trx, now) => {
      const event = `evt_${randomBytes(16).toString('hex')}`;
      const data = JSON.stringify({ webhook: row.id, by: by.who });
      const { seq } = await trx
        .insertInto('control_event')
        .values({ id: event, type: 'webhook.test', at: now, customer: row.customer, data })
        .returning('seq')
        .executeTakeFirstOrThrow();
      const audit = {
        action: 'tested',
        object: `webhook ${row.id}`,
        ...(row.customer !== null && { customer: row.customer }),
        before: null,
        after: { event },
      };
      return { result: { seq, event }, audit: [audit] };
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#look);
    for (const over of this.#last) clearTimeout(over);
    await this.#news;
    await this.#host.close();
  }

  #allEndpoints(): Endpoint[] {
    const { database, box } = this.#parts;
    const secrets = new Map<string, WebhookSecretRows>();
    for (const secret of database.raw.prepare('select * from webhook_secret order by id desc').all()) {
      const row = secret as unknown as WebhookSecretRows[number];
      secrets.set(row.webhook, [...(secrets.get(row.webhook) ?? []), row]);
    }
    const rows = database.raw.prepare('select * from webhook').all() as unknown as WebhookRow[];
    return rows.map((row) => endpointOf(row, secrets.get(row.id) ?? [], box));
  }

  #readSettings(): WebhookSettings {
    const { webhooks, trace } = this.#parts.config();
    return {
      allowPrivate: webhooks.allow_private,
      ...readAuthorities(webhooks.ca, this.#parts.log),
      backlog: webhooks.backlog,
      backlogTotal: webhooks.backlog_total,
      pauseAfterMs: webhooks.pause_after,
      logKeptMs: webhooks.log_kept,
      traceKeptMs: trace.retention,
    };
  }

  async look(): Promise<void> {
    try {
      const settings = this.#readSettings();
      if (this.#settings !== '' && JSON.stringify(settings) !== this.#settings) {
        this.#settings = JSON.stringify(settings);
        this.#host.tell({ op: 'settings', settings });
      }
      await this.#endSecrets();
    } catch (err) {
      this.#parts.log.error('webhooks not looked after', { err });
    }
  }

  /** Secrets whose overlap is over sign no more. */
  async #endSecrets(): Promise<void> {
    const { changes, database, clock } = this.#parts;
    const over = await database.db
      .selectFrom('webhook_secret')
      .select('webhook')
      .distinct()
      .where('until', '<=', clock.now())
      .execute();
    for (const { webhook } of over) {
      await changes.make(RELAY_ACTOR, async (trx, now) => {
        await trx.deleteFrom('webhook_secret').where('webhook', '=', webhook).where('until', '<=', now).execute();
        const audit = { action: 'secret ended', object: `webhook ${webhook}`, before: null, after: null };
        return { result: undefined, audit: [audit], after: () => this.changed(webhook) };
      });
    }
  }

  /** After the master key was changed. */
  async #sealAnew(): Promise<void> {
    const { database, box, log, changes } = this.#parts;
    try {
      const old = await database.db
        .selectFrom('webhook_secret')
        .selectAll()
        .where('master', '!=', box.master)
        .execute();
      for (const { id, webhook, sealed } of old) {
        const secret = box.open(sealed, aboutSecret(webhook));
        if (secret === undefined) continue;
        await changes.make(RELAY_ACTOR, async (trx) => {
          const set = { sealed: box.seal(secret, aboutSecret(webhook)), master: box.master };
          await trx.updateTable('webhook_secret').set(set).where('id', '=', id).execute();
          return { result: undefined, audit: [] };
        });
      }
    } catch (err) {
      log.error('secrets of webhooks not sealed anew', { err });
    }
  }

  /** What the thread found out becomes so in the store, and people are told. */
  #hear(news: WebhookNews): void {
    const before = this.#news;
    this.#news = (async () => {
      await before;
      try {
        await this.#workOff(news);
      } catch (err) {
        this.#parts.log.error('news of a webhook not worked off', { webhook: news.webhook, err });
      }
    })();
  }

  async #workOff(news: WebhookNews): Promise<void> {
    const { db } = this.#parts.database;
    const row = await db.selectFrom('webhook').select('state').where('id', '=', news.webhook).executeTakeFirst();
    // Somebody was quicker.
    if (row?.state !== 'active') return;
    if (news.what === 'gone') await this.#setState(RELAY_ACTOR, news.webhook, { state: 'disabled', reason: 'gone' });
    if (news.what === 'paused') await this.#setState(RELAY_ACTOR, news.webhook, { state: 'paused', reason: 'failing' });
    await tellOfWebhook(this.#parts, news);
  }
}

function hearsLast({ state, types }: Endpoint): boolean {
  return state === 'active' && types.some((filter) => fitsFilter(filter, LAST_TYPE));
}

type WebhookSecretRows = Awaited<ReturnType<typeof secretsOf>>;
