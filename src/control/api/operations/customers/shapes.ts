// How customers and what is theirs look in answers.

import { z } from 'zod';
import { customerOf, type Principal } from '../../../access/principal.ts';
import { type Account, contactSchema, LANGUAGES, type ListedAccount } from '../../../customers/accounts.ts';
import { withoutNames } from '../../../customers/check-entry.ts';
import type { KeptEntry } from '../../../customers/entries.ts';
import { shownEntrySchema } from '../../../customers/entry.ts';
import type { MadeLink } from '../../../customers/links.ts';
import { type Side, STAGES } from '../../../customers/stages.ts';
import type { LinkRow } from '../../../customers/tables.ts';
import { fault, says } from '../../field-faults.ts';
import { Problem, problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';

export const customerPath = z.object({ customer: customerId });

export const line = z.string().regex(/^[^\x00-\x1f\x7f]{1,200}$/, says('one-line-200'));
export const reasonText = z
  .string()
  .trim()
  .regex(/^[^\x00-\x08\x0b-\x1f\x7f]{3,500}$/, says('reason'));
export const isoDay = z.iso.date('must be a day such as "2026-11-22"');
export const isoTime = z.string().describe('ISO 8601, UTC.');

/** Milliseconds since 1970 as ISO 8601. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A key that was left out is left out, and not `undefined`. */
export function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

export const stateSchema = z.enum([...STAGES, 'suspended']);

export const listedCustomerSchema = z.object({
  id: z.string(),
  name: z.string(),
  language: z.enum(LANGUAGES),
  stage: z.enum(STAGES),
  state: stateSchema.describe('The stage, or `suspended` where a suspension lies over it.'),
  stage_since: isoTime,
  registered_at: isoTime,
  portal: z.enum(['none', 'requested', 'approved']),
  domain: z
    .string()
    .optional()
    .describe('The first domain of the order; in lists the first of those it has, where the order named none.'),
});

export function shownListed(account: ListedAccount): z.output<typeof listedCustomerSchema> {
  const { id, name, language, stage, state, stageAt, registeredAt, portal, domain } = account;
  const times = { stage_since: iso(stageAt), registered_at: iso(registeredAt) };
  return { id, name, language, stage, state, ...times, portal, ...(domain !== undefined && { domain }) };
}

export const customerSchema = listedCustomerSchema.extend({
  pools: z.array(z.string()),
  contacts: z.array(contactSchema),
  suspensions: z.number().describe('Suspensions that stand.'),
  settings: z
    .object({
      hide: z.enum(['off', 'usual', 'strict']),
      forwards: z.enum(['refuse', 'srs']),
      return_path: z.enum(['sender', 'relay']),
      recipient_check: z.enum(['none', 'list', 'call-ahead']),
      foreign_from: z.enum(['refuse', 'rewrite']),
    })
    .optional()
    .describe('Absent until the entry is approved.'),
});

export function shownAccount(account: Account): Omit<z.output<typeof customerSchema>, 'settings'> {
  return { ...shownListed(account), pools: account.pools, contacts: account.contacts, suspensions: account.holds };
}

export const linkSchema = z.object({
  id: z.string(),
  kind: z.enum(['onboarding', 'records']),
  made_at: isoTime,
  made_by: z.string(),
  expires_at: isoTime,
  revoked_at: isoTime.optional(),
  revoked_by: z.string().optional(),
  used_at: isoTime.optional(),
});

export function shownLink(row: Omit<LinkRow, 'hash'>): z.output<typeof linkSchema> {
  const { id, kind, made_at, made_by, expires_at, revoked_at, revoked_by, used_at } = row;
  return {
    id,
    kind,
    made_at: iso(made_at),
    made_by,
    expires_at: iso(expires_at),
    ...(revoked_at !== null && { revoked_at: iso(revoked_at) }),
    ...(revoked_by !== null && { revoked_by }),
    ...(used_at !== null && { used_at: iso(used_at) }),
  };
}

export const madeLinkSchema = z.object({
  id: z.string(),
  kind: z.enum(['onboarding', 'records']),
  url: z.string().describe('The only time that it is told; its token is in the fragment.'),
  expires_at: isoTime,
});

export function shownMadeLink({ id, kind, url, expiresAt }: MadeLink): z.output<typeof madeLinkSchema> {
  return { id, kind, url, expires_at: iso(expiresAt) };
}

export const keptEntrySchema = z.object({
  entry: shownEntrySchema,
  version: z.number(),
  changed_at: isoTime,
  changed_by: z.string().optional().describe('For the operator.'),
  submitted_at: isoTime.optional(),
});

/** The customer's side does not learn who of the operator's people typed. */
export function shownEntry(kept: KeptEntry, side: Side): z.output<typeof keptEntrySchema> {
  const { entry, version, changedAt, changedBy, submittedAt } = kept;
  return {
    entry,
    version,
    changed_at: iso(changedAt),
    ...(side === 'operator' && { changed_by: changedBy }),
    ...(submittedAt !== undefined && { submitted_at: iso(submittedAt) }),
  };
}

/** Whose hand it is that asks. */
export function sideOf(principal: Principal): Side {
  return customerOf(principal) === undefined ? 'operator' : 'customer';
}

/** Throws a 403 where a customer's side wants to change what only the operator may. */
export function assertOperatorFields(principal: Principal, body: object, fields: readonly string[]): void {
  if (sideOf(principal) === 'operator') return;
  const given = fields.filter((field) => (body as Record<string, unknown>)[field] !== undefined);
  if (given.length === 0) return;
  const errors = given.map((field) => fault(field, 'operators-to-change'));
  throw problem('partly-operator', {}, errors);
}

/** What another customer has is told to the operator alone. */
export async function tellingNoNames<T>(side: Side, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (side === 'operator' || !(error instanceof Problem)) throw error;
    throw new Problem(error.code, error.values, withoutNames(error.errors));
  }
}
