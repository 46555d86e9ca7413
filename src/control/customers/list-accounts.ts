// Pages of customers, in the order of their ids: by stage, by a text, by a domain, by an address they send from.

import { type Kysely, type SqlBool, sql } from 'kysely';
import type { Directory } from '../../mail/authorise/directory.ts';
import { parseNetwork } from '../../protocol/ip/network.ts';
import { addressKey } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';
import { type ListedAccount, listedAccount } from './accounts.ts';
import { type Concern, concernsOf, whereConcern } from './concerns.ts';
import type { ShownState } from './stages.ts';
import type { AccountRow } from './tables.ts';

export interface AccountQuery {
  limit: number;
  /** Id of the last entry of the page before. */
  after?: string;
  id?: string;
  /** In one of these. */
  states?: readonly ShownState[];
  /** With this to be seen to. */
  concern?: Concern;
  /** A part of the id or of the name, or the beginning of a domain, in any case of ASCII letters. */
  text?: string;
  /** A domain of the customer, or a name below one that counts for those. Lower-case A-labels. */
  domain?: string;
  /** An address that the customer sends from. */
  source?: string;
  /** A pool that the customer, or a stream of it, names. */
  pool?: string;
}

/** A customer in a list. */
export interface FoundAccount extends ListedAccount {
  concerns: Concern[];
  /** Domains it has, or those that were entered for it so far. */
  domains: number;
}

/** `limit` customers and one more, where there are more. */
export async function listAccounts(
  db: Kysely<ControlTables>,
  directory: Pick<Directory, 'network'>,
  { now, ...query }: AccountQuery & { now: number },
): Promise<FoundAccount[]> {
  const rows = await findRows(db, directory, query, now);
  const ids = rows.map(({ id }) => id);
  const [concerns, domains] = [await concernsOf(db, ids, now), await countDomains(db, ids)];
  return rows.map((row) => {
    const { count = 0, first } = domains.get(row.id) ?? {};
    const domain = row.domain ?? first;
    return {
      ...listedAccount(row),
      ...(domain !== null && domain !== undefined && domain !== '' && { domain }),
      concerns: concerns.get(row.id) ?? [],
      domains: count,
    };
  });
}

async function findRows(
  db: Kysely<ControlTables>,
  directory: Pick<Directory, 'network'>,
  query: AccountQuery,
  now: number,
): Promise<AccountRow[]> {
  const { limit, after = '', id, states, concern, text, domain, source, pool } = query;
  let rows = db.selectFrom('account').selectAll('account').where('account.id', '>', after);
  if (id !== undefined) rows = rows.where('account.id', '=', id);
  if (states !== undefined) rows = rows.where(inStates(states));
  if (concern !== undefined) rows = rows.where(whereConcern(concern, now));
  if (text !== undefined) rows = rows.where(hasText(text));
  if (domain !== undefined) rows = rows.where('account.id', 'in', await ownersOf(db, domain));
  if (pool !== undefined) rows = rows.where(namesPool(pool));
  if (source !== undefined) {
    const network = directory.network(source)?.network;
    const key = network === undefined ? undefined : parseNetwork(network);
    if (key === undefined || 'fault' in key) return [];
    const first = addressKey(key.family, key.words);
    // The holders of a shared network may be a hundred thousand: they are gone through in order, and no further than needed.
    rows = rows
      .innerJoin('source', 'source.customer', 'account.id')
      .where('source.first', '=', first)
      .where('source.prefix', '=', key.prefix)
      .where('source.customer', '>', after);
    return rows
      .orderBy(sql`source.customer`)
      .limit(limit + 1)
      .execute();
  }
  return rows
    .orderBy('account.id')
    .limit(limit + 1)
    .execute();
}

/** The stage, or `suspended` over any of them but the last. */
function inStates(states: readonly ShownState[]) {
  const stages = states.filter((state) => state !== 'suspended');
  const named = stages.length === 0 ? sql`null` : sql.join(stages);
  const inStage = sql<SqlBool>`account.stage in (${named}) and (account.holds = 0 or account.stage = 'removed')`;
  if (!states.includes('suspended')) return inStage;
  return sql<SqlBool>`((${inStage}) or (account.holds > 0 and account.stage <> 'removed'))`;
}

/** A part of the id or the name anywhere, or the beginning of a domain. */
function hasText(text: string) {
  // Past the escapes, a part anywhere: a hundred thousand names are looked through in some ten milliseconds.
  const part = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const from = text.toLowerCase();
  return sql<SqlBool>`(account.id like ${part} escape '\\' or account.name like ${part} escape '\\' or account.id in (
    select customer from domain where name >= ${from} and name < ${`${from}\u{10ffff}`}))`;
}

/** Before its entry is approved the account alone names its pools. */
function namesPool(pool: string) {
  // Names of pools need no escape in JSON, so in quotes they stand there as they are.
  const quoted = JSON.stringify(pool);
  return sql<SqlBool>`(instr(account.pools, ${quoted}) > 0 or account.id in (
    select id from customer where instr(pools, ${quoted}) > 0 or (instr(streams, ${quoted}) > 0 and exists (
      select 1 from json_each(streams) as stream, json_each(stream.value, '$.pools') as named where named.value = ${pool}))))`;
}

interface DomainCount {
  count: number;
  /** In order of name. */
  first: string | null;
}

/** Of those who have, or entered, some. */
async function countDomains(db: Kysely<ControlTables>, ids: readonly string[]): Promise<Map<string, DomainCount>> {
  if (ids.length === 0) return new Map();
  const own = db
    .selectFrom('domain')
    .select(['customer', sql<number>`count(*)`.as('count'), sql<string | null>`min(name)`.as('first')])
    .where('customer', 'in', ids)
    .groupBy('customer');
  const entered = db
    .selectFrom('entry')
    .select(['customer', sql<number>`json_array_length(content, '$.domains')`.as('count')])
    .select(sql<string | null>`json_extract(content, '$.domains[0].name')`.as('first'))
    .where('customer', 'in', ids);
  const rows = [...(await entered.execute()), ...(await own.execute())];
  return new Map(rows.map(({ customer, ...found }) => [customer, found]));
}

/** Customers that have the domain, and those that ordered with it. */
async function ownersOf(db: Kysely<ControlTables>, domain: string): Promise<string[]> {
  const names = [domain];
  for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) names.push(domain.slice(dot + 1));
  const found = db.selectFrom('domain').select(['name', 'customer', 'subdomains']).where('name', 'in', names);
  const owners = (await found.execute()).filter((row) => row.name === domain || row.subdomains === 1);
  const ordered = await db.selectFrom('account').select('id').where('domain', '=', domain).limit(100).execute();
  return [...new Set([...owners.map(({ customer }) => customer), ...ordered.map(({ id }) => id)])];
}
