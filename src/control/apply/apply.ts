// `apply`: a named object becomes what the file says, unnamed ones stay, or go with `prune`.
//
// - what is set about the named objects is read, and compared with what is wanted;
// - what is to be added is checked against those who keep what they have; every fault is told at once;
// - all changes and their audit are written in one transaction. A dry run does all this, and rolls back.

import type { Transaction } from 'kysely';
import type { DirectoryChange, PoolFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAudit } from '../audit/audit.ts';
import type { Step } from '../customers/step.ts';
import type { ControlDatabase } from '../database/control-database.ts';
import { poolFact } from '../database/facts.ts';
import type { ControlTables } from '../database/tables.ts';
import { type AppliedAccounts, applyAccounts } from './accounts.ts';
import { ClashFinder } from './clashes.ts';
import { type CustomerState, loadCustomers, wantedState } from './customer-state.ts';
import { customerChange, type ObjectChange, poolChange } from './difference.ts';
import type { ApplyDocument } from './document-schema.ts';
import { endKeys, planImports, writeImports } from './domain-keys.ts';
import type { PlacedFault } from './read-document.ts';
import { recipientWarnings, writeRecipients } from './recipients.ts';
import { inChunks, writeAdditions, writeRemovals } from './write-changes.ts';

export interface ApplyOptions {
  /** Objects that the file does not name are removed. */
  prune: boolean;
  dryRun: boolean;
  /** Who asked, for the audit. */
  who: string;
  now: number;
  /** How long records of keys that sign no more have to stay. */
  overlapMs: number;
  /** Seals keys that the file brings along. */
  box: SecretBox;
  /** Takes away what a customer has besides what a file names, in the transaction that removes it. */
  erase?: (step: Step, customer: CustomerId) => Promise<void>;
}

export type ApplyResult =
  | {
      kind: 'applied';
      changes: ObjectChange[];
      /** Named objects that already were as the file says. */
      unchanged: number;
      /** What is allowed, but hardly meant. */
      warnings: string[];
      accounts: AppliedAccounts;
      /** What went with customers that were removed: told to the mail path too, and done once all is on disk. */
      erased: Pick<Step, 'directory' | 'after'>;
    }
  | { kind: 'refused'; faults: PlacedFault[] };

/** Customers compared at a time; other work of the process gets a turn in between. */
const CUSTOMERS_AT_ONCE = 200;

class DryRun extends Error {}

/** Brings the database to what the document says. Rejects only where the database fails; nothing is written then. */
export async function applyDocument(
  database: ControlDatabase,
  document: ApplyDocument,
  options: ApplyOptions,
): Promise<ApplyResult> {
  let result: ApplyResult | undefined;
  try {
    await database.db.transaction().execute(async (trx) => {
      result = await applyWithin(trx, database, document, options);
      if (options.dryRun || result.kind === 'refused') throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  if (result === undefined) throw new Error('apply ended without a result');
  return result;
}

async function applyWithin(
  trx: Transaction<ControlTables>,
  database: ControlDatabase,
  document: ApplyDocument,
  options: ApplyOptions,
): Promise<ApplyResult> {
  const pools = await comparePools(trx, document, options.prune);
  const customers = await compareCustomers(trx, database, document);
  if (options.prune) customers.changes.push(...(await removedCustomers(trx, database, document)));
  const imports = await planImports(trx, document, options);
  const faults = [
    ...unknownPools(document, pools.names),
    ...(await certifiedIds(trx, document, customers.changes)),
    ...(await findClashes(database, document, customers.changes, options)),
    ...imports.faults,
  ];
  if (faults.length > 0) return { kind: 'refused', faults };
  const changes = [...pools.changes, ...customers.changes];
  const removals = changes.flatMap((change) => change.removals);
  const additions = changes.flatMap((change) => change.additions);
  await writeRemovals(trx, removals);
  await writeRecipients(database.raw, removals);
  const erased = await eraseRemoved(trx, customers.changes, options);
  await writeAdditions(trx, additions);
  await writeRecipients(database.raw, additions);
  await endKeys(trx, { removals, additions }, options);
  changes.push(...(await writeImports(trx, imports, options)));
  const accounts = await applyAccounts(trx, changes, options);
  await recordAudit(trx, [...changes, ...erased.audit], options);
  const unchanged = pools.unchanged + customers.unchanged;
  return { kind: 'applied', changes, unchanged, warnings: warningsOf(document), accounts, erased };
}

/** What customers that go have besides: people, keys, links, webhooks, lists. Nobody who comes after them may get it. */
async function eraseRemoved(
  trx: Transaction<ControlTables>,
  changes: readonly ObjectChange[],
  { erase, who, now }: ApplyOptions,
): Promise<Step> {
  const step: Step = { trx, now, by: { who }, audit: [], directory: [], events: [], after: [] };
  const removed = changes.filter(({ action }) => action === 'removed');
  for await (const chunk of inChunks(removed, CUSTOMERS_AT_ONCE)) {
    for (const { object } of chunk) await erase?.(step, object.slice('customer '.length) as CustomerId);
  }
  return step;
}

/** A removal with a certificate is for good: a file that is older than it does not bring the customer back. */
async function certifiedIds(
  trx: Transaction<ControlTables>,
  document: ApplyDocument,
  changes: readonly ObjectChange[],
): Promise<PlacedFault[]> {
  const created = changes.filter(({ action }) => action === 'created');
  const place = new Map<string, number>(document.customer.map(({ id }, i) => [id, i]));
  const faults: PlacedFault[] = [];
  for await (const chunk of inChunks(created)) {
    const ids = chunk.map(({ object }) => object.slice('customer '.length));
    const rows = await trx
      .selectFrom('removal_certificate')
      .select(['customer', 'number'])
      .where('customer', 'in', ids)
      .execute();
    for (const { customer, number } of rows) {
      const message = `was removed, with certificate ${number}: take it out of the file, or give whoever comes anew another id`;
      faults.push({ path: ['customer', place.get(customer) ?? 0, 'id'], message });
    }
  }
  return faults;
}

async function comparePools(trx: Transaction<ControlTables>, document: ApplyDocument, prune: boolean) {
  const rows = await trx.selectFrom('pool').selectAll().execute();
  const before = new Map(rows.map((row) => [row.name, poolFact(row)]));
  const wanted = new Map<string, PoolFact>(
    document.pool.map(({ spf, ...pool }) => [pool.name, { ...pool, ...(spf !== undefined && { spf }) }]),
  );
  const changes: ObjectChange[] = [];
  const names = new Set(wanted.keys());
  for (const [name, pool] of wanted) {
    const change = poolChange(before.get(name), pool);
    if (change !== undefined) changes.push(change);
  }
  const unchanged = document.pool.length - changes.length;
  for (const [name, pool] of before) {
    if (wanted.has(name)) continue;
    const change = prune ? poolChange(pool, undefined) : undefined;
    if (change !== undefined) changes.push(change);
    else names.add(name);
  }
  return { changes, names, unchanged };
}

async function compareCustomers(trx: Transaction<ControlTables>, { raw }: ControlDatabase, document: ApplyDocument) {
  const changes: ObjectChange[] = [];
  const owner = raw.prepare('select 1 from domain where name = ?');
  const hasOwner = (domain: string) => owner.get(domain) !== undefined;
  for await (const entries of inChunks(document.customer, CUSTOMERS_AT_ONCE)) {
    const before = await loadCustomers(
      trx,
      raw,
      entries.map((entry) => entry.id),
    );
    for (const entry of entries) {
      const known = before.get(entry.id);
      const change = customerChange(known, await wantedState(entry, known, hasOwner));
      if (change !== undefined) changes.push(change);
    }
  }
  return { changes, unchanged: document.customer.length - changes.length };
}

async function removedCustomers(
  trx: Transaction<ControlTables>,
  { raw }: ControlDatabase,
  document: ApplyDocument,
): Promise<ObjectChange[]> {
  const named = new Set(document.customer.map((entry) => entry.id));
  const rows = await trx.selectFrom('customer').select('id').execute();
  const gone = rows.map((row) => row.id).filter((id) => !named.has(id));
  const changes: ObjectChange[] = [];
  for await (const ids of inChunks(gone, CUSTOMERS_AT_ONCE)) {
    const states: Iterable<CustomerState> = (await loadCustomers(trx, raw, ids)).values();
    for (const state of states) {
      const change = customerChange(state, undefined);
      if (change !== undefined) changes.push(change);
    }
  }
  return changes;
}

/** Pools that are named but would not exist. */
function unknownPools(document: ApplyDocument, names: ReadonlySet<string>): PlacedFault[] {
  const faults: PlacedFault[] = [];
  const check = (pools: readonly string[], path: PropertyKey[]) => {
    for (const name of pools) {
      if (!names.has(name)) faults.push({ path, message: `names the pool "${name}", which does not exist` });
    }
  };
  for (const [i, customer] of document.customer.entries()) {
    check(customer.pools, ['customer', i, 'pools']);
    for (const [j, stream] of customer.streams.entries()) check(stream.pools, ['customer', i, 'streams', j, 'pools']);
  }
  return faults;
}

async function findClashes(
  { raw }: ControlDatabase,
  document: ApplyDocument,
  changes: readonly ObjectChange[],
  { prune }: ApplyOptions,
): Promise<PlacedFault[]> {
  if (prune) return []; // everyone who stays is in the file, which was checked against itself
  const finder = new ClashFinder(raw, new Set(document.customer.map((entry) => entry.id)));
  const place = new Map(document.customer.map((entry, i) => [`customer ${entry.id}`, i]));
  const faults: PlacedFault[] = [];
  for await (const chunk of inChunks(changes)) {
    for (const { object, additions } of chunk) {
      const path = ['customer', place.get(object) ?? 0];
      faults.push(...additions.flatMap((addition) => clashOf(finder, addition, path)));
    }
  }
  return faults;
}

function clashOf(finder: ClashFinder, addition: DirectoryChange, path: PropertyKey[]): PlacedFault[] {
  const message = finder.find(addition);
  return message === undefined ? [] : [{ path: [...path, partOf(addition)], message }];
}

function partOf(change: DirectoryChange): string {
  return change.kind === 'domain'
    ? 'domains'
    : change.kind === 'login'
      ? 'logins'
      : change.kind === 'certificate'
        ? 'certificates'
        : 'sources';
}

function warningsOf(document: ApplyDocument): string[] {
  const withoutPool = document.customer
    .filter((entry) => entry.pools.length === 0 && entry.domains.some((domain) => domain.outbound))
    .map((entry) => `customer ${entry.id} has no pool: its outbound mail will wait`);
  return [...withoutPool, ...document.customer.flatMap(recipientWarnings)];
}

/** Whether queued mail may find other addresses now. A customer that is new has none queued. */
export function touchesPools(changes: readonly ObjectChange[]): boolean {
  return changes.some(
    ({ object, action, additions }) =>
      object.startsWith('pool ') || (action === 'changed' && additions.some(({ kind }) => kind === 'customer')),
  );
}

/** An address of ours that was made active, or is active under another name now. */
export interface ActivatedAddress {
  pool: string;
  ip: string;
  hostname: string;
}

/** Addresses that DNS has to speak for from now on. */
export function activatedAddresses(changes: readonly ObjectChange[]): ActivatedAddress[] {
  return changes.flatMap(({ object, before, after }) => {
    if (!object.startsWith('pool ') || after === null) return [];
    const pool = after as PoolFact;
    const active = (fact: PoolFact | null) => (fact?.addresses ?? []).filter(({ state }) => state === 'active');
    const was = new Set(active(before as PoolFact | null).map(({ ip, hostname }) => `${ip} ${hostname}`));
    return active(pool)
      .filter(({ ip, hostname }) => !was.has(`${ip} ${hostname}`))
      .map(({ ip, hostname }) => ({ pool: pool.name, ip, hostname }));
  });
}
