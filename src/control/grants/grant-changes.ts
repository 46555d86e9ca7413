// Grants in force: what the owner's records say now, brought to the mail path. The operator's word (`apply`) about the same
// customer and domain goes before; what DNS says then waits beside it.

import type { Transaction } from 'kysely';
import type { CustomerFact, DirectoryChange, GrantFact } from '../../mail/authorise/directory.ts';
import { BUSINESS_STREAM, type CustomerId } from '../../mail/message.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { DnsGrantRow } from '../checks/tables.ts';
import type { ControlTables } from '../database/tables.ts';
import { type GrantRecord, grantAt } from './grant-record.ts';

type Trx = Transaction<ControlTables>;

/** What a change of grants leaves behind. */
export interface GrantStep {
  audit: AuditedChange[];
  directory: DirectoryChange[];
}

/** What DNS proves, as the mail path and `explain` name it. */
export function dnsProof(domain: string): string {
  return `TXT _easymail-grant.${domain}`;
}

/** Within a change: brings one grant to what its records say now; `records` absent: those that were seen last. */
export async function settleGrant(
  trx: Trx,
  { customer, domain }: { customer: string; domain: string },
  { now, records }: { now: number; records?: readonly GrantRecord[] },
): Promise<GrantStep> {
  const row = await findGrant(trx, customer, domain);
  if (row === undefined) return { audit: [], directory: [] };
  const kept = records ?? recordsOf(row);
  const { stream, changesAt } = grantAt(kept, now);
  const allowed = stream !== undefined && (await hasStream(trx, customer, stream)) ? stream : null;
  await trx
    .updateTable('dns_grant')
    .set({
      in_force: allowed,
      changes_at: changesAt ?? null,
      ...(records !== undefined && { records: records.length === 0 ? null : JSON.stringify(records) }),
    })
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .execute();
  if (allowed === row.in_force) {
    // What was read at a start left it out (facts.ts), although one record followed another.
    const leftOut = row.changes_at !== null && row.changes_at <= now;
    return { audit: [], directory: leftOut ? await tellGrant(trx, customer, domain) : [] };
  }
  const change = {
    action: allowed === null ? 'grant.ended' : 'grant.in_force',
    object: `grant ${domain}`,
    customer,
    before: { stream: row.in_force },
    after: { stream: allowed, proof: dnsProof(domain) },
  };
  return { audit: [change], directory: await tellGrant(trx, customer, domain) };
}

/** Within a change: the customer has the grant no longer, whatever DNS says. */
export async function dropGrant(trx: Trx, customer: string, domain: string): Promise<DirectoryChange[]> {
  await trx.deleteFrom('dns_grant').where('customer', '=', customer).where('domain', '=', domain).execute();
  return tellGrant(trx, customer, domain);
}

/** Within a change: a customer that is gone has no grants. */
export async function dropGrantsOfGone(trx: Trx, customer: string): Promise<DirectoryChange[]> {
  const known = await trx.selectFrom('customer').select('id').where('id', '=', customer).executeTakeFirst();
  return known === undefined ? dropGrantsOf(trx, customer) : [];
}

/** Within a change: takes away all grants of a customer that DNS proves, and the word that names it in them. */
export async function dropGrantsOf(trx: Trx, customer: string): Promise<DirectoryChange[]> {
  const rows = await trx.selectFrom('dns_grant').select('domain').where('customer', '=', customer).execute();
  const changes: DirectoryChange[] = [];
  for (const { domain } of rows) changes.push(...(await dropGrant(trx, customer, domain)));
  await trx.deleteFrom('grant_token').where('customer', '=', customer).execute();
  return changes;
}

/** Within a change: what the mail path is to be told of all grants of a customer that DNS proves. */
export async function tellGrants(trx: Trx, customer: string): Promise<DirectoryChange[]> {
  const rows = await trx
    .selectFrom('dns_grant')
    .select('domain')
    .where('customer', '=', customer)
    .where('in_force', 'is not', null)
    .execute();
  const changes: DirectoryChange[] = [];
  for (const { domain } of rows) changes.push(...(await tellGrant(trx, customer, domain)));
  return changes;
}

async function tellGrant(trx: Trx, customer: string, domain: string): Promise<DirectoryChange[]> {
  const word = await trx
    .selectFrom('sending_grant')
    .select('stream')
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .executeTakeFirst();
  if (word !== undefined) return [];
  const row = await findGrant(trx, customer, domain);
  const stream = row?.in_force ?? null;
  const id = customer as CustomerId;
  const fact: GrantFact | null = stream === null ? null : { customer: id, domain, stream, proof: dnsProof(domain) };
  return [{ kind: 'grant', customer: id, domain, fact }];
}

/** A row of a grant that was asked for. */
export function findGrant(trx: Trx, customer: string, domain: string): Promise<DnsGrantRow | undefined> {
  return trx
    .selectFrom('dns_grant')
    .selectAll()
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .executeTakeFirst();
}

/** What the owner's records said last. */
export function recordsOf(row: Pick<DnsGrantRow, 'records'>): GrantRecord[] {
  return row.records === null ? [] : (JSON.parse(row.records) as GrantRecord[]);
}

/** A stream that the customer does not have would carry its mail over pools that are not meant for it. */
async function hasStream(trx: Trx, customer: string, stream: string): Promise<boolean> {
  if (stream === '*' || stream === BUSINESS_STREAM) return true;
  const row = await trx.selectFrom('customer').select('streams').where('id', '=', customer).executeTakeFirst();
  const streams = JSON.parse(row?.streams ?? '[]') as CustomerFact['streams'];
  return streams.some(({ name }) => name === stream);
}
