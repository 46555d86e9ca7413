// Contracts and subscriptions of a customer. A contract that changes becomes a new version, and the old one stays to be
// read; the end of the last subscription that is not Easymail is termination's business (subscriptionsChanged).

import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { assertVersion, contentVersion, type ExpectedVersions } from '../api/etag.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import { needAccount } from './accounts.ts';
import type { CustomerCore } from './core.ts';
import { makeStep, type Step } from './step.ts';
import type { ContractRow, SubscriptionRow } from './tables.ts';

export type NewContract = Pick<ContractRow, 'number' | 'sla' | 'starts'> &
  Partial<Pick<ContractRow, 'agreed' | 'note'>>;
export type NewSubscription = Pick<SubscriptionRow, 'kind' | 'reference' | 'since'> &
  Partial<Pick<SubscriptionRow, 'until'>>;

export interface Contracts {
  /** Versions, the newest first. */
  list(customer: CustomerId): Promise<ContractRow[]>;
  add(by: Actor, customer: CustomerId, contract: NewContract): Promise<ContractRow>;
  subscriptions(customer: CustomerId): Promise<SubscriptionRow[]>;
  subscribe(by: Actor, customer: CustomerId, subscription: NewSubscription): Promise<SubscriptionRow>;
  /** Changes reference, begin or end. A 404 where the customer has no such subscription. */
  change(
    by: Actor,
    customer: CustomerId,
    id: number,
    change: { expected: ExpectedVersions; to: Partial<Omit<NewSubscription, 'kind'>> },
  ): Promise<SubscriptionRow>;
}

export function openContracts(core: CustomerCore): Contracts {
  const { db } = core.database;
  const step = <T>(by: Actor, work: (step: Step) => Promise<T>) => makeStep(core.changes, by, work);
  return {
    list: (customer) =>
      db.selectFrom('contract').selectAll().where('customer', '=', customer).orderBy('version', 'desc').execute(),
    add: (by, customer, contract) => step(by, (one) => addContract(one, customer, contract)),
    subscriptions: (customer) =>
      db.selectFrom('subscription').selectAll().where('customer', '=', customer).orderBy('id').execute(),
    subscribe: (by, customer, given) =>
      step(by, async (one) => {
        const row = await addSubscription(one, customer, given);
        one.after.push(async () => core.subscriptionsChanged(customer));
        return row;
      }),
    change: (by, customer, id, change) =>
      step(by, async (one) => {
        const row = await changeSubscription(one, { customer, id }, change);
        one.after.push(async () => core.subscriptionsChanged(customer));
        return row;
      }),
  };
}

/** Within a change: the contract as its next version. */
export async function addContract(step: Step, customer: CustomerId, contract: NewContract): Promise<ContractRow> {
  await needAccount(step.trx, customer);
  const before = await step.trx
    .selectFrom('contract')
    .selectAll()
    .where('customer', '=', customer)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const { number, sla, starts, agreed = null, note = null } = contract;
  const version = (before?.version ?? 0) + 1;
  const row: ContractRow = { customer, version, number, sla, starts, agreed, note, at: step.now, by: step.by.who };
  await step.trx.insertInto('contract').values(row).execute();
  step.audit.push({
    action: 'contract.created',
    object: `contract ${customer} ${version}`,
    customer,
    before: before ?? null,
    after: row,
  });
  return row;
}

/** Within a change: one more subscription. */
export async function addSubscription(
  step: Step,
  customer: CustomerId,
  given: NewSubscription,
): Promise<SubscriptionRow> {
  await needAccount(step.trx, customer);
  const { kind, reference, since, until = null } = given;
  const row = await step.trx
    .insertInto('subscription')
    .values({ customer, kind, reference, since, until })
    .returningAll()
    .executeTakeFirstOrThrow();
  assertOrder(row);
  step.audit.push({
    action: 'subscription.created',
    object: `subscription ${row.id}`,
    customer,
    before: null,
    after: row,
  });
  return row;
}

async function changeSubscription(
  step: Step,
  { customer, id }: { customer: CustomerId; id: number },
  { expected, to }: { expected: ExpectedVersions; to: Partial<Omit<NewSubscription, 'kind'>> },
): Promise<SubscriptionRow> {
  const before = await step.trx
    .selectFrom('subscription')
    .selectAll()
    .where('id', '=', id)
    .where('customer', '=', customer)
    .executeTakeFirst();
  if (before === undefined) throw problem('no-such-subscription');
  assertVersion(expected, subscriptionVersion(before));
  const given = Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined));
  const row: SubscriptionRow = { ...before, ...given };
  assertOrder(row);
  await step.trx
    .updateTable('subscription')
    .set({ reference: row.reference, since: row.since, until: row.until })
    .where('id', '=', id)
    .execute();
  step.audit.push({ action: 'subscription.changed', object: `subscription ${id}`, customer, before, after: row });
  return row;
}

/** Changes with what can be changed of it. */
export function subscriptionVersion({ reference, since, until }: SubscriptionRow): string {
  return contentVersion({ reference, since, until });
}

function assertOrder({ since, until }: SubscriptionRow): void {
  if (until === null || until >= since) return;
  throw problem('subscription-ends-early', {}, [fault('until', 'until-before-start', { since })]);
}
