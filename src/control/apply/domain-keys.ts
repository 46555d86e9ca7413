// DKIM in an `apply` file: what a domain is to have, keys that are brought along, and what becomes of keys whose domain
// goes or signs no more. Keys that the relay makes by itself come after the file was applied (dkim/keeper.ts).

import type { Kysely, Transaction } from 'kysely';
import type { DirectoryChange, DomainSigning } from '../../mail/authorise/directory.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { ControlTables, DkimKeyRow } from '../database/tables.ts';
import { auditOf, newKeyRow } from '../dkim/dkim.ts';
import { activate, keysOfDomain, type NewDkimKey, tellKeys } from '../dkim/key-rows.ts';
import type { ObjectChange } from './difference.ts';
import type { ApplyDocument, DomainEntry } from './document-schema.ts';
import type { PlacedFault } from './read-document.ts';
import { inChunks } from './write-changes.ts';

export interface KeyOptions {
  box: SecretBox;
  overlapMs: number;
  now: number;
}

/** How the domain is to sign: without a word in the file it goes on as it does. */
export function wantedSigning(given: DomainEntry['dkim'], before: DomainSigning | undefined): { dkim?: DomainSigning } {
  if (given === false) return {};
  if (given === undefined) return before === undefined ? {} : { dkim: before };
  const { make, streams, published } = given;
  return { dkim: { make, streams, published, keys: before?.keys ?? [] } };
}

/** Keys that the file brings along and that are not there yet. */
export interface ImportPlan {
  faults: PlacedFault[];
  rows: { row: NewDkimKey; published: boolean }[];
}

/** Looks what is to be imported; writes nothing. */
export async function planImports(
  trx: Transaction<ControlTables>,
  document: ApplyDocument,
  options: KeyOptions,
): Promise<ImportPlan> {
  const plan: ImportPlan = { faults: [], rows: [] };
  for (const [i, customer] of document.customer.entries()) {
    for (const [j, domain] of customer.domains.entries()) {
      if (domain.dkim === undefined || domain.dkim === false || domain.dkim.keys.length === 0) continue;
      await planDomain(trx, { domain, path: ['customer', i, 'domains', j, 'dkim', 'keys'] }, options, plan);
    }
  }
  return plan;
}

async function planDomain(
  trx: Transaction<ControlTables>,
  { domain, path }: { domain: DomainEntry; path: PropertyKey[] },
  options: KeyOptions,
  plan: ImportPlan,
): Promise<void> {
  if (domain.dkim === undefined || domain.dkim === false) return;
  const have = new Map((await keysOfDomain(trx, domain.name)).map((row) => [row.selector, row.public_key]));
  for (const [k, { selector, stream, material }] of domain.dkim.keys.entries()) {
    const known = have.get(selector);
    if (known === undefined) {
      const row = newKeyRow({ domain: domain.name, selector, stream, material }, options);
      plan.rows.push({ row, published: domain.dkim.published });
      have.set(selector, material.publicKey);
    } else if (known !== material.publicKey) {
      const message = `brings another key for the selector "${selector}": a new key needs a new selector`;
      plan.faults.push({ path: [...path, k], message });
    }
  }
}

/** Writes what was planned, once the domains are there. */
export async function writeImports(
  trx: Transaction<ControlTables>,
  plan: ImportPlan,
  { now, overlapMs }: KeyOptions,
): Promise<ObjectChange[]> {
  const changes: ObjectChange[] = [];
  for (const { row, published } of plan.rows) {
    const inserted = await trx.insertInto('dkim_key').values(row).returningAll().executeTakeFirstOrThrow();
    if (published) await activate(trx, inserted, { now, overlapMs });
    const after: DkimKeyRow = { ...inserted, state: published ? 'active' : 'waiting' };
    const details = [published ? 'signs' : 'signs once its record was seen in DNS'];
    const additions = await tellKeys(trx, row.domain);
    changes.push({ ...auditOf('created', undefined, after), action: 'created', details, removals: [], additions });
  }
  return changes;
}

/** Keys of domains that are gone go with them; those of domains that are to sign no more stop. */
export async function endKeys(
  trx: Transaction<ControlTables>,
  changes: { removals: readonly DirectoryChange[]; additions: readonly DirectoryChange[] },
  { now, overlapMs }: Pick<KeyOptions, 'now' | 'overlapMs'>,
): Promise<void> {
  const any = await trx.selectFrom('dkim_key').select('id').limit(1).executeTakeFirst();
  if (any === undefined) return;
  const gone = changes.removals.flatMap((change) => (change.kind === 'domain' ? [change.name] : []));
  for await (const chunk of inChunks(gone)) {
    await trx.deleteFrom('dkim_key').where('domain', 'in', chunk).execute();
  }
  const silent = changes.additions.flatMap((change) =>
    change.kind === 'domain' && change.fact !== null && change.fact.dkim === undefined ? [change.name] : [],
  );
  for await (const chunk of inChunks(silent)) {
    await trx.deleteFrom('dkim_key').where('domain', 'in', chunk).where('state', '=', 'waiting').execute();
    const retiring = { state: 'retiring', until: now + overlapMs, check_at: null } as const;
    const active = trx.updateTable('dkim_key').set(retiring).where('domain', 'in', chunk);
    await active.where('state', '=', 'active').execute();
  }
}

/** Domains named one by one in warnings. */
const NAMED_DOMAINS = 10;
/** Of a file with more domains the others are left to `dkim list --state waiting`. */
const LOOKED_AT = 200;

/** Warnings about keys whose records are to be published: of domains that the file wants to be signed. */
export async function unpublishedKeys(db: Kysely<ControlTables>, document: ApplyDocument): Promise<string[]> {
  const domains = document.customer.flatMap((customer) =>
    customer.domains.flatMap(({ name, dkim }) => (dkim === undefined || dkim === false ? [] : [name])),
  );
  const warnings: string[] = [];
  for (const domain of domains.slice(0, LOOKED_AT)) {
    if (warnings.length >= NAMED_DOMAINS) break;
    const waiting = db.selectFrom('dkim_key').select('selector').where('domain', '=', domain);
    const selectors = (await waiting.where('state', '=', 'waiting').execute()).map(({ selector }) => selector);
    if (selectors.length === 0) continue;
    warnings.push(`${domain} signs once its DKIM records are published (${selectors.join(', ')}): dkim list ${domain}`);
  }
  const { todo } = await db
    .selectFrom('domain')
    .select(({ fn }) => fn.countAll<number>().as('todo'))
    .where('dkim_todo', '=', 1)
    .executeTakeFirstOrThrow();
  if (todo > 0) warnings.push(`keys of ${todo} domain(s) are still being made`);
  return warnings;
}
