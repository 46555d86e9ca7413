// The draft of each customer in the store: one at a time is saved, and nobody's words are lost.

import type { Kysely } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import { assertVersion, type ExpectedVersions } from '../api/etag.ts';
import { problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import { needAccount } from './accounts.ts';
import { type Entry, emptyEntry, entrySchema } from './entry.ts';
import { isEntering } from './stages.ts';
import type { Step } from './step.ts';

/** An entry as it is kept. Times in milliseconds since 1970. */
export interface KeptEntry {
  customer: CustomerId;
  entry: Entry;
  version: number;
  changedAt: number;
  changedBy: string;
  submittedAt?: number;
  submittedBy?: string;
  /** As it was when it was last sent back. */
  returned?: Entry;
}

/** The entry of a customer; nothing where it never had one (as those whom `apply` made). */
export async function findEntry(db: Kysely<ControlTables>, customer: string): Promise<KeptEntry | undefined> {
  const row = await db.selectFrom('entry').selectAll().where('customer', '=', customer).executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    customer: row.customer as CustomerId,
    entry: entrySchema.parse(JSON.parse(row.content)),
    version: row.version,
    changedAt: row.changed_at,
    changedBy: row.changed_by,
    ...(row.submitted_at !== null && { submittedAt: row.submitted_at }),
    ...(row.submitted_by !== null && { submittedBy: row.submitted_by }),
    ...(row.returned !== null && { returned: entrySchema.parse(JSON.parse(row.returned)) }),
  };
}

/** The entry; a 404 where there is none. */
export async function needEntry(db: Kysely<ControlTables>, customer: string): Promise<KeptEntry> {
  const kept = await findEntry(db, customer);
  if (kept === undefined) throw problem('nothing-entered');
  return kept;
}

/** Within a change: the entry of a customer that was just registered. */
export async function beginEntry(step: Step, customer: CustomerId, domain: string | undefined): Promise<void> {
  const content = JSON.stringify(emptyEntry(domain));
  const row = { customer, content, version: 1, changed_at: step.now, changed_by: step.by.who };
  await step.trx
    .insertInto('entry')
    .values({ ...row, submitted_at: null, submitted_by: null, returned: null })
    .execute();
}

/** Within a change: saves the entry as `edit` makes it. A 409 once it was submitted, a 412 where another was faster. */
export async function saveEntry(
  step: Step,
  customer: CustomerId,
  { expected, edit }: { expected: ExpectedVersions; edit: (entry: Entry) => Entry },
): Promise<KeptEntry> {
  const { stage } = await needAccount(step.trx, customer);
  const kept = await needEntry(step.trx, customer);
  if (!isEntering(stage)) {
    throw problem('entry-closed', { stage });
  }
  assertVersion(expected, kept.version);
  const entry = edit(kept.entry);
  const content = JSON.stringify(entry);
  if (content === JSON.stringify(kept.entry)) return kept;
  const version = kept.version + 1;
  await step.trx
    .updateTable('entry')
    .set({ content, version, changed_at: step.now, changed_by: step.by.who })
    .where('customer', '=', customer)
    .execute();
  step.audit.push({
    action: 'entry.changed',
    object: `customer ${customer}`,
    customer,
    before: forAudit(kept.entry),
    after: forAudit(entry),
  });
  return { ...kept, entry, version, changedAt: step.now, changedBy: step.by.who };
}

/** Hashes of secrets are nobody's business but the mail path's. */
export function forAudit(entry: Entry): unknown {
  const sources = entry.sources.map(({ proof, ...source }) => {
    if (proof === undefined || proof === 'login' || 'header' in proof) return { ...source, proof };
    return { ...source, proof: { secret_header: proof.secret_header } };
  });
  return { ...entry, sources };
}
