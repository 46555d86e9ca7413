// The way from the order to a submitted entry: links, saving, submitting, sending back.

import type { CustomerId } from '../../mail/message.ts';
import type { LinkKind } from '../access/principal.ts';
import type { Actor } from '../actor.ts';
import type { ExpectedVersions } from '../api/etag.ts';
import { assertVersion } from '../api/etag.ts';
import { type ProblemError, problem } from '../api/problem.ts';
import { wantedState } from '../apply/customer-state.ts';
import { needAccount } from './accounts.ts';
import { checkEntry, clashesOf, withoutNames } from './check-entry.ts';
import type { CustomerCore } from './core.ts';
import { type KeptEntry, needEntry, saveEntry } from './entries.ts';
import type { Entry } from './entry.ts';
import { endForRenewal, endLinks, type MadeLink, makeLink } from './links.ts';
import type { StageChange } from './moves.ts';
import { type Order, register } from './register.ts';
import { isComing, isEntering, type Side } from './stages.ts';
import { makeStep, type Step } from './step.ts';
import { noteWork } from './times.ts';

export interface Entering {
  /** Takes an order; with `invite` the link is made at once. */
  register(by: Actor, order: Order, invite: boolean): Promise<{ id: CustomerId; link?: MadeLink }>;
  /** Makes a link. One for onboarding takes the place of those before it. */
  invite(by: Actor, customer: CustomerId, kind: LinkKind): Promise<MadeLink>;
  renew(by: Actor, customer: CustomerId, link: string): Promise<MadeLink>;
  /** A 404 where no such link counts. */
  revoke(by: Actor, customer: CustomerId, link: string): Promise<void>;
  /** Saves the entry as `edit` makes it, for this side. */
  save(
    by: Actor,
    customer: CustomerId,
    change: { side: Side; expected: ExpectedVersions; edit: (entry: Entry) => Entry },
  ): Promise<KeptEntry>;
  /**
   * All that is wrong with the entry, or with the draft that it may become; empty where it may be submitted. The customer's
   * side learns nothing of others.
   */
  faults(customer: CustomerId, side: Side, draft?: (entry: Entry) => Entry): Promise<ProblemError[]>;
  /** Submits the entry; a 422 with all faults. */
  submit(by: Actor, customer: CustomerId, change: { side: Side; expected: ExpectedVersions }): Promise<KeptEntry>;
  /** Sends a submitted entry back to be mended. */
  sendBack(by: Actor, customer: CustomerId, reason: string): Promise<void>;
  /** The operator's word on an order that is under way: live without what is missing, or given up. A 409 past that. */
  decide(by: Actor, customer: CustomerId, to: 'live' | 'removed', reason: string): Promise<StageChange>;
  /** A side is at work; noted without holding anybody up. */
  seen(by: Actor, customer: CustomerId, side: Side): void;
}

export function openEntering(core: CustomerCore): Entering {
  const step = <T>(by: Actor, work: (step: Step) => Promise<T>) => makeStep(core.changes, by, work);
  return {
    register: (by, order, invited) =>
      step(by, async (one) => {
        const id = await register(one, order);
        await noteWork(one, id, 'operator');
        return invited ? { id, link: await invite(core, one, id, 'onboarding') } : { id };
      }),
    invite: (by, customer, kind) => step(by, (one) => invite(core, one, customer, kind)),
    renew: (by, customer, link) => step(by, (one) => renew(core, one, customer, link)),
    revoke: (by, customer, link) =>
      step(by, async (one) => {
        if ((await endLinks(one, customer, { id: link })) === 0) throw problem('no-valid-link');
      }),
    save: (by, customer, { side, expected, edit }) =>
      step(by, async (one) => {
        const kept = await saveEntry(one, customer, { expected, edit });
        await noteWork(one, customer, side);
        return kept;
      }),
    faults: (customer, side, draft = (entry) => entry) =>
      step({ who: 'easymail' }, async (one) => {
        const { entry } = await needEntry(one.trx, customer);
        const found = await faultsOf(core, customer, draft(entry));
        return side === 'customer' ? withoutNames(found) : found;
      }),
    submit: (by, customer, change) => step(by, (one) => submit(core, one, customer, change)),
    sendBack: (by, customer, reason) => step(by, (one) => sendBack(core, one, customer, reason)),
    decide: (by, customer, to, reason) =>
      step(by, async (one) => {
        const { stage } = await needAccount(one.trx, customer);
        if (!isComing(stage)) {
          throw problem('order-not-under-way', { stage });
        }
        await noteWork(one, customer, 'operator');
        return core.moveWithin(one, { id: customer, to, why: reason, mover: 'operator' });
      }),
    seen: (by, customer, side) => {
      const noted = step(by, (one) => noteWork(one, customer, side));
      noted.catch((err: unknown) => core.log.warn('work for a customer was not noted', { err, customer }));
    },
  };
}

async function invite(core: CustomerCore, step: Step, customer: CustomerId, kind: LinkKind): Promise<MadeLink> {
  const { stage } = await needAccount(step.trx, customer);
  if (!isComing(stage)) throw problem('link-needs-order', { stage });
  await noteWork(step, customer, 'operator');
  if (kind === 'onboarding') await endLinks(step, customer, { kind });
  else await assertRoom(step, customer);
  const link = await makeLink(step, linkOptions(core, customer, kind));
  if (kind === 'onboarding' && stage === 'registered') {
    await core.moveWithin(step, { id: customer, to: 'invited', why: 'link made', mover: 'operator' });
  }
  return link;
}

/** A link that anybody could have made over and over is no door to keep open. */
const MOST_RECORD_LINKS = 20;

async function assertRoom({ trx, now }: Step, customer: CustomerId): Promise<void> {
  const open = trx.selectFrom('link').select('id').where('customer', '=', customer).where('kind', '=', 'records');
  const rows = await open.where('revoked_at', 'is', null).where('expires_at', '>', now).execute();
  if (rows.length < MOST_RECORD_LINKS) return;
  throw problem('record-links-full', { most: MOST_RECORD_LINKS });
}

async function renew(core: CustomerCore, step: Step, customer: CustomerId, link: string): Promise<MadeLink> {
  const { stage } = await needAccount(step.trx, customer);
  if (!isComing(stage)) throw problem('link-needs-order', { stage });
  const kind = await endForRenewal(step, customer, link);
  if (kind === 'records') await assertRoom(step, customer);
  return makeLink(step, linkOptions(core, customer, kind));
}

function linkOptions(core: CustomerCore, customer: CustomerId, kind: LinkKind) {
  const { http, provisioning } = core.config();
  return { customer, kind, lifeMs: provisioning.link_life, base: http.url };
}

async function submit(
  core: CustomerCore,
  step: Step,
  customer: CustomerId,
  { side, expected }: { side: Side; expected: ExpectedVersions },
): Promise<KeptEntry> {
  const account = await needAccount(step.trx, customer);
  const kept = await needEntry(step.trx, customer);
  if (!isEntering(account.stage)) throw problem('submitted-already', { stage: account.stage });
  assertVersion(expected, kept.version);
  const faults = await faultsOf(core, customer, kept.entry);
  if (faults.length > 0) {
    const shown = side === 'customer' ? withoutNames(faults) : faults;
    throw problem('entry-faulty', { count: faults.length }, shown);
  }
  await step.trx
    .updateTable('entry')
    .set({ submitted_at: step.now, submitted_by: step.by.who })
    .where('customer', '=', customer)
    .execute();
  if (kept.entry.portal && account.portal === 'none') {
    await step.trx.updateTable('account').set({ portal: 'requested' }).where('id', '=', customer).execute();
  }
  await noteWork(step, customer, side);
  await core.moveWithin(step, { id: customer, to: 'submitted', why: 'entry submitted', mover: side });
  return { ...kept, submittedAt: step.now, submittedBy: step.by.who };
}

async function faultsOf(core: CustomerCore, customer: CustomerId, entry: Entry): Promise<ProblemError[]> {
  const checked = checkEntry(customer, entry, { allowPrivate: core.config().delivery.allow_private });
  if (!checked.ok) return checked.faults;
  return clashesOf(core.database.raw, await wantedState(checked.customer, undefined));
}

async function sendBack(core: CustomerCore, step: Step, customer: CustomerId, reason: string): Promise<void> {
  const account = await needAccount(step.trx, customer);
  if (account.stage !== 'submitted') throw problem('nothing-submitted', { stage: account.stage });
  await step.trx
    .updateTable('entry')
    .set((eb) => ({ submitted_at: null, submitted_by: null, returned: eb.ref('content') }))
    .where('customer', '=', customer)
    .execute();
  await step.trx.updateTable('account').set({ approvals: '[]' }).where('id', '=', customer).execute();
  await noteWork(step, customer, 'operator');
  await core.moveWithin(step, { id: customer, to: 'invited', why: reason, mover: 'operator' });
}
