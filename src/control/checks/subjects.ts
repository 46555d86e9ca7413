// What of a customer is looked at: what it entered, until the operator has approved that; then what is in force.

import type { Kysely } from 'kysely';
import type { CustomerFact } from '../../mail/authorise/directory.ts';
import { endpointText } from '../../platform/config/units.ts';
import { formatNetwork, parseNetwork } from '../../protocol/ip/network.ts';
import { toLookupDomain } from '../../protocol/smtp/domain.ts';
import { findEntry } from '../customers/entries.ts';
import type { Entry } from '../customers/entry.ts';
import type { ControlTables, CustomerRow } from '../database/tables.ts';
import type { SubjectKind } from './tables.ts';

export interface SubjectName {
  customer: string;
  kind: SubjectKind;
  /** Domain, `host:port`, network, or the domain of a grant. */
  object: string;
}

export interface DomainSubject {
  kind: 'domain';
  customer: string;
  domain: string;
  inbound: boolean;
  outbound: boolean;
  /** It stands on the mail path; otherwise it was only entered. */
  inForce: boolean;
  verified: boolean;
  verifiedBy: 'operator' | 'checks' | null;
  /** The customer's mail goes this way already: its MX should lead here. */
  customerLive: boolean;
  /** Pools its mail may leave from. */
  pools: string[];
  returnPath: CustomerFact['returnPath'];
}

export interface MailHostSubject {
  kind: 'mailhost';
  customer: string;
  host: string;
  port: number;
  /** Inbound domains whose postmaster it must know, the first of them. */
  domains: string[];
  /** It stands on the mail path; otherwise it was only entered. */
  inForce: boolean;
}

export interface SourceSubject {
  kind: 'source';
  customer: string;
  network: string;
  /** The customer shows more than the address. */
  proof: boolean;
}

export interface GrantSubject {
  kind: 'grant';
  customer: string;
  domain: string;
}

export type Subject = DomainSubject | MailHostSubject | SourceSubject | GrantSubject;

type Db = Kysely<ControlTables>;

/** Postmasters that one look asks for. */
const MOST_POSTMASTERS = 20;

/** Name of a mail host as an object. */
export function mailHostName(mailHost: { host: string; port: number }): string {
  return endpointText(mailHost);
}

/** Everything of a customer that is looked at; nothing of one that is gone. */
export async function subjectsOf(db: Db, customer: string): Promise<SubjectName[]> {
  const row = await db.selectFrom('customer').selectAll().where('id', '=', customer).executeTakeFirst();
  const grants = await db.selectFrom('dns_grant').select('domain').where('customer', '=', customer).execute();
  const names = row === undefined ? await entered(db, customer) : await inForce(db, row);
  const all = [...names, ...grants.map(({ domain }) => ({ customer, kind: 'grant' as const, object: domain }))];
  const byKey = new Map(all.map((name) => [`${name.kind} ${name.object}`, name]));
  return [...byKey.values()];
}

async function inForce(db: Db, row: CustomerRow): Promise<SubjectName[]> {
  const customer = row.id;
  const domains = await db.selectFrom('domain').select('name').where('customer', '=', customer).execute();
  const sources = await db.selectFrom('source').select('network').where('customer', '=', customer).execute();
  const waiting = await db.selectFrom('waiting_source').select('network').where('customer', '=', customer).execute();
  return [
    ...domains.map(({ name }) => ({ customer, kind: 'domain' as const, object: name })),
    ...mailhostsOf(row).map((host) => ({ customer, kind: 'mailhost' as const, object: mailHostName(host) })),
    ...[...sources, ...waiting].map(({ network }) => ({ customer, kind: 'source' as const, object: network })),
  ];
}

async function entered(db: Db, customer: string): Promise<SubjectName[]> {
  const entry = await draftOf(db, customer);
  if (entry === undefined) return [];
  return [
    ...domainsIn(entry).map(({ name }) => ({ customer, kind: 'domain' as const, object: name })),
    ...mailhostsIn(entry).map((host) => ({ customer, kind: 'mailhost' as const, object: mailHostName(host) })),
    ...sourcesIn(entry).map(({ network }) => ({ customer, kind: 'source' as const, object: network })),
  ];
}

/** A thing as a look needs it; nothing where the customer has it no longer. */
export async function readSubject(db: Db, { customer, kind, object }: SubjectName): Promise<Subject | undefined> {
  switch (kind) {
    case 'domain':
      return readDomain(db, customer, object);
    case 'mailhost':
      return readMailHost(db, customer, object);
    case 'source':
      return readSource(db, customer, object);
    case 'grant':
      return { kind, customer, domain: object };
    default:
      return kind satisfies never;
  }
}

async function readDomain(db: Db, customer: string, domain: string): Promise<DomainSubject | undefined> {
  const account = await db
    .selectFrom('account')
    .select(['stage', 'pools'])
    .where('id', '=', customer)
    .executeTakeFirst();
  const owner = await db.selectFrom('customer').selectAll().where('id', '=', customer).executeTakeFirst();
  if (owner === undefined) {
    const found = domainsIn(await draftOf(db, customer)).find(({ name }) => name === domain);
    if (found === undefined) return undefined;
    return {
      kind: 'domain',
      customer,
      domain,
      inbound: found.inbound,
      outbound: found.outbound,
      inForce: false,
      verified: false,
      verifiedBy: null,
      customerLive: false,
      pools: JSON.parse(account?.pools ?? '[]') as string[],
      returnPath: 'sender',
    };
  }
  const row = await db
    .selectFrom('domain')
    .selectAll()
    .where('name', '=', domain)
    .where('customer', '=', customer)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const streams = JSON.parse(owner.streams) as CustomerFact['streams'];
  const { returnPath } = JSON.parse(owner.settings) as Pick<CustomerFact, 'returnPath'>;
  return {
    kind: 'domain',
    customer,
    domain,
    inbound: row.inbound === 1,
    outbound: row.outbound === 1,
    inForce: true,
    verified: row.verified === 1,
    verifiedBy: row.verified_by,
    customerLive: account === undefined || ['live', 'notice'].includes(account.stage),
    pools: [...new Set([...(JSON.parse(owner.pools) as string[]), ...streams.flatMap(({ pools }) => pools)])],
    returnPath: returnPath ?? 'sender',
  };
}

async function readMailHost(db: Db, customer: string, object: string): Promise<MailHostSubject | undefined> {
  const owner = await db.selectFrom('customer').selectAll().where('id', '=', customer).executeTakeFirst();
  const entry = owner === undefined ? await draftOf(db, customer) : undefined;
  const hosts = owner === undefined ? mailhostsIn(entry) : mailhostsOf(owner);
  const found = hosts.find((host) => mailHostName(host) === object);
  if (found === undefined) return undefined;
  const domains =
    owner === undefined
      ? domainsIn(entry)
          .filter(({ inbound }) => inbound)
          .map(({ name }) => name)
      : await inboundDomains(db, customer);
  const first = domains.slice(0, MOST_POSTMASTERS);
  return { kind: 'mailhost', customer, ...found, domains: first, inForce: owner !== undefined };
}

async function inboundDomains(db: Db, customer: string): Promise<string[]> {
  const rows = await db
    .selectFrom('domain')
    .select('name')
    .where('customer', '=', customer)
    .where('inbound', '=', 1)
    .orderBy('name')
    .limit(MOST_POSTMASTERS)
    .execute();
  return rows.map(({ name }) => name);
}

async function readSource(db: Db, customer: string, network: string): Promise<SourceSubject | undefined> {
  const of = (table: 'source' | 'waiting_source') =>
    db
      .selectFrom(table)
      .select('shared')
      .where('customer', '=', customer)
      .where('network', '=', network)
      .executeTakeFirst();
  const row = (await of('source')) ?? (await of('waiting_source'));
  if (row !== undefined) return { kind: 'source', customer, network, proof: row.shared !== null };
  const found = sourcesIn(await draftOf(db, customer)).find((source) => source.network === network);
  return found === undefined ? undefined : { kind: 'source', customer, ...found };
}

function mailhostsOf(row: CustomerRow): { host: string; port: number }[] {
  return (JSON.parse(row.mailhosts) as CustomerFact['mailhosts']).map(({ host, port }) => ({ host, port }));
}

/** What was entered, of a customer that is on its way; one that is gone keeps none of it. */
async function draftOf(db: Db, customer: string): Promise<Entry | undefined> {
  const account = await db.selectFrom('account').select('stage').where('id', '=', customer).executeTakeFirst();
  if (account === undefined || account.stage === 'removed') return undefined;
  return (await findEntry(db, customer))?.entry;
}

/** A draft may hold anything: what is no name, host or network yet is passed over until it is. */
function domainsIn(entry: Entry | undefined): { name: string; inbound: boolean; outbound: boolean }[] {
  return (entry?.domains ?? []).flatMap(({ name, inbound, outbound }) => {
    const domain = toLookupDomain(name.trim().replace(/\.$/, ''));
    return domain === undefined || !domain.includes('.') ? [] : [{ name: domain, inbound, outbound }];
  });
}

function mailhostsIn(entry: Entry | undefined): { host: string; port: number }[] {
  return (entry?.mailhosts ?? []).flatMap(({ host, port }) => {
    const network = parseNetwork(host.trim());
    const named = 'fault' in network ? toLookupDomain(host.trim()) : host.trim();
    return named === undefined || named.includes('/') ? [] : [{ host: named, port }];
  });
}

function sourcesIn(entry: Entry | undefined): { network: string; proof: boolean }[] {
  return (entry?.sources ?? []).flatMap(({ network: text, shared, proof }) => {
    const network = parseNetwork(text.trim());
    return 'fault' in network ? [] : [{ network: formatNetwork(network), proof: shared && proof !== undefined }];
  });
}
