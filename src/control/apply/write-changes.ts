// Writes changes of facts as rows, many rows a statement.

import type { Kysely, Transaction } from 'kysely';
import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import { customerRow, domainRow, loginRow, poolRow, sourceRow } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';

/** SQLite takes 32,766 values a statement; no row has more than ten. */
const ROWS = 500;

/** Every chunk of a list in turn; other work of the process gets a turn in between. */
export async function* inChunks<T>(all: readonly T[], size: number = ROWS): AsyncGenerator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) {
    yield all.slice(at, at + size);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Facts that go. */
export async function writeRemovals(
  trx: Transaction<ControlTables>,
  changes: readonly DirectoryChange[],
): Promise<void> {
  for await (const chunk of inChunks(changes)) {
    for (const change of chunk) await removeOne(trx, change);
  }
}

/** Facts that come, or take the place of what has their key. */
export async function writeAdditions(
  trx: Transaction<ControlTables>,
  changes: readonly DirectoryChange[],
): Promise<void> {
  const rows = sortRows(changes);
  for await (const chunk of inChunks(rows.pools)) await trx.replaceInto('pool').values(chunk).execute();
  for await (const chunk of inChunks(rows.customers)) await trx.replaceInto('customer').values(chunk).execute();
  for await (const chunk of inChunks(rows.domains)) await trx.replaceInto('domain').values(chunk).execute();
  for await (const chunk of inChunks(rows.sources)) await trx.replaceInto('source').values(chunk).execute();
  for await (const chunk of inChunks(rows.grants)) await trx.replaceInto('sending_grant').values(chunk).execute();
  for await (const chunk of inChunks(rows.logins)) await trx.replaceInto('login').values(chunk).execute();
  for await (const chunk of inChunks(rows.certificates)) await trx.replaceInto('certificate').values(chunk).execute();
}

function sortRows(changes: readonly DirectoryChange[]) {
  const facts = <K extends DirectoryChange['kind']>(kind: K) =>
    changes.flatMap((change) => {
      const fact = change.kind === kind ? change.fact : null;
      return fact === null ? [] : [fact as NonNullable<Extract<DirectoryChange, { kind: K }>['fact']>];
    });
  return {
    pools: facts('pool').map(poolRow),
    customers: facts('customer').map(customerRow),
    domains: facts('domain').map(domainRow),
    sources: facts('source').map(sourceRow),
    grants: facts('grant'),
    logins: facts('login').map(loginRow),
    certificates: facts('certificate'),
  };
}

async function removeOne(db: Kysely<ControlTables>, change: DirectoryChange): Promise<unknown> {
  switch (change.kind) {
    case 'pool':
      return db.deleteFrom('pool').where('name', '=', change.name).execute();
    case 'customer':
      return db.deleteFrom('customer').where('id', '=', change.id).execute();
    case 'domain':
      return db.deleteFrom('domain').where('name', '=', change.name).execute();
    case 'source':
      return db
        .deleteFrom('source')
        .where('customer', '=', change.customer)
        .where('network', '=', change.network)
        .execute();
    case 'grant':
      return db
        .deleteFrom('sending_grant')
        .where('customer', '=', change.customer)
        .where('domain', '=', change.domain)
        .execute();
    case 'login':
      return db.deleteFrom('login').where('name', '=', change.name).execute();
    case 'certificate':
      return db.deleteFrom('certificate').where('key', '=', change.key).execute();
    case 'recipient':
      return undefined; // written apart, for there may be a million (recipients.ts)
    case 'suppression':
      throw new Error('suppressions are not applied'); // suppressions.ts writes them
    case 'protection':
      throw new Error('protection is not applied'); // control/protection writes it
    default:
      return change satisfies never;
  }
}
