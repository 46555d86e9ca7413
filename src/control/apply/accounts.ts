// What `apply` means for the customers' accounts: a customer that a file makes is live, one that it takes away is
// removed, and the file's word on a suspension is the operator's.

import type { Transaction } from 'kysely';
import type { CustomerFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { type Stage, turnOf } from '../customers/stages.ts';
import type { AccountRow } from '../customers/tables.ts';
import type { ControlTables } from '../database/tables.ts';
import { type ControlEvent, recordEvents } from '../events/control-events.ts';
import type { ObjectChange } from './difference.ts';
import { inChunks } from './write-changes.ts';

export interface AccountOptions {
  who: string;
  now: number;
}

/** What the accounts were brought to. */
export interface AppliedAccounts {
  eventsWritten: boolean;
  /** Customers whose queued mail waits from now on, and those whose mail goes on. */
  suspended: CustomerId[];
  resumed: CustomerId[];
}

/** A file that changes more is a filling of the relay: nobody waits for a hundred thousand pieces of news. */
const MOST_TOLD = 2000;
/** Rows a statement: SQLite takes 32,766 values. */
const ROWS = 500;
const WHY = 'apply';

/** The row that a customer's fact makes, where nothing is known of an order. */
type NewAccount = Pick<AccountRow, 'id' | 'name' | 'language' | 'stage' | 'pools'>;

/** Within the transaction of `apply`: brings the accounts after the customers. */
export async function applyAccounts(
  trx: Transaction<ControlTables>,
  changes: readonly ObjectChange[],
  options: AccountOptions,
): Promise<AppliedAccounts> {
  const customers = changes.filter(({ object }) => object.startsWith('customer '));
  const made: Made = { events: [], suspended: [], resumed: [] };
  for await (const chunk of inChunks(customers, ROWS)) {
    const ids = chunk.map(idOf);
    const known = await trx.selectFrom('account').selectAll().where('id', 'in', ids).execute();
    const accounts = new Map(known.map((row) => [row.id, row]));
    await insertNew(
      trx,
      chunk.filter((change) => !accounts.has(idOf(change))),
      options,
      made,
    );
    for (const change of chunk) {
      const account = accounts.get(idOf(change));
      if (account !== undefined) await changeAccount(trx, account, { change, options, made });
    }
  }
  const { events, ...waiting } = made;
  if (customers.length > MOST_TOLD) return { ...waiting, eventsWritten: false };
  for await (const chunk of inChunks(events)) await recordEvents(trx, chunk, options.now);
  return { ...waiting, eventsWritten: events.length > 0 };
}

type Made = Omit<AppliedAccounts, 'eventsWritten'> & { events: ControlEvent[] };

function idOf({ object }: ObjectChange): string {
  return object.slice('customer '.length);
}

/** The customer as the file wants it; nothing where it goes. */
function factOf({ after }: ObjectChange): CustomerFact | undefined {
  return after === null ? undefined : (after as CustomerFact);
}

async function insertNew(
  trx: Transaction<ControlTables>,
  changes: readonly ObjectChange[],
  { who, now }: AccountOptions,
  made: Made,
): Promise<void> {
  const facts = changes.flatMap((change) => factOf(change) ?? []);
  if (facts.length === 0) return;
  const rows = facts.map((fact) => ({ ...newAccount(fact), stage_at: now, registered_at: now, contacts: '[]' }));
  await trx
    .insertInto('account')
    .values(rows.map((row, i) => ({ ...row, holds: Number(facts[i]?.state === 'suspended') })))
    .execute();
  const steps = rows.map(({ id, stage }) => ({ customer: id, from: null, to: stage, at: now, who, why: WHY }));
  await trx.insertInto('transition').values(steps).execute();
  const held = facts.filter(({ state }) => state === 'suspended').map(({ id }) => newSuspension(id, { who, now }));
  if (held.length > 0) await trx.insertInto('suspension').values(held).execute();
  made.suspended.push(...held.map(({ customer }) => customer));
  for (const { id, stage } of rows) tellStage(made.events, { id, from: null, to: stage });
}

function newAccount({ id, name, language, state, pools }: CustomerFact): NewAccount {
  return {
    id,
    name,
    language: accountLanguage(language),
    stage: stageFor(state, undefined),
    pools: JSON.stringify(pools),
  };
}

/** People are written to in one of three languages; the mail path's notices know more of them by name. */
function accountLanguage(language: string): string {
  const [base = 'en'] = language.split('-');
  return ['en', 'de', 'fr'].includes(base) ? base : 'en';
}

/** A customer in notice is live to the mail path, and a suspension leaves the stage as it was. */
function stageFor(state: CustomerFact['state'], before: Stage | undefined): Stage {
  switch (state) {
    case 'verifying':
      return 'verifying';
    case 'deactivated':
      return 'deactivated';
    case 'live':
      return before === 'notice' ? 'notice' : 'live';
    case 'suspended':
      return before === 'notice' || before === 'verifying' ? before : 'live';
    default:
      return state satisfies never;
  }
}

function newSuspension(customer: CustomerId, { who, now }: AccountOptions) {
  return { customer, reason: WHY, at: now, by: who, lifted_at: null, lifted_by: null, lift_reason: null };
}

async function changeAccount(
  trx: Transaction<ControlTables>,
  account: AccountRow,
  { change, options, made }: { change: ObjectChange; options: AccountOptions; made: Made },
): Promise<void> {
  const fact = factOf(change);
  const { id } = account;
  const stage = fact === undefined ? 'removed' : stageFor(fact.state, account.stage);
  const holds = await changeHolds(trx, account, { fact, options, made });
  const named = fact === undefined ? {} : { name: fact.name, pools: JSON.stringify(fact.pools) };
  const moved = stage === account.stage ? {} : { stage, stage_at: options.now };
  await trx
    .updateTable('account')
    .set({ ...named, ...moved, holds, version: account.version + 1 })
    .where('id', '=', id)
    .execute();
  if (stage === account.stage) return;
  if (turnOf(stage) === undefined) await endLinks(trx, id, options);
  const step = { customer: id, from: account.stage, to: stage, at: options.now, who: options.who, why: WHY };
  await trx.insertInto('transition').values(step).execute();
  tellStage(made.events, { id, from: account.stage, to: stage });
}

/** The way to live is over: its links lead nowhere any longer. */
async function endLinks(trx: Transaction<ControlTables>, customer: string, { who, now }: AccountOptions) {
  await trx
    .updateTable('link')
    .set({ revoked_at: now, revoked_by: who })
    .where('customer', '=', customer)
    .where('revoked_at', 'is', null)
    .execute();
}

/**
 * Suspensions that stand afterwards: a file that says `live` lifts all of them, one that says `suspended` adds its own.
 * Mail of a customer that is removed while suspended stays where it is; whoever comes back with its id begins anew.
 */
async function changeHolds(
  trx: Transaction<ControlTables>,
  { id: customer, holds, stage }: AccountRow,
  { fact, options, made }: { fact: CustomerFact | undefined; options: AccountOptions; made: Made },
): Promise<number> {
  if (fact === undefined) return holds;
  const { id } = fact;
  const standing = stage === 'removed' ? 0 : holds;
  if (fact.state === 'suspended') {
    if (standing > 0) return standing;
    await trx.insertInto('suspension').values(newSuspension(id, options)).execute();
    made.events.push({ type: 'customer.suspended', customer: id, data: { customer: id, reason: WHY } });
    made.suspended.push(id);
    return 1;
  }
  // The end of the contract lifts nothing: what waits for the operator goes on waiting.
  if (holds === 0 || (fact.state === 'deactivated' && stage !== 'removed')) return holds;
  await trx
    .updateTable('suspension')
    .set({ lifted_at: options.now, lifted_by: options.who, lift_reason: WHY })
    .where('customer', '=', customer)
    .where('lifted_at', 'is', null)
    .execute();
  made.events.push({ type: 'customer.resumed', customer: id, data: { customer: id, reason: WHY } });
  made.resumed.push(id);
  return 0;
}

function tellStage(events: ControlEvent[], { id, from, to }: { id: string; from: Stage | null; to: Stage }): void {
  const types: Partial<Record<Stage, ControlEvent['type']>> = {
    live: 'customer.activated',
    deactivated: 'customer.deactivated',
    removed: 'customer.removed',
  };
  const type = types[to];
  if (type !== undefined) events.push({ type, customer: id, data: { customer: id, from, to, reason: WHY } });
}
