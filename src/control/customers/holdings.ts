// Domains, sources, mail hosts and settings of a customer that is on the mail path already: added, changed and removed by
// the operator or by the customer's administrator. A source that the customer adds waits for the operator's yes.

import type {
  CustomerFact,
  DomainFact,
  MailHostFact,
  SharedProof,
  SourceFact,
} from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { assertVersion, contentVersion, type ExpectedVersions } from '../api/etag.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { CustomerState } from '../apply/customer-state.ts';
import type { AuditedChange } from '../audit/audit.ts';
import { type Account, type Contact, type Language, needAccount } from './accounts.ts';
import type { CustomerCore } from './core.ts';
import { dropRecipients } from './drop-recipients.ts';
import type { EntrySource } from './entry.ts';
import { touchVersion } from './moves.ts';
import { changeObjects, loadObjects, needObjects } from './objects.ts';
import { assertOutside, readSource } from './read-holdings.ts';
import { unknownPools } from './register.ts';
import type { Side } from './stages.ts';
import { makeStep, type Step } from './step.ts';
import type { WaitingSourceRow } from './tables.ts';
import type { TestState } from './test-state.ts';

export interface SettingsPatch {
  name?: string;
  language?: Language;
  contacts?: Contact[];
  portal?: Account['portal'];
  pools?: string[];
  hide?: CustomerFact['hide'];
  forwards?: CustomerFact['forwards'];
  return_path?: CustomerFact['returnPath'];
  recipient_check?: CustomerFact['recipientCheck'];
  foreign_from?: CustomerFact['foreignFrom'];
}

export type DomainPatch = Partial<Pick<DomainFact, 'inbound' | 'outbound' | 'subdomains'>>;

export interface Holdings {
  settings(
    by: Actor,
    customer: CustomerId,
    change: { expected: ExpectedVersions; patch: SettingsPatch },
  ): Promise<Account>;
  /** New domains count once their owner's proof is seen. */
  addDomain(by: Actor, customer: CustomerId, domain: Required<DomainPatch> & { name: string }): Promise<DomainFact>;
  changeDomain(
    by: Actor,
    customer: CustomerId,
    name: string,
    change: { expected: ExpectedVersions; patch: DomainPatch },
  ): Promise<DomainFact>;
  removeDomain(by: Actor, customer: CustomerId, name: string): Promise<void>;
  /** By the customer's hand it waits for the operator. */
  addSource(
    by: Actor,
    customer: CustomerId,
    source: { given: EntrySource; hand: Side },
  ): Promise<{ network: string; state: 'in force' | 'waiting' }>;
  approveSource(by: Actor, customer: CustomerId, network: string): Promise<void>;
  /** Refuses one that waits. */
  blockSource(by: Actor, customer: CustomerId, network: string, reason: string): Promise<void>;
  /** Of those in force or waiting. */
  removeSource(by: Actor, customer: CustomerId, network: string): Promise<void>;
  waitingSources(customer: CustomerId): Promise<WaitingSourceRow[]>;
  /** One with the same host and port is replaced. By the customer's hand it leads to no private address. */
  addMailHost(by: Actor, customer: CustomerId, host: { given: MailHostFact; hand: Side }): Promise<void>;
  removeMailHost(by: Actor, customer: CustomerId, host: { host: string; port: number }): Promise<void>;
}

/** Whoever has more of one kind is a case for `apply`. */
const MOST = 10_000;

export function openHoldings(core: CustomerCore): Holdings {
  const step = <T>(by: Actor, work: (step: Step) => Promise<T>) => makeStep(core.changes, by, work);
  return {
    settings: (by, customer, change) => step(by, (one) => changeSettings(core, one, customer, change)),
    addDomain: (by, customer, domain) => step(by, (one) => addDomain(core, one, customer, domain)),
    changeDomain: (by, customer, name, change) =>
      step(by, (one) => changeDomain(core, one, customer, { name, ...change })),
    removeDomain: (by, customer, name) => step(by, (one) => removeDomain(core, one, customer, name)),
    addSource: async (by, customer, { given, hand }) => {
      const source = readSource(given, core.config().delivery.allow_private);
      const state = await step(by, (one) => addSource(core, one, customer, { ...source, hand }));
      return { network: source.network, state };
    },
    approveSource: (by, customer, network) => step(by, (one) => approveSource(core, one, customer, network)),
    blockSource: (by, customer, network, reason) => step(by, (one) => blockSource(one, customer, { network, reason })),
    removeSource: (by, customer, network) => step(by, (one) => removeSource(core, one, customer, network)),
    waitingSources: (customer) =>
      core.database.reads
        .selectFrom('waiting_source')
        .selectAll()
        .where('customer', '=', customer)
        .orderBy('network')
        .execute(),
    addMailHost: async (by, customer, { given, hand }) => {
      const host: MailHostFact = hand === 'customer' ? { ...given, guarded: true } : given;
      if (hand === 'customer') assertOutside(host.host, core.config().delivery.allow_private);
      await step(by, (one) =>
        editMailHosts(core, one, customer, (hosts) => [...hosts.filter((other) => !sameHost(other, host)), host]),
      );
    },
    removeMailHost: (by, customer, gone) =>
      step(by, (one) =>
        editMailHosts(core, one, customer, (hosts) => {
          const left = hosts.filter((other) => !sameHost(other, gone));
          if (left.length === hosts.length) throw problem('no-such-mailhost');
          return left;
        }),
      ),
  };
}

function sameHost(a: { host: string; port: number }, b: { host: string; port: number }): boolean {
  return a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port;
}

async function changeSettings(
  core: CustomerCore,
  step: Step,
  id: CustomerId,
  { expected, patch }: { expected: ExpectedVersions; patch: SettingsPatch },
): Promise<Account> {
  const account = await needAccount(step.trx, id);
  assertVersion(expected, account.version);
  if (account.stage === 'removed') throw problem('customer-removed');
  const faults = await unknownPools(step, patch.pools ?? []);
  if (faults.length > 0) throw problem('pools-unknown', {}, faults);
  const {
    name = account.name,
    language = account.language,
    contacts = account.contacts,
    portal = account.portal,
    pools = account.pools,
  } = patch;
  const own = { name, language, portal, contacts: JSON.stringify(contacts), pools: JSON.stringify(pools) };
  await step.trx.updateTable('account').set(own).where('id', '=', id).execute();
  await touchVersion(step, id);
  const before = await loadObjects(core, step, id);
  if (before !== undefined) {
    const settings = settingsOf(before.customer, patch);
    await changeObjects(core, step, {
      before,
      after: { ...before, customer: { ...before.customer, name, language, pools, ...settings } },
    });
    if (patch.pools !== undefined) step.after.push(async () => core.poolsChanged());
  } else if (MAIL_SETTINGS.some((key) => patch[key] !== undefined)) {
    throw problem('settings-after-approval');
  }
  step.audit.push(audited(id, 'customer.changed', `customer ${id}`, { before: shownAccount(account), after: patch }));
  return needAccount(step.trx, id);
}

const MAIL_SETTINGS = ['hide', 'forwards', 'return_path', 'recipient_check', 'foreign_from'] as const;

function settingsOf(fact: CustomerFact, patch: SettingsPatch): Partial<CustomerFact> {
  return {
    hide: patch.hide ?? fact.hide,
    forwards: patch.forwards ?? fact.forwards,
    returnPath: patch.return_path ?? fact.returnPath,
    recipientCheck: patch.recipient_check ?? fact.recipientCheck,
    foreignFrom: patch.foreign_from ?? fact.foreignFrom,
  };
}

function shownAccount({ name, language, contacts, portal, pools }: Account): unknown {
  return { name, language, contacts, portal, pools };
}

function audited(
  customer: CustomerId,
  action: string,
  object: string,
  change: { before: unknown; after: unknown },
): AuditedChange {
  return { action, object, customer, ...change };
}

async function addDomain(
  core: CustomerCore,
  step: Step,
  id: CustomerId,
  domain: Required<DomainPatch> & { name: string },
): Promise<DomainFact> {
  const before = await needObjects(core, step, id);
  if (before.domains.some(({ name }) => name === domain.name)) throw problem('domain-there', { domain: domain.name });
  if (before.domains.length >= MOST) throw problem('too-many-domains', { most: MOST });
  const { name, outbound, inbound, subdomains } = domain;
  const fact: DomainFact = { name, customer: id, outbound, inbound, subdomains, verified: false, ...signing(outbound) };
  // Its own domain needs no grant.
  const grants = before.grants.filter((grant) => grant.domain !== name);
  await changeObjects(core, step, { before, after: { ...before, domains: [...before.domains, fact], grants } });
  step.audit.push(audited(id, 'domain.created', `domain ${name}`, { before: null, after: fact }));
  step.events.push({ type: 'domain.created', customer: id, data: { customer: id, domain: name } });
  return fact;
}

/** What goes out is signed from the first day on; keys are made by themselves. */
function signing(outbound: boolean): Pick<DomainFact, 'dkim'> {
  return outbound ? { dkim: { make: ['rsa', 'ed25519'], streams: [], published: false, keys: [] } } : {};
}

async function changeDomain(
  core: CustomerCore,
  step: Step,
  id: CustomerId,
  { name, expected, patch }: { name: string; expected: ExpectedVersions; patch: DomainPatch },
): Promise<DomainFact> {
  const before = await needObjects(core, step, id);
  const old = ownDomain(before, name);
  assertVersion(expected, domainVersion(old));
  const fact: DomainFact = { ...old, ...patch };
  if (!fact.inbound && !fact.outbound)
    throw problem('domain-without-direction', {}, [fault('inbound', 'must-not-be-false')]);
  if (fact.outbound && fact.dkim === undefined) Object.assign(fact, signing(true));
  const domains = before.domains.map((one) => (one.name === name ? fact : one));
  await changeObjects(core, step, { before, after: { ...before, domains } });
  await dropRecipients(core, step, id, domains);
  step.audit.push(audited(id, 'domain.changed', `domain ${name}`, { before: old, after: fact }));
  return fact;
}

/** Changes with what can be changed of it, and not with what the checks find. */
export function domainVersion({ inbound, outbound, subdomains }: DomainFact): string {
  return contentVersion({ inbound, outbound, subdomains });
}

function ownDomain({ domains }: CustomerState, name: string): DomainFact {
  const fact = domains.find((one) => one.name === name);
  if (fact === undefined) throw problem('no-domain', { domain: name });
  return fact;
}

async function removeDomain(core: CustomerCore, step: Step, id: CustomerId, name: string): Promise<void> {
  const before = await needObjects(core, step, id);
  const old = ownDomain(before, name);
  const domains = before.domains.filter((one) => one !== old);
  await changeObjects(core, step, { before, after: { ...before, domains } });
  await dropRecipients(core, step, id, domains);
  step.audit.push(audited(id, 'domain.removed', `domain ${name}`, { before: old, after: null }));
  step.events.push({ type: 'domain.removed', customer: id, data: { customer: id, domain: name } });
}

async function addSource(
  core: CustomerCore,
  step: Step,
  id: CustomerId,
  { network, shared, hand }: Pick<SourceFact, 'network' | 'shared'> & { hand: Side },
): Promise<'in force' | 'waiting'> {
  const before = await needObjects(core, step, id);
  if (before.sources.length >= MOST) throw problem('too-many-sources', { most: MOST });
  const fact: SourceFact = { network, customer: id, ...(shared !== undefined && { shared }) };
  const known = before.sources.some((one) => one.network === network);
  if (hand === 'customer') {
    if (known) throw problem('source-there', { network });
    const row = {
      customer: id,
      network,
      shared: shared === undefined ? null : JSON.stringify(shared),
      at: step.now,
      by: step.by.who,
    };
    await step.trx.replaceInto('waiting_source').values(row).execute();
    await touchVersion(step, id);
    tellSource(step, 'added', { id, fact });
    return 'waiting';
  }
  await putSource(core, step, before, fact);
  tellSource(step, 'added', { id, fact });
  tellSource(step, 'approved', { id, fact });
  return 'in force';
}

async function putSource(core: CustomerCore, step: Step, before: CustomerState, fact: SourceFact): Promise<void> {
  const sources = [...before.sources.filter((one) => one.network !== fact.network), fact];
  await changeObjects(core, step, { before, after: { ...before, sources } });
}

function tellSource(
  step: Step,
  what: 'added' | 'approved' | 'blocked' | 'removed',
  { id, fact, reason }: { id: CustomerId; fact: SourceFact; reason?: string },
): void {
  const { network, shared } = fact;
  // The hash of a secret is for the mail path alone.
  const shown = {
    network,
    ...(shared !== undefined && { shared: shared.kind }),
    ...(reason !== undefined && { reason }),
  };
  const gone = what === 'removed' || what === 'blocked';
  step.audit.push(
    audited(
      id,
      `source.${what}`,
      `source ${network}`,
      gone ? { before: shown, after: null } : { before: null, after: shown },
    ),
  );
  step.events.push({ type: `source.${what}`, customer: id, data: { customer: id, ...shown } });
}

/** Takes one that waits; nothing where none does. */
async function takeWaiting({ trx }: Step, customer: CustomerId, network: string): Promise<SourceFact | undefined> {
  const row = await trx
    .deleteFrom('waiting_source')
    .where('customer', '=', customer)
    .where('network', '=', network)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { network, customer, ...(row.shared !== null && { shared: JSON.parse(row.shared) as SharedProof }) };
}

async function approveSource(core: CustomerCore, step: Step, id: CustomerId, network: string): Promise<void> {
  const fact = await takeWaiting(step, id, network);
  if (fact === undefined) throw problem('no-waiting-source', { network });
  await putSource(core, step, await needObjects(core, step, id), fact);
  tellSource(step, 'approved', { id, fact });
}

async function blockSource(
  step: Step,
  id: CustomerId,
  { network, reason }: { network: string; reason: string },
): Promise<void> {
  const fact = await takeWaiting(step, id, network);
  if (fact === undefined) throw problem('no-waiting-source', { network });
  await touchVersion(step, id);
  tellSource(step, 'blocked', { id, fact, reason });
}

async function removeSource(core: CustomerCore, step: Step, id: CustomerId, network: string): Promise<void> {
  const before = await needObjects(core, step, id);
  const fact = before.sources.find((one) => one.network === network);
  const waiting = await takeWaiting(step, id, network);
  const gone = fact ?? waiting;
  if (gone === undefined) throw problem('no-source', { network });
  await changeObjects(core, step, {
    before,
    after: { ...before, sources: before.sources.filter((one) => one !== fact) },
  });
  await touchVersion(step, id);
  tellSource(step, 'removed', { id, fact: gone });
}

async function editMailHosts(
  core: CustomerCore,
  step: Step,
  id: CustomerId,
  edit: (hosts: readonly MailHostFact[]) => MailHostFact[],
): Promise<void> {
  const before = await needObjects(core, step, id);
  const mailhosts = edit(before.customer.mailhosts);
  if (mailhosts.length > 50) throw problem('too-many-mailhosts');
  const changed = await changeObjects(core, step, {
    before,
    after: { ...before, customer: { ...before.customer, mailhosts } },
  });
  if (!changed) return;
  await tryAgain(step, id);
  step.audit.push(
    audited(id, 'mailhosts.changed', `customer ${id}`, { before: before.customer.mailhosts, after: mailhosts }),
  );
}

/** What went to other mail hosts says nothing of these: a customer that is being verified gets another test message. */
async function tryAgain(step: Step, id: CustomerId): Promise<void> {
  const { stage, test } = await needAccount(step.trx, id);
  if (stage !== 'verifying' || test?.inbound === undefined) return;
  const anew: TestState = { ...test, inbound: {} };
  await step.trx
    .updateTable('account')
    .set({ test: JSON.stringify(anew) })
    .where('id', '=', id)
    .execute();
}
