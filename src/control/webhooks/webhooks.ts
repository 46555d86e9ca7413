// Webhooks: who gets which events, where, signed with what; and what became of them. Settings are kept here, what is on
// its way by a thread of its own.

import type { Transaction } from 'kysely';
import type { Actor } from '../actor.ts';
import { assertVersion, type ExpectedVersions } from '../api/etag.ts';
import { problem } from '../api/problem.ts';
import type { Changes } from '../changes.ts';
import type { Step } from '../customers/step.ts';
import type { ControlTables } from '../database/tables.ts';
import { type AttemptLine, CONTROL_SOURCE, type Delivery, type DeliveryQuery } from './deliveries.ts';
import type { WebhookFigures } from './dispatcher.ts';
import type { WebhookParts } from './parts.ts';
import { createRunning, type Running } from './running.ts';
import type { SigningKind } from './signing.ts';
import type { WebhookRow, WebhookSecretRow } from './tables.ts';
import {
  addSecret,
  auditedWebhook,
  endpointOf,
  newWebhookId,
  type ShownSecret,
  secretsOf,
  secretsOfAll,
  webhookOr404,
} from './webhook-rows.ts';

/** What somebody says of a webhook. */
export interface WebhookFields {
  url: string;
  description: string;
  types: readonly string[];
  thin: boolean;
}

export interface NewWebhook extends WebhookFields {
  /** Absent: the operator's own. */
  customer?: string;
  signing: SigningKind;
}

export interface WebhookQuery {
  customer?: string;
  state?: WebhookRow['state'];
  after?: string;
  limit: number;
}

/** A webhook, with its secrets (sealed) and how it fares; the latter only while its thread runs. */
export interface WebhookView {
  row: WebhookRow;
  secrets: WebhookSecretRow[];
  figures: WebhookFigures | undefined;
}

/** What a change that may be made at any time is made with. */
export interface StateChange {
  state: WebhookRow['state'];
  reason: WebhookRow['reason'];
}

/** Webhooks that one customer, and the operator, may have. */
const MOST_WEBHOOKS = 20;

/** The service; problems are thrown as `Problem`. */
export class Webhooks {
  readonly #parts: WebhookParts;
  readonly #running: Running;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
    this.#running = createRunning(parts, (by, id, change) => this.setState(by, id, change));
  }

  /** Whether webhooks may lie at private addresses. */
  allowPrivate(): boolean {
    return this.#parts.config().webhooks.allow_private;
  }

  /** In the order of their ids. */
  async list({ customer, state, after, limit }: WebhookQuery): Promise<WebhookView[]> {
    let query = this.#db.selectFrom('webhook').selectAll().orderBy('id').limit(limit);
    if (customer !== undefined) query = query.where('customer', '=', customer);
    if (state !== undefined) query = query.where('state', '=', state);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await query.execute();
    const figures = await this.#running.figures(rows.map(({ id }) => id));
    const secrets = await secretsOfAll(
      this.#db,
      rows.map(({ id }) => id),
    );
    return rows.map((row, i) => ({ row, secrets: secrets.get(row.id) ?? [], figures: figures?.[i] }));
  }

  /** One, with how it fares. */
  async view(id: string): Promise<WebhookView> {
    const row = await webhookOr404(this.#db, id);
    const figures = await this.#running.figures([id]);
    return { row, secrets: await secretsOf(this.#db, id), figures: figures?.[0] };
  }

  /** The row alone. */
  get(id: string): Promise<WebhookRow> {
    return webhookOr404(this.#db, id);
  }

  async create(by: Actor, given: NewWebhook): Promise<WebhookRow & { shown: ShownSecret }> {
    const { customer = null, url, description, types, thin, signing } = given;
    return this.#changes.make(by, async (trx, now) => {
      await assertRoom(trx, customer);
      const row: WebhookRow = {
        id: newWebhookId(),
        customer,
        url,
        description,
        types: JSON.stringify(types),
        thin: thin ? 1 : 0,
        signing,
        state: 'active',
        reason: null,
        state_at: now,
        made_at: now,
        version: 1,
      };
      await trx.insertInto('webhook').values(row).execute();
      const shown = await addSecret(trx, this.#parts.box, row, { now, until: now });
      return {
        result: { ...row, shown },
        audit: [auditedWebhook('created', undefined, row)],
        after: () => this.#running.changed(row.id),
      };
    });
  }

  change(by: Actor, id: string, fields: Partial<WebhookFields>, expected: ExpectedVersions): Promise<WebhookRow> {
    const { url, description, types, thin } = fields;
    return this.#update(by, id, {
      expected,
      set: {
        ...(url !== undefined && { url }),
        ...(description !== undefined && { description }),
        ...(types !== undefined && { types: JSON.stringify(types) }),
        ...(thin !== undefined && { thin: thin ? 1 : 0 }),
      },
    });
  }

  /** Pauses, disables or resumes; what it is already, it stays without a change. */
  setState(by: Actor, id: string, { state, reason }: StateChange): Promise<WebhookRow> {
    return this.#update(by, id, { set: { state, reason } });
  }

  async remove(by: Actor, id: string, expected: ExpectedVersions): Promise<void> {
    await this.#changes.make(by, async (trx) => {
      const row = await webhookOr404(trx, id);
      assertVersion(expected, row.version);
      await removeRows(trx, [id]);
      const after = async () => this.#running.removed([id]);
      return { result: undefined, audit: [auditedWebhook('deleted', row, undefined)], after };
    });
  }

  /** A new secret; those before it sign beside it for `overlapMs`. */
  async rotate(
    by: Actor,
    id: string,
    overlapMs: number,
  ): Promise<{ version: number; shown: ShownSecret; rotatedAt: number }> {
    return this.#changes.make(by, async (trx, now) => {
      const before = await webhookOr404(trx, id);
      await trx.deleteFrom('webhook_secret').where('webhook', '=', id).where('until', '<=', now).execute();
      const shown = await addSecret(trx, this.#parts.box, before, { now, until: now + overlapMs });
      await trx.deleteFrom('webhook_secret').where('webhook', '=', id).where('until', '<=', now).execute();
      const row = { ...before, version: before.version + 1 };
      await trx.updateTable('webhook').set({ version: row.version }).where('id', '=', id).execute();
      const audit = { ...auditedWebhook('changed', before, row), action: 'secret rotated' };
      const result = { version: row.version, shown, rotatedAt: now };
      return { result, audit: [audit], after: () => this.#running.changed(id) };
    });
  }

  /** Sends `webhook.test` once and at once. One that was paused because it failed is resumed where it takes it. */
  async test(by: Actor, id: string): Promise<{ event: string; attempt: AttemptLine; resumed: boolean }> {
    const row = await webhookOr404(this.#db, id);
    const { seq, event } = await this.#running.testEvent(by, row);
    const attempt = await this.#running.ask('test', { webhook: id, seq });
    const resumed = attempt[2] === 'taken' && row.state === 'paused' && row.reason === 'failing';
    if (resumed) await this.setState(by, id, { state: 'active', reason: null });
    return { event, attempt, resumed };
  }

  deliveries(query: DeliveryQuery): Promise<Delivery[]> {
    return this.#running.ask('list', query);
  }

  async delivery(webhook: string, id: number): Promise<Delivery> {
    const found = await this.#running.ask('find', { webhook, id });
    if (found === undefined) throw problem('no-such-delivery');
    return found;
  }

  /** What is sent of a delivery; nothing where its event is past its retention, or was erased. */
  deliveryBody(webhook: string, id: number): Promise<string | undefined> {
    return this.#running.ask('body', { webhook, id });
  }

  /** Sends one delivery again. */
  async sendAgain(by: Actor, webhook: string, id: number): Promise<void> {
    const row = await this.#active(webhook);
    const known = await this.#running.ask('sendAgain', { webhook, id });
    if (!known) throw problem('no-such-delivery');
    await this.#noteReplay(by, row, { delivery: id });
  }

  /** Sends a period again: what failed in it (answers how many), or everything that is still kept. */
  async replay(
    by: Actor,
    webhook: string,
    { since, until = this.#parts.clock.now(), only }: { since: number; until?: number; only: 'failed' | 'all' },
  ): Promise<{ until: number; queued?: number }> {
    const row = await this.#active(webhook);
    const asked = { webhook, since, until };
    await this.#noteReplay(by, row, { since, until, only });
    if (only === 'failed') return { until, queued: await this.#running.ask('sendFailedAgain', asked) };
    const begun = await this.#running.ask('replay', asked);
    if (!begun) throw problem('replay-running');
    return { until };
  }

  /** Takes away what a customer has, in the change that removes it; what runs hears of that one event still. */
  async erase(step: Step, customer: string): Promise<void> {
    const rows = await step.trx.selectFrom('webhook').selectAll().where('customer', '=', customer).execute();
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    const secrets = await secretsOfAll(step.trx, ids);
    const endpoints = rows.map((row) => endpointOf(row, secrets.get(row.id) ?? [], this.#parts.box));
    await removeRows(step.trx, ids);
    step.audit.push(...rows.map((row) => auditedWebhook('deleted', row, undefined)));
    step.after.push(async () => this.#running.hearLast(endpoints));
  }

  /** Days of the trace that have something new for webhooks. */
  fed(days: readonly string[]): void {
    this.#running.grew(days);
  }

  /** Events of the control plane were written. */
  eventsWritten(): void {
    this.#running.grew([CONTROL_SOURCE]);
  }

  /** Snapshot of the metrics of its thread; nothing where it does not run. */
  metrics(): Promise<unknown> {
    return this.#running.metrics();
  }

  /** Takes over changed settings, ends secrets whose time is over; the timer does the same. */
  look(): Promise<void> {
    return this.#running.look();
  }

  close(): Promise<void> {
    return this.#running.close();
  }

  get #db() {
    return this.#parts.database.reads;
  }

  get #changes(): Changes {
    return this.#parts.changes;
  }

  async #active(id: string): Promise<WebhookRow> {
    const row = await webhookOr404(this.#db, id);
    if (row.state === 'disabled') throw problem('webhook-disabled');
    return row;
  }

  async #noteReplay(by: Actor, row: WebhookRow, after: Record<string, unknown>): Promise<void> {
    const audit = { ...auditedWebhook('changed', row, row), action: 'replayed', before: null, after };
    await this.#changes.make(by, async () => ({ result: undefined, audit: [audit] }));
  }

  #update(
    by: Actor,
    id: string,
    { set, expected }: { set: Partial<WebhookRow>; expected?: ExpectedVersions },
  ): Promise<WebhookRow> {
    return this.#changes.make(by, async (trx, now) => {
      const before = await webhookOr404(trx, id);
      if (expected !== undefined) assertVersion(expected, before.version);
      const changed = { ...before, ...set };
      if (JSON.stringify(changed) === JSON.stringify(before)) return { result: before, audit: [] };
      const since = changed.state === before.state ? before.state_at : now;
      const row: WebhookRow = { ...changed, state_at: since, version: before.version + 1 };
      await trx
        .updateTable('webhook')
        .set({ ...set, state_at: since, version: row.version })
        .where('id', '=', id)
        .execute();
      const after = () => this.#running.changed(id);
      return { result: row, audit: [auditedWebhook('changed', before, row)], after };
    });
  }
}

/** Opens the service: its thread starts where there is a webhook. */
export function openWebhooks(parts: WebhookParts): Webhooks {
  return new Webhooks(parts);
}

/** Takes rows away; what the thread has of them goes when it hears of it. */
async function removeRows(trx: Transaction<ControlTables>, ids: readonly string[]): Promise<void> {
  await trx.deleteFrom('webhook_secret').where('webhook', 'in', ids).execute();
  await trx.deleteFrom('webhook').where('id', 'in', ids).execute();
}

async function assertRoom(trx: Transaction<ControlTables>, customer: string | null): Promise<void> {
  const { has } = await trx
    .selectFrom('webhook')
    .select((query) => query.fn.countAll<number>().as('has'))
    .where('customer', customer === null ? 'is' : '=', customer)
    .executeTakeFirstOrThrow();
  if (has >= MOST_WEBHOOKS) throw problem('too-many-webhooks', { most: MOST_WEBHOOKS });
}
