// Links that open a few operations without an account: a random token of one customer, which expires, can be revoked, and
// is known here by its hash alone.

import { hash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import type { LinkKind, Principal } from '../access/principal.ts';
import { problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import type { Step } from './step.ts';
import type { LinkRow } from './tables.ts';

const TOKEN_OCTETS = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** Use is noted no more often than this. */
const NOTE_USE_MS = 60_000;

/** A link that was just made: the only time that its address is known. */
export interface MadeLink {
  id: string;
  customer: CustomerId;
  kind: LinkKind;
  /** The token is in the fragment, which browsers send to nobody. */
  url: string;
  expiresAt: number;
}

export interface LinkOptions {
  customer: CustomerId;
  kind: LinkKind;
  /** How long it counts, milliseconds. */
  lifeMs: number;
  /** `http.url` of the configuration. */
  base: string;
}

/** Within a change: makes a link. */
export async function makeLink(step: Step, { customer, kind, lifeMs, base }: LinkOptions): Promise<MadeLink> {
  const token = randomBytes(TOKEN_OCTETS).toString('base64url');
  const id = randomBytes(8).toString('hex');
  const expires_at = step.now + lifeMs;
  const row = { id, customer, kind, hash: hashOf(token), made_at: step.now, made_by: step.by.who, expires_at };
  await step.trx
    .insertInto('link')
    .values({ ...row, revoked_at: null, revoked_by: null, used_at: null })
    .execute();
  const shown = { kind, expires: new Date(expires_at).toISOString() };
  step.audit.push({ action: 'link.created', object: `link ${id}`, customer, before: null, after: shown });
  if (kind === 'onboarding') {
    step.events.push({ type: 'customer.onboarding_link_created', customer, data: { customer, link: id, ...shown } });
  }
  return { id, customer, kind, url: urlOf(base, kind, token), expiresAt: expires_at };
}

/** Within a change: ends links of the customer that still count: all, those of a kind, or one. How many. */
export async function endLinks(
  step: Step,
  customer: CustomerId,
  which: { kind?: LinkKind; id?: string } = {},
): Promise<number> {
  let open = step.trx.selectFrom('link').select(['id', 'kind']).where('customer', '=', customer);
  open = open.where('revoked_at', 'is', null).where('expires_at', '>', step.now);
  if (which.kind !== undefined) open = open.where('kind', '=', which.kind);
  if (which.id !== undefined) open = open.where('id', '=', which.id);
  const rows = await open.execute();
  for (const { id, kind } of rows) {
    await step.trx
      .updateTable('link')
      .set({ revoked_at: step.now, revoked_by: step.by.who })
      .where('id', '=', id)
      .execute();
    step.audit.push({ action: 'link.revoked', object: `link ${id}`, customer, before: { kind }, after: null });
  }
  return rows.length;
}

/** Within a change: ends a link that is to be renewed, and those that it stood for; its purpose. */
export async function endForRenewal(step: Step, customer: CustomerId, id: string): Promise<LinkKind> {
  const row = await step.trx
    .selectFrom('link')
    .select('kind')
    .where('id', '=', id)
    .where('customer', '=', customer)
    .executeTakeFirst();
  if (row === undefined) throw problem('no-such-link');
  // An onboarding link stands alone: one that ended earlier is no way to a second one beside its successor.
  await endLinks(step, customer, row.kind === 'onboarding' ? { kind: row.kind } : { id });
  return row.kind;
}

/** Links of a customer, the newest first; without anything that opens them. */
export function listLinks(db: Kysely<ControlTables>, customer: CustomerId): Promise<Omit<LinkRow, 'hash'>[]> {
  return db
    .selectFrom('link')
    .select(['id', 'customer', 'kind', 'made_at', 'made_by', 'expires_at', 'revoked_at', 'revoked_by', 'used_at'])
    .where('customer', '=', customer)
    .orderBy('made_at', 'desc')
    .limit(200)
    .execute();
}

export type LinkPrincipal = Extract<Principal, { kind: 'link' }>;

/** Whom the token stands for at this moment; nothing where it never did, or does no longer. */
export async function resolveLink(
  db: Kysely<ControlTables>,
  token: string,
  now: number,
): Promise<{ principal: LinkPrincipal; noteUse: boolean } | undefined> {
  const row = await linkByToken(db, token);
  if (row === undefined || row.revoked_at !== null || row.expires_at <= now) return undefined;
  const principal: LinkPrincipal = { kind: 'link', link: row.kind, id: row.id, customer: row.customer as CustomerId };
  return { principal, noteUse: now - (row.used_at ?? 0) >= NOTE_USE_MS };
}

/** The link with this token, whether it still counts or not. */
export async function linkByToken(db: Kysely<ControlTables>, token: string): Promise<LinkRow | undefined> {
  if (!TOKEN.test(token)) return undefined;
  // Found by its hash: how long that takes tells nothing about other tokens.
  return db.selectFrom('link').selectAll().where('hash', '=', hashOf(token)).executeTakeFirst();
}

function hashOf(token: string): Uint8Array {
  return hash('sha256', token, 'buffer');
}

function urlOf(base: string, kind: LinkKind, token: string): string {
  const page = kind === 'onboarding' ? 'onboarding' : 'onboarding/records';
  return `${base.replace(/\/+$/, '')}/${page}#${token}`;
}
