// Rows of webhooks and of their secrets: what is read and written inside of one change.

import { createHash, randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { SecretBox } from '../../platform/secret-box.ts';
import { problem } from '../api/problem.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { ControlTables } from '../database/tables.ts';
import type { Endpoint } from './endpoint.ts';
import { makeSecret, shownSecret } from './signing.ts';
import type { WebhookRow, WebhookSecretRow } from './tables.ts';

type Trx = Transaction<ControlTables>;

/** What is shown of a new secret, once: the secret itself, or the public key of Ed25519. */
export interface ShownSecret {
  secret?: string;
  public_key?: string;
}

/** Secrets of one webhook that sign at the same time. */
const MOST_SECRETS = 5;

export function newWebhookId(): string {
  return `whk_${randomBytes(12).toString('hex')}`;
}

/** The row, or a 404. */
export async function webhookOr404(db: Kysely<ControlTables>, id: string): Promise<WebhookRow> {
  const row = await db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw problem('no-such-webhook');
  return row;
}

/** Secrets, the newest first. */
export function secretsOf(db: Kysely<ControlTables>, webhook: string): Promise<WebhookSecretRow[]> {
  return db.selectFrom('webhook_secret').selectAll().where('webhook', '=', webhook).orderBy('id', 'desc').execute();
}

/** The same for many, by webhook: one question. */
export async function secretsOfAll(
  db: Kysely<ControlTables>,
  webhooks: readonly string[],
): Promise<Map<string, WebhookSecretRow[]>> {
  if (webhooks.length === 0) return new Map();
  const rows = await db
    .selectFrom('webhook_secret')
    .selectAll()
    .where('webhook', 'in', webhooks)
    .orderBy('id', 'desc')
    .execute();
  return Map.groupBy(rows, ({ webhook }) => webhook);
}

/** Makes a secret for the webhook; those it has sign beside it until `until`. Throws a 409 where there are too many. */
export async function addSecret(
  trx: Trx,
  box: SecretBox,
  { id, signing }: WebhookRow,
  { now, until }: { now: number; until: number },
): Promise<ShownSecret> {
  const had = await secretsOf(trx, id);
  if (had.length >= MOST_SECRETS) {
    throw problem('secret-changed-often');
  }
  const { secret, publicKey } = makeSecret(signing);
  await trx.updateTable('webhook_secret').set({ until }).where('webhook', '=', id).where('until', 'is', null).execute();
  const row = { webhook: id, sealed: box.seal(secret, aboutSecret(id)), master: box.master, made_at: now, until: null };
  await trx
    .insertInto('webhook_secret')
    .values({ ...row, public_key: publicKey ?? null })
    .execute();
  return publicKey === undefined ? { secret: shownSecret(secret) } : { public_key: publicKey };
}

/** What secrets of a webhook are sealed for. */
export function aboutSecret(webhook: string): string {
  return `webhook ${webhook}`;
}

/** The webhook as the thread that sends knows it. Without secrets where one of them cannot be opened. */
export function endpointOf(row: WebhookRow, secrets: readonly WebhookSecretRow[], box: SecretBox): Endpoint {
  const opened = secrets.map(({ sealed, webhook }) => box.open(sealed, aboutSecret(webhook)));
  return {
    id: row.id,
    customer: row.customer,
    url: row.url,
    types: typesOf(row),
    thin: row.thin === 1,
    signing: row.signing,
    // The newest alone counts: one of those that end soon may be lost.
    secrets: opened[0] === undefined ? [] : opened.filter((secret) => secret !== undefined),
    state: row.state,
    madeAt: row.made_at,
  };
}

/** Filters of a webhook. */
export function typesOf({ types }: WebhookRow): string[] {
  return JSON.parse(types) as string[];
}

/** A change of a webhook as the audit remembers it. Paths of URLs may be secrets: a mark shows whether one changed. */
export function auditedWebhook(
  action: 'created' | 'changed' | 'deleted',
  before: WebhookRow | undefined,
  after: WebhookRow | undefined,
): AuditedChange {
  const { id = '', customer = null } = after ?? before ?? {};
  return {
    action,
    object: `webhook ${id}`,
    ...(customer !== null && { customer }),
    before: before === undefined ? null : audited(before),
    after: after === undefined ? null : audited(after),
  };
}

function audited(row: WebhookRow): Record<string, unknown> {
  const { url, types, thin, signing, state, reason } = row;
  const mark = createHash('sha256').update(url).digest('hex').slice(0, 8);
  return {
    url: `${new URL(url).origin} (${mark})`,
    types: JSON.parse(types),
    thin: thin === 1,
    signing,
    state,
    reason,
  };
}
