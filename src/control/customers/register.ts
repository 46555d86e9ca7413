// The order: a customer is registered with its contract, its subscriptions, its first domain and the link it will need.

import type { CustomerId } from '../../mail/message.ts';
import { RELAY_CUSTOMER } from '../../mail/message.ts';
import { fault } from '../api/field-faults.ts';
import { type ProblemError, problem } from '../api/problem.ts';
import type { Contact, Language } from './accounts.ts';
import { addContract, addSubscription, type NewContract, type NewSubscription } from './contracts.ts';
import { beginEntry } from './entries.ts';
import type { Step } from './step.ts';

export interface Order {
  /** Without it one is made from the name. */
  id?: CustomerId;
  name: string;
  language: Language;
  contract?: NewContract;
  subscriptions: NewSubscription[];
  /** Lower-case A-labels. */
  domain?: string;
  pools: string[];
  contacts: Contact[];
}

const ID_LENGTH = 40;

/** Within a change: registers the customer; its id. A Problem where the id is taken, or a pool does not exist. */
export async function register(step: Step, order: Order): Promise<CustomerId> {
  await assertPossible(step, order);
  const id = order.id ?? (await freeId(step, order.name));
  const { name, language, pools, contacts, domain } = order;
  const lists = { pools: JSON.stringify(pools), contacts: JSON.stringify(contacts) };
  const times = { stage_at: step.now, registered_at: step.now };
  await step.trx
    .insertInto('account')
    .values({ id, name, language, stage: 'registered', ...times, ...lists, domain: domain ?? null })
    .execute();
  await step.trx
    .insertInto('transition')
    .values({ customer: id, from: null, to: 'registered', at: step.now, who: step.by.who, why: 'order' })
    .execute();
  step.audit.push({
    action: 'customer.registered',
    object: `customer ${id}`,
    customer: id,
    before: null,
    after: { ...order, id },
  });
  if (order.contract !== undefined) await addContract(step, id, order.contract);
  for (const subscription of order.subscriptions) await addSubscription(step, id, subscription);
  await beginEntry(step, id, domain);
  return id;
}

async function assertPossible({ trx }: Step, { id, domain, pools }: Order): Promise<void> {
  const errors: ProblemError[] = [];
  if (id !== undefined) {
    const taken = await trx.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst();
    if (taken !== undefined || id === RELAY_CUSTOMER) errors.push(fault('id', 'taken'));
  }
  if (domain !== undefined) {
    const owner = await trx.selectFrom('domain').select('customer').where('name', '=', domain).executeTakeFirst();
    if (owner !== undefined) errors.push(fault('domain', 'belongs-to', { customer: owner.customer }));
  }
  errors.push(...(await unknownPools({ trx }, pools)));
  if (errors.length > 0) throw problem('order-faulty', { count: errors.length }, errors);
}

/** Pools that are named and do not exist. */
export async function unknownPools({ trx }: Pick<Step, 'trx'>, pools: readonly string[]): Promise<ProblemError[]> {
  if (pools.length === 0) return [];
  const rows = await trx.selectFrom('pool').select('name').where('name', 'in', pools).execute();
  const known = new Set(rows.map(({ name }) => name));
  return pools.flatMap((name, i) => (known.has(name) ? [] : [fault(`pools.${i}`, 'pool-unknown', { pool: name })]));
}

/** `Société Müller S.A.` as `societe-muller-s-a`, with a number where another customer has that. */
async function freeId({ trx }: Step, name: string): Promise<CustomerId> {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const base =
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, ID_LENGTH)
      .replace(/-+$/, '') || 'customer';
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    const taken = await trx.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst();
    if (taken === undefined && id !== RELAY_CUSTOMER) return id as CustomerId;
  }
}
