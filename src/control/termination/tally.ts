// What a customer has, counted and named before it is removed: what the certificate will say.

import { hash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { MailHostFact } from '../../mail/authorise/directory.ts';
import type { Contact } from '../customers/accounts.ts';
import type { ControlTables } from '../database/tables.ts';
import { destroyedKeys, type Removed, things } from './certificate.ts';

type Db = Kysely<ControlTables>;

/** Tables whose rows of a customer are counted; their content tells of people. */
const COUNTED = {
  logins: 'login',
  client_certificates: 'certificate',
  recipients: 'recipient',
  suppressions: 'suppression',
  users: 'person',
  api_keys: 'api_key',
  webhooks: 'webhook',
  links: 'link',
} as const satisfies Partial<Record<keyof Removed, keyof ControlTables>>;

/** Everything that goes with the customer. */
export async function tallyOf(db: Db, customer: string): Promise<Removed> {
  const domains = await db.selectFrom('domain').select('name').where('customer', '=', customer).execute();
  const sources = await db.selectFrom('source').select('network').where('customer', '=', customer).execute();
  const counts = await countsOf(db, customer);
  return {
    mail_hosts: things(await mailHostsOf(db, customer)),
    domains: things(domains.map(({ name }) => name)),
    sources: things(sources.map(({ network }) => network)),
    grants: things(await grantsOf(db, customer)),
    dkim_keys: destroyedKeys(await keysOf(db, customer)),
    contacts: { count: await contactsOf(db, customer) },
    ...counts,
  };
}

async function countsOf(db: Db, customer: string): Promise<Record<keyof typeof COUNTED, { count: number }>> {
  const counts: Partial<Record<keyof typeof COUNTED, { count: number }>> = {};
  for (const kind of Object.keys(COUNTED) as (keyof typeof COUNTED)[]) {
    const { count } = await db
      .selectFrom(COUNTED[kind])
      .select((query) => query.fn.countAll<number>().as('count'))
      .where('customer', '=', customer)
      .executeTakeFirstOrThrow();
    counts[kind] = { count };
  }
  return counts as Record<keyof typeof COUNTED, { count: number }>;
}

async function mailHostsOf(db: Db, customer: string): Promise<string[]> {
  const row = await db.selectFrom('customer').select('mailhosts').where('id', '=', customer).executeTakeFirst();
  const hosts = row === undefined ? [] : (JSON.parse(row.mailhosts) as MailHostFact[]);
  return hosts.map(({ host, port }) => `${host}:${port}`);
}

async function grantsOf(db: Db, customer: string): Promise<string[]> {
  const held = await db.selectFrom('sending_grant').select('domain').where('customer', '=', customer).execute();
  const given = await db
    .selectFrom('sending_grant')
    .innerJoin('domain', 'domain.name', 'sending_grant.domain')
    .select(['sending_grant.domain', 'sending_grant.customer'])
    .where('domain.customer', '=', customer)
    .where('sending_grant.customer', '<>', customer)
    .execute();
  return [...held.map(({ domain }) => domain), ...given.map((grant) => `${grant.domain} to ${grant.customer}`)];
}

async function keysOf(db: Db, customer: string): Promise<Removed['dkim_keys']['items']> {
  const rows = await db
    .selectFrom('dkim_key')
    .innerJoin('domain', 'domain.name', 'dkim_key.domain')
    .select(['dkim_key.domain', 'dkim_key.selector', 'dkim_key.algorithm', 'dkim_key.public_key'])
    .where('domain.customer', '=', customer)
    .orderBy('dkim_key.domain')
    .orderBy('dkim_key.selector')
    .execute();
  return rows.map(({ domain, selector, algorithm, public_key }) => ({
    domain,
    selector,
    algorithm,
    public_key_sha256: hash('sha256', Buffer.from(public_key, 'base64'), 'hex'),
  }));
}

async function contactsOf(db: Db, customer: string): Promise<number> {
  const row = await db.selectFrom('account').select('contacts').where('id', '=', customer).executeTakeFirst();
  return row === undefined ? 0 : (JSON.parse(row.contacts) as Contact[]).length;
}
