// The operator looks at what was entered, sees what it would change, and approves it; by setting two people do. Then what
// was entered is the customer's, and it is being verified.

import { randomBytes } from 'node:crypto';
import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { type ProblemError, problem } from '../api/problem.ts';
import { type CustomerState, wantedState } from '../apply/customer-state.ts';
import { customerChange } from '../apply/difference.ts';
import type { CustomerEntry } from '../apply/document-schema.ts';
import { type Account, type Approval, findAccount, needAccount } from './accounts.ts';
import { checkEntry, clashesOf } from './check-entry.ts';
import type { CustomerCore } from './core.ts';
import { type KeptEntry, needEntry } from './entries.ts';
import { type EntryDifference, entryDifferences } from './entry-differences.ts';
import { changeObjects, loadObjects } from './objects.ts';
import { unknownPools } from './register.ts';
import { mailState } from './stages.ts';
import { makeStep, type Step } from './step.ts';
import type { TestState } from './test-state.ts';

/** What an approval would do. */
export interface ApprovalView {
  /** Approvals of the entry as it is. */
  approvals: Approval[];
  /** How many people must approve. */
  needed: number;
  /** What would come, for people: `domain example.lu added`. */
  changes: string[];
  /** All that is asked for or in force, thing by thing. */
  differences: EntryDifference[];
  /** What stands in the way; empty where it may be approved. */
  faults: ProblemError[];
  entryVersion: number;
}

export interface Approvals {
  view(customer: CustomerId): Promise<ApprovalView>;
  /** Approves the entry as it is. Throws a 409 where it is not submitted, or this person may not (again), a 422 with all faults. */
  approve(
    by: Actor,
    customer: CustomerId,
    version: number,
  ): Promise<{ approvals: Approval[]; needed: number; account: Account }>;
}

const TOKEN_LENGTH = 12;

export function openApprovals(core: CustomerCore): Approvals {
  return {
    view: (customer) => makeStep(core.changes, { who: 'easymail' }, (step) => view(core, step, customer)),
    approve: (by, customer, version) => makeStep(core.changes, by, (step) => approve(core, step, customer, version)),
  };
}

async function view(core: CustomerCore, step: Step, customer: CustomerId): Promise<ApprovalView> {
  const account = await needAccount(step.trx, customer);
  const kept = await needEntry(step.trx, customer);
  const planned = await plan(core, step, { account, kept });
  return {
    approvals: standing(account, kept),
    needed: core.config().provisioning.approvals,
    changes: planned.state === undefined ? [] : (customerChange(undefined, planned.state)?.details ?? []),
    differences: entryDifferences(kept.entry, {
      inForce: await loadObjects(core, step, customer),
      returned: kept.returned,
    }),
    faults: planned.faults,
    entryVersion: kept.version,
  };
}

/** Approvals of an older version of the entry count no longer. */
function standing({ approvals }: Account, { version }: KeptEntry): Approval[] {
  return approvals.filter((approval) => approval.version === version);
}

async function approve(core: CustomerCore, step: Step, customer: CustomerId, version: number) {
  const account = await needAccount(step.trx, customer);
  const kept = await needEntry(step.trx, customer);
  if (account.stage !== 'submitted') throw problem('nothing-to-approve', { stage: account.stage });
  if (kept.version !== version) throw problem('entry-changed-meanwhile');
  const needed = core.config().provisioning.approvals;
  const approvals = standing(account, kept);
  await assertMayApprove(step, { approvals, kept, needed });
  const { state, faults } = await plan(core, step, { account, kept });
  if (state === undefined || faults.length > 0) {
    throw problem('entry-to-be-mended', { count: faults.length }, faults);
  }
  approvals.push({ who: step.by.who, at: step.now, version });
  await step.trx
    .updateTable('account')
    .set(({ eb }) => ({ approvals: JSON.stringify(approvals), version: eb('version', '+', 1) }))
    .where('id', '=', customer)
    .execute();
  step.audit.push({
    action: 'entry.approved',
    object: `customer ${customer}`,
    customer,
    before: null,
    after: { version, approvals: approvals.length, needed },
  });
  if (approvals.length >= needed) await putInForce(core, step, { account, state });
  const changed = await findAccount(step.trx, customer);
  return { approvals, needed, account: changed ?? account };
}

/**
 * With two people nobody counts twice, with a key of their own either, and who entered or submitted it for the customer is
 * not a second pair of eyes.
 */
async function assertMayApprove(
  { trx, by }: Step,
  { approvals, kept, needed }: { approvals: Approval[]; kept: KeptEntry; needed: number },
): Promise<void> {
  const who = await personBehind(trx, by.who);
  for (const approval of approvals) {
    if ((await personBehind(trx, approval.who)) === who) {
      throw problem('approved-by-you');
    }
  }
  if (needed === 1) return;
  for (const writer of [kept.submittedBy, kept.changedBy]) {
    if (writer !== undefined && (await personBehind(trx, writer)) === who) {
      throw problem('entered-by-you');
    }
  }
}

/** Keys may have made keys; nobody goes on like that for long. */
const MOST_KEYS = 10;

/** Whose act it is: an API key acts for whoever made it. */
async function personBehind(trx: Step['trx'], who: string): Promise<string> {
  let name = who;
  for (let i = 0; i < MOST_KEYS && name.startsWith('key:'); i++) {
    const row = await trx
      .selectFrom('api_key')
      .select('made_by')
      .where('id', '=', name.slice('key:'.length))
      .executeTakeFirst();
    if (row === undefined) break;
    name = row.made_by;
  }
  return name.toLowerCase();
}

async function putInForce(
  core: CustomerCore,
  step: Step,
  { account, state }: { account: Account; state: CustomerState },
): Promise<void> {
  const { id } = account;
  await core.moveWithin(step, { id, to: 'approved', why: 'entry approved', mover: 'operator' });
  await changeObjects(core, step, { before: undefined, after: state });
  const test = state.customer.test === undefined ? null : JSON.stringify(testOf(state));
  await step.trx.updateTable('account').set({ test }).where('id', '=', id).execute();
  await step.trx.updateTable('entry').set({ returned: null }).where('customer', '=', id).execute();
  for (const { name } of state.domains) {
    step.events.push({ type: 'domain.created', customer: id, data: { customer: id, domain: name } });
  }
  for (const { network } of state.sources) {
    step.events.push({ type: 'source.added', customer: id, data: { customer: id, network } });
    step.events.push({ type: 'source.approved', customer: id, data: { customer: id, network } });
  }
  await core.moveWithin(step, { id, to: 'verifying', why: 'checks and test messages', mover: 'relay' });
}

function testOf({ customer, domains }: CustomerState): TestState {
  return {
    token: customer.test?.token ?? '',
    ...(customer.test?.to !== undefined && { to: customer.test.to, inbound: {} }),
    ...(domains.some(({ outbound }) => outbound) && { outbound: {} }),
  };
}

/** The customer as it would be, or all that stands in the way. */
async function plan(
  core: CustomerCore,
  step: Step,
  { account, kept }: { account: Account; kept: KeptEntry },
): Promise<{ state?: CustomerState; faults: ProblemError[] }> {
  const checked = checkEntry(account.id, kept.entry, { allowPrivate: core.config().delivery.allow_private });
  if (!checked.ok) return { faults: checked.faults };
  const state = await entered(account, kept, checked.customer);
  const pools = await unknownPools(step, account.pools);
  return { state, faults: [...pools, ...clashesOf(core.database.raw, state)] };
}

async function entered(account: Account, { entry }: KeptEntry, read: CustomerEntry): Promise<CustomerState> {
  const { id, name, language, pools, holds } = account;
  const wanted = await wantedState({ ...read, name, language, pools }, undefined);
  const to = testRecipient(entry.test_recipient, read);
  const test = { token: newToken(), ...(to !== undefined && { to }) };
  const state = mailState('verifying', holds > 0) ?? 'verifying';
  const mailhosts = wanted.customer.mailhosts.map((host) => ({ ...host, guarded: true as const }));
  const { id: _id, name: _name, state: _state, ...settings } = wanted.customer;
  return { ...wanted, customer: { id, name, state, test, ...settings, mailhosts } };
}

function testRecipient(given: string | undefined, { domains }: CustomerEntry): string | undefined {
  const inbound = domains.find((domain) => domain.inbound);
  if (inbound === undefined) return undefined;
  return given === undefined || given === '' ? `postmaster@${inbound.name}` : given;
}

/** Letters and digits that survive any mail client. */
function newToken(): string {
  return randomBytes(TOKEN_LENGTH)
    .toString('hex')
    .slice(0, TOKEN_LENGTH * 2);
}
