// Pages of customers, in the order of their ids: by stage, by a text, by a domain, by an address they send from.

import { type Kysely, sql } from 'kysely';
import type { Directory } from '../../mail/authorise/directory.ts';
import { parseNetwork } from '../../protocol/ip/network.ts';
import { addressKey } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';
import { type ListedAccount, listedAccount } from './accounts.ts';
import type { ShownState } from './stages.ts';

export interface AccountQuery {
  limit: number;
  /** Id of the last entry of the page before. */
  after?: string;
  id?: string;
  state?: ShownState;
  /** A part of the id or of the name, in any case of ASCII letters. */
  text?: string;
  /** A domain of the customer, or a name below one that counts for those. Lower-case A-labels. */
  domain?: string;
  /** An address that the customer sends from. */
  source?: string;
}

/** `limit` customers and one more, where there are more. */
export async function listAccounts(
  db: Kysely<ControlTables>,
  directory: Pick<Directory, 'network'>,
  query: AccountQuery,
): Promise<ListedAccount[]> {
  const { limit, after = '', id, state, text, domain, source } = query;
  let rows = db.selectFrom('account').selectAll('account').where('account.id', '>', after);
  if (id !== undefined) rows = rows.where('account.id', '=', id);
  if (state === 'suspended') rows = rows.where('holds', '>', 0).where('stage', '<>', 'removed');
  else if (state !== undefined) rows = rows.where('stage', '=', state).where('holds', '=', 0);
  if (text !== undefined) {
    // Past the escapes, a part anywhere: a hundred thousand names are looked through in some ten milliseconds.
    const part = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    rows = rows.where(sql<boolean>`(account.id like ${part} escape '\\' or account.name like ${part} escape '\\')`);
  }
  if (domain !== undefined) rows = rows.where('account.id', 'in', await ownersOf(db, domain));
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
    const ordered = rows.orderBy(sql`source.customer`).limit(limit + 1);
    return (await ordered.execute()).map(listedAccount);
  }
  return (
    await rows
      .orderBy('account.id')
      .limit(limit + 1)
      .execute()
  ).map(listedAccount);
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
