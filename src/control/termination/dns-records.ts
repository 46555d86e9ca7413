// The records of a customer that name the relay: those it once put into DNS, and is asked to take out again. Looked at
// until they are gone. A failure of DNS says nothing.

import type { Kysely } from 'kysely';
import type { DnsAnswer, Resolver } from '../../network/dns-answer.ts';
import type { Config } from '../../platform/config/schema.ts';
import { keyRecordText, recordName } from '../../protocol/dkim/key-record.ts';
import type { ControlTables } from '../database/tables.ts';
import type { RecordPurpose, TerminationRecordRow } from './tables.ts';

/** A record, before anybody looked whether it is there. */
export type NamedRecord = Pick<TerminationRecordRow, 'domain' | 'purpose' | 'type' | 'host' | 'value'>;

/** Records of one customer that are looked at; more are the same over and over. */
const MOST_RECORDS = 5000;
/** Where the proof of ownership stands. */
const OWNERSHIP_HOST = '_easymail-challenge';
const OWNERSHIP_WORD = 'easymail-domain-verification=';

/** What the customer's domains, keys and proofs say that it had to publish. */
export async function recordsOf(
  db: Kysely<ControlTables>,
  customer: string,
  config: Pick<Config, 'spf' | 'inbound' | 'node'>,
): Promise<NamedRecord[]> {
  const domains = await db
    .selectFrom('domain')
    .select(['name', 'inbound', 'outbound'])
    .where('customer', '=', customer)
    .orderBy('name')
    .limit(MOST_RECORDS)
    .execute();
  const includes = await includesOf(db, config);
  const exchanges =
    config.inbound.mx_names.length === 0 ? [config.node.hostname.toLowerCase()] : config.inbound.mx_names;
  const records: NamedRecord[] = [];
  for (const { name, inbound, outbound } of domains) {
    const record = (purpose: RecordPurpose, type: string, value: string): NamedRecord => ({
      domain: name,
      purpose,
      type,
      host: name,
      value,
    });
    if (outbound === 1) records.push(...includes.map((include) => record('spf', 'TXT', `include:${include}`)));
    if (inbound === 1) records.push(...exchanges.map((exchange) => record('mx', 'MX', exchange)));
  }
  records.push(...(await keyRecords(db, customer)), ...(await ownershipRecords(db, customer)));
  return records.slice(0, MOST_RECORDS);
}

async function includesOf(db: Kysely<ControlTables>, { spf }: Pick<Config, 'spf'>): Promise<string[]> {
  const pools = await db.selectFrom('pool').select('spf').where('spf', 'is not', null).execute();
  const names = [spf.include, ...pools.map((pool) => pool.spf)];
  return [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))];
}

async function keyRecords(db: Kysely<ControlTables>, customer: string): Promise<NamedRecord[]> {
  const keys = await db
    .selectFrom('dkim_key')
    .innerJoin('domain', 'domain.name', 'dkim_key.domain')
    .select(['dkim_key.domain', 'dkim_key.selector', 'dkim_key.algorithm', 'dkim_key.public_key'])
    .where('domain.customer', '=', customer)
    .limit(MOST_RECORDS)
    .execute();
  return keys.map(({ domain, selector, algorithm, public_key }) => ({
    domain,
    purpose: 'dkim',
    type: 'TXT',
    host: recordName(selector, domain),
    value: keyRecordText(algorithm, public_key),
  }));
}

async function ownershipRecords(db: Kysely<ControlTables>, customer: string): Promise<NamedRecord[]> {
  const tokens = await db
    .selectFrom('domain_ownership')
    .select(['domain', 'token'])
    .where('customer', '=', customer)
    .limit(MOST_RECORDS)
    .execute();
  return tokens.map(({ domain, token }) => ({
    domain,
    purpose: 'ownership',
    type: 'TXT',
    host: `${OWNERSHIP_HOST}.${domain}`,
    value: `${OWNERSHIP_WORD}${token}`,
  }));
}

/** Whether the record is in DNS now; `unknown` where DNS does not say. */
export async function lookForRecord(
  { purpose, host, value }: Pick<NamedRecord, 'purpose' | 'host' | 'value'>,
  resolver: Resolver,
): Promise<TerminationRecordRow['state']> {
  if (purpose === 'mx') {
    return stateOf(await resolver.mx(host), ({ exchange }) => exchange.toLowerCase() === value.toLowerCase());
  }
  return stateOf(await resolver.txt(host), (text) => saysSo(purpose, text, value));
}

function stateOf<T>(answer: DnsAnswer<T>, isIt: (record: T) => boolean): TerminationRecordRow['state'] {
  switch (answer.kind) {
    case 'found':
      return answer.records.some(isIt) ? 'present' : 'gone';
    case 'none':
      return 'gone';
    case 'temporary':
      return 'unknown';
    default:
      return answer satisfies never;
  }
}

function saysSo(purpose: Exclude<RecordPurpose, 'mx'>, text: string, value: string): boolean {
  switch (purpose) {
    case 'spf':
      return includesUs(text, value.slice('include:'.length));
    case 'dkim':
      return publicPart(text) !== '' && publicPart(text) === publicPart(value);
    case 'ownership':
      return text.trim() === value;
    default:
      return purpose satisfies never;
  }
}

/** RFC 7208 4.5, 5.2, 6.1: an SPF record that takes our include in, whatever its qualifier, or goes on there. */
function includesUs(text: string, include: string): boolean {
  const [version, ...terms] = text.trim().toLowerCase().split(/ +/);
  if (version !== 'v=spf1') return false;
  const name = include.toLowerCase();
  return terms.some((term) => term.replace(/^[+?~-]/, '') === `include:${name}` || term === `redirect=${name}`);
}

/** RFC 6376 3.6.1: the tag `p`; white space in it counts for nothing. */
function publicPart(text: string): string {
  return /(?:^|;)\s*p\s*=([^;]*)/.exec(text)?.[1]?.replace(/\s+/g, '') ?? '';
}
