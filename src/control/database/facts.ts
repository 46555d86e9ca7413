// Rows of the control database and facts of the directory, in both directions.

import type { DatabaseSync } from 'node:sqlite';
import type {
  CertificateFact,
  CustomerFact,
  DomainFact,
  DomainSigning,
  GrantFact,
  LoginFact,
  PoolFact,
  RecipientFact,
  SharedProof,
  SourceFact,
  SuppressionFact,
} from '../../mail/authorise/directory.ts';
import type { FactStreams } from '../../mail/authorise/directory-base.ts';
import type { CustomerId } from '../../mail/message.ts';
import { type IpNetwork, parseNetwork } from '../../protocol/ip/network.ts';
import { limitFacts } from '../identities/limit-facts.ts';
import { protectionFacts } from '../protection/facts.ts';
import type {
  ControlTables,
  CustomerRow,
  DomainRow,
  GrantRow,
  LoginRow,
  PoolRow,
  SourceRow,
  SuppressionRow,
} from './tables.ts';

/** What is a word or a name in a customer, and never looked for: kept as one JSON text. */
type CustomerSettings = Omit<CustomerFact, 'id' | 'name' | 'state' | 'pools' | 'streams' | 'mailhosts'>;

export function poolFact(row: PoolRow): PoolFact {
  const addresses = JSON.parse(row.addresses) as PoolFact['addresses'];
  return { name: row.name, addresses, ...(row.spf !== null && { spf: row.spf }) };
}

export function poolRow(fact: PoolFact): PoolRow {
  return { name: fact.name, addresses: JSON.stringify(fact.addresses), spf: fact.spf ?? null };
}

export function customerFact(row: CustomerRow): CustomerFact {
  return {
    id: row.id as CustomerId,
    name: row.name,
    state: row.state,
    pools: JSON.parse(row.pools) as CustomerFact['pools'],
    streams: JSON.parse(row.streams) as CustomerFact['streams'],
    mailhosts: JSON.parse(row.mailhosts) as CustomerFact['mailhosts'],
    ...(JSON.parse(row.settings) as CustomerSettings),
  };
}

export function customerRow(fact: CustomerFact): CustomerRow {
  return {
    id: fact.id,
    name: fact.name,
    state: fact.state,
    settings: JSON.stringify(settingsOf(fact)),
    pools: JSON.stringify(fact.pools),
    streams: JSON.stringify(fact.streams),
    mailhosts: JSON.stringify(fact.mailhosts),
  };
}

function settingsOf(fact: CustomerFact): CustomerSettings {
  const { foreignFrom, language, hide, forwards, returnPath, recipientCheck, test } = fact;
  return { foreignFrom, language, hide, forwards, returnPath, recipientCheck, ...(test !== undefined && { test }) };
}

export function domainFact(row: DomainRow): DomainFact {
  return {
    name: row.name,
    customer: row.customer as CustomerId,
    outbound: row.outbound === 1,
    inbound: row.inbound === 1,
    subdomains: row.subdomains === 1,
    verified: row.verified === 1,
    ...(row.verified === 1 && row.verified_by === 'checks' && { verifiedBy: 'checks' as const }),
    ...(row.dkim !== null && { dkim: JSON.parse(row.dkim) as DomainSigning }),
  };
}

export function domainRow(fact: DomainFact): DomainRow {
  return {
    name: fact.name,
    reversed: reversedName(fact.name),
    customer: fact.customer,
    outbound: Number(fact.outbound),
    inbound: Number(fact.inbound),
    subdomains: Number(fact.subdomains),
    verified: Number(fact.verified),
    verified_by: fact.verified ? (fact.verifiedBy ?? 'operator') : null,
    dkim: fact.dkim === undefined ? null : JSON.stringify(fact.dkim),
    // Whether keys are missing is found out later: some may be on their way.
    dkim_todo: Number((fact.dkim?.make.length ?? 0) > 0),
  };
}

/** `mail.example.lu` as `lu.example.mail`: names below a domain begin with it. */
export function reversedName(name: string): string {
  return name.split('.').toReversed().join('.');
}

export function sourceFact(row: SourceRow): SourceFact {
  const fact: SourceFact = { network: row.network, customer: row.customer as CustomerId };
  if (row.shared !== null) fact.shared = JSON.parse(row.shared) as SharedProof;
  return fact;
}

export function sourceRow(fact: SourceFact): SourceRow {
  const network = parseNetwork(fact.network);
  if ('fault' in network) throw new Error(network.fault);
  return {
    first: addressKey(network.family, network.words),
    prefix: network.prefix,
    customer: fact.customer,
    network: fact.network,
    shared: fact.shared === undefined ? null : JSON.stringify(fact.shared),
  };
}

/** Family and address as octets, in the order of addresses. */
export function addressKey(family: IpNetwork['family'], words: readonly number[]): Uint8Array {
  const octets = Buffer.alloc(1 + words.length * 4);
  octets[0] = family;
  for (const [i, word] of words.entries()) octets.writeUInt32BE(word, 1 + i * 4);
  return octets;
}

export function grantFact(row: GrantRow): GrantFact {
  return { customer: row.customer as CustomerId, domain: row.domain, stream: row.stream, proof: row.proof };
}

export function loginFact(row: LoginRow): LoginFact {
  return { name: row.name, customer: row.customer as CustomerId, scram: JSON.parse(row.scram) as LoginFact['scram'] };
}

export function loginRow(fact: LoginFact): LoginRow {
  return { name: fact.name, customer: fact.customer, scram: JSON.stringify(fact.scram) };
}

/** What the mail path needs of an entry: its evidence is for people. */
export function suppressionFact({ customer, address, reason, at }: SuppressionRow): SuppressionFact {
  return { customer: customer as CustomerId, address, reason, at };
}

/**
 * Grants by the operator's word, and those that DNS proves beside them. One whose time has passed while the relay was down
 * is left out: the first turn of the checks settles it.
 */
const GRANTS = `
  select customer, domain, stream, proof from sending_grant
  union all
  select customer, domain, in_force, 'TXT _easymail-grant.' || domain from dns_grant as dns
  where in_force is not null
    and (changes_at is null or changes_at > cast(unixepoch('subsec') * 1000 as integer))
    and not exists (select 1 from sending_grant as word where word.customer = dns.customer and word.domain = dns.domain)`;

/** All facts, row by row: a million sources are never in memory at once. Nothing else may use the database meanwhile. */
export function streamFacts(raw: DatabaseSync): FactStreams {
  const rows = function* (table: keyof ControlTables): Generator {
    yield* raw.prepare(`select * from ${table}`).iterate();
  };
  return {
    customers: map(rows('customer'), (row) => customerFact(row as CustomerRow)),
    domains: map(rows('domain'), (row) => domainFact(row as DomainRow)),
    sources: map(rows('source'), (row) => sourceFact(row as SourceRow)),
    grants: map(raw.prepare(GRANTS).iterate(), (row) => grantFact(row as GrantRow)),
    logins: map(rows('login'), (row) => loginFact(row as LoginRow)),
    certificates: map(rows('certificate'), (row) => row as CertificateFact),
    suppressions: map(rows('suppression'), (row) => suppressionFact(row as SuppressionRow)),
    recipients: map(rows('recipient'), (row) => row as RecipientFact),
    pools: map(rows('pool'), (row) => poolFact(row as PoolRow)),
    protection: both(protectionFacts(raw), limitFacts(raw)),
  };
}

function* both<Fact>(first: Iterable<Fact>, second: Iterable<Fact>): Generator<Fact> {
  yield* first;
  yield* second;
}

function* map<Fact>(rows: Iterable<unknown>, fact: (row: unknown) => Fact): Generator<Fact> {
  for (const row of rows) yield fact(row);
}
