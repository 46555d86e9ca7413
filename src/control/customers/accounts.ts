// The account of a customer: read, listed, and locked by the transaction that changes it.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CustomerId } from '../../mail/message.ts';
import { says } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import type { ShownState, Stage } from './stages.ts';
import type { AccountRow } from './tables.ts';
import { type TestState, testStateSchema } from './test-state.ts';

export const LANGUAGES = ['en', 'de', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

export const contactSchema = z.strictObject({
  name: z.string().regex(/^[^\x00-\x1f\x7f]{1,200}$/, says('one-line')),
  email: z.email().max(254).optional(),
  phone: z
    .string()
    .regex(/^[0-9+() ./-]{3,40}$/, says('telephone'))
    .optional(),
  role: z
    .string()
    .regex(/^[^\x00-\x1f\x7f]{1,100}$/, says('one-line'))
    .optional(),
});
export type Contact = z.output<typeof contactSchema>;

/** Somebody of the operator's who approved an entry. */
export interface Approval {
  who: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Version of the entry that was approved. */
  version: number;
}

/** A customer as the control plane knows it; times in milliseconds since 1970. */
export interface Account {
  id: CustomerId;
  name: string;
  language: Language;
  stage: Stage;
  /** The stage, or `suspended` where a suspension lies over it. */
  state: ShownState;
  stageAt: number;
  registeredAt: number;
  /** Suspensions that stand. */
  holds: number;
  portal: AccountRow['portal'];
  pools: string[];
  contacts: Contact[];
  approvals: Approval[];
  /** The first domain of the order. */
  domain?: string;
  test?: TestState;
  /** For `ETag`: counts changes of the account and of what is the customer's. */
  version: number;
}

/** What lists show of a customer. */
export type ListedAccount = Pick<
  Account,
  'id' | 'name' | 'language' | 'stage' | 'state' | 'stageAt' | 'registeredAt' | 'portal' | 'domain'
>;

/** The row as an account. */
export function accountOf(row: AccountRow): Account {
  return {
    ...listedAccount(row),
    holds: row.holds,
    pools: JSON.parse(row.pools) as string[],
    contacts: JSON.parse(row.contacts) as Contact[],
    approvals: JSON.parse(row.approvals) as Approval[],
    ...(row.test !== null && { test: testStateSchema.parse(JSON.parse(row.test)) }),
    version: row.version,
  };
}

/** The row as lists show it. */
export function listedAccount(row: AccountRow): ListedAccount {
  return {
    id: row.id as CustomerId,
    name: row.name,
    language: row.language as Language,
    stage: row.stage,
    state: row.holds > 0 && row.stage !== 'removed' ? 'suspended' : row.stage,
    stageAt: row.stage_at,
    registeredAt: row.registered_at,
    portal: row.portal,
    ...(row.domain !== null && { domain: row.domain }),
  };
}

/** The account; nothing where there is none. */
export async function findAccount(db: Kysely<ControlTables>, id: string): Promise<Account | undefined> {
  const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : accountOf(row);
}

/** The account; a 404 where there is none. */
export async function needAccount(db: Kysely<ControlTables>, id: string): Promise<Account> {
  const account = await findAccount(db, id);
  if (account === undefined) throw problem('no-customer', { customer: id });
  return account;
}
