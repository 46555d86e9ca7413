// What goes with a customer that is removed, besides what others take away themselves: keys that signed its mail, its
// lists of addresses, what it granted, what the checks know of it.

import { sql } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import type { Step } from '../customers/step.ts';
import type { ControlTables } from '../database/tables.ts';
import { dropGrantsOf } from '../grants/grant-changes.ts';

/** What becomes of the rows of a customer that is removed. Every table with a column `customer` stands here. */
export const CUSTOMER_TABLES = {
  // Taken away by whoever keeps them, in the same transaction.
  domain: 'erased',
  source: 'erased',
  sending_grant: 'erased',
  login: 'erased',
  certificate: 'erased',
  person: 'erased',
  api_key: 'erased',
  webhook: 'erased',
  waiting_source: 'erased',
  entry: 'erased',
  protection_settings: 'erased',
  protection_rule: 'erased',
  protection_sender: 'erased',
  identity_limit: 'erased',
  identity_tolerance: 'erased',
  message_export: 'erased',
  message_share: 'erased',
  saved_search: 'erased',
  // Taken away here.
  recipient: 'erased',
  suppression: 'erased',
  link: 'erased',
  check_subject: 'erased',
  check_result: 'erased',
  domain_ownership: 'erased',
  grant_token: 'erased',
  dns_grant: 'erased',
  quarantine_virus: 'erased',
  quarantine_digest: 'erased',
  quarantine_told: 'erased',
  // A note that the checks have to look; they take it away.
  check_changed: 'a note of the checks, gone with their next look',
  // What stays, and why. The certificate says so too.
  audit: 'proof of who changed what, by `retention.audit`',
  control_event: 'delivery to webhooks, by `retention.records`',
  quarantine_action: 'who let go what, by `retention.records`',
  bulk_job: 'who did what to how much, by `retention.records`',
  notice_sent: 'proof that notice was given, by `retention.records`',
  privacy_request: 'proof of answers, by `retention.records`',
  privacy_erasure: 'replayed after a restore, as long as a backup may be older',
  transition: 'the stages of its life',
  touch: 'how long the way to live took',
  contract: 'commercial law',
  subscription: 'commercial law',
  suspension: 'why the operator acted',
  termination: 'proof of the removal',
  removal_certificate: 'proof of the removal',
} as const satisfies Partial<Record<keyof ControlTables, string>>;

/** Rows of the checks, of links and of the quarantine: nobody is told of them. */
const QUIET = [
  'link',
  'check_subject',
  'check_result',
  'domain_ownership',
  'quarantine_virus',
  'quarantine_digest',
  'quarantine_told',
] as const;

/** Within the change that removes a customer, before its domains go. */
export async function eraseRest(step: Step, customer: string): Promise<void> {
  await destroyKeys(step, customer);
  await eraseGranted(step, customer);
  await eraseLists(step, customer);
  step.directory.push(...(await dropGrantsOf(step.trx, customer)));
  for (const table of QUIET) await step.trx.deleteFrom(table).where('customer', '=', customer).execute();
  // The queue would be told again to hold its mail with each start.
  await step.trx
    .updateTable('suspension')
    .set({ lifted_at: step.now, lifted_by: step.by.who, lift_reason: 'the customer was removed' })
    .where('customer', '=', customer)
    .where('lifted_at', 'is', null)
    .execute();
}

/** Overwritten, then deleted: the database writes zeros where rows were (`secure_delete`, termination.ts). */
async function destroyKeys({ trx }: Step, customer: string): Promise<void> {
  const own = trx.selectFrom('domain').select('name').where('customer', '=', customer);
  await trx
    .updateTable('dkim_key')
    .set({ sealed: sql<Uint8Array>`zeroblob(length(sealed))` })
    .where('domain', 'in', own)
    .where('sealed', 'is not', null)
    .execute();
  await trx.deleteFrom('dkim_key').where('domain', 'in', own).execute();
}

/** Others may not send as a domain whose owner nobody here knows any longer. */
async function eraseGranted({ trx, directory }: Step, customer: string): Promise<void> {
  const own = trx.selectFrom('domain').select('name').where('customer', '=', customer);
  const rows = await trx
    .deleteFrom('sending_grant')
    .where('domain', 'in', own)
    .where('customer', '<>', customer)
    .returning(['customer', 'domain'])
    .execute();
  for (const grant of rows) {
    directory.push({ kind: 'grant', customer: grant.customer as CustomerId, domain: grant.domain, fact: null });
  }
}

async function eraseLists({ trx, directory }: Step, customer: string): Promise<void> {
  const of = customer as CustomerId;
  const recipients = await trx.deleteFrom('recipient').where('customer', '=', customer).returning('address').execute();
  for (const { address } of recipients) directory.push({ kind: 'recipient', address, customer: of, fact: null });
  const gone = await trx.deleteFrom('suppression').where('customer', '=', customer).returning('address').execute();
  for (const { address } of gone) directory.push({ kind: 'suppression', address, customer: of, fact: null });
}
