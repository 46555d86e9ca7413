// A customer's list of recipients: a million addresses are nothing unusual, so nothing is made of each but its text, and
// other work of the process gets a turn in between.

import type { DatabaseSync } from 'node:sqlite';
import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import { namesFurtherHost } from '../../mail/authorise/further-host.ts';
import type { CustomerId } from '../../mail/message.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import type { CustomerEntry } from './document-schema.ts';
import type { PlacedFault } from './read-document.ts';

const AT_ONCE = 20_000;
/** So many addresses are named to people, more are counted. */
const NAMED = 10;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** The list as it is, inside of a running transaction. */
export async function loadRecipients(raw: DatabaseSync, customer: string): Promise<Set<string>> {
  const page = raw.prepare('select address from recipient where customer = ? and address > ? order by address limit ?');
  const addresses = new Set<string>();
  for (let last = ''; ; ) {
    const rows = page.all(customer, last, AT_ONCE);
    for (const row of rows) addresses.add((last = String(row['address'])));
    if (rows.length < AT_ONCE) return addresses;
    await nextTurn();
  }
}

/** What has to change so that the list becomes what is wanted. */
export function recipientChanges(
  customer: CustomerId,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): { removals: DirectoryChange[]; additions: DirectoryChange[]; details: string[] } {
  const removed = [...before].filter((address) => !after.has(address));
  const added = [...after].filter((address) => !before.has(address));
  return {
    removals: removed.map((address) => ({ kind: 'recipient', address, customer, fact: null })),
    additions: added.map((address) => ({ kind: 'recipient', address, customer, fact: { address, customer } })),
    details: [...describe(added, 'added'), ...describe(removed, 'removed')],
  };
}

function describe(addresses: readonly string[], what: string): string[] {
  if (addresses.length > NAMED) return [`${addresses.length} recipients ${what}`];
  return addresses.map((address) => `recipient ${address} ${what}`);
}

/** Writes the changes of lists among all changes, inside of a running transaction. */
export async function writeRecipients(raw: DatabaseSync, changes: readonly DirectoryChange[]): Promise<void> {
  const put = raw.prepare('insert or replace into recipient (customer, address) values (?, ?)');
  const remove = raw.prepare('delete from recipient where customer = ? and address = ?');
  let count = 0;
  for (const change of changes) {
    if (change.kind !== 'recipient') continue;
    (change.fact === null ? remove : put).run(change.customer, change.address);
    if (++count % AT_ONCE === 0) await nextTurn();
  }
}

/** Addresses that stand on the list twice, or are in no domain that the customer receives for. */
export function recipientFaults(customer: CustomerEntry, i: number): PlacedFault[] {
  const faults: PlacedFault[] = [];
  const seen = new Set<string>();
  const receives = new Map<string, boolean>();
  for (const [j, address] of customer.recipients.entries()) {
    const fault = (message: string) => faults.push({ path: ['customer', i, 'recipients', j], message });
    if (seen.size === seen.add(address).size) fault(`names "${address}" a second time`);
    const domain = domainOf(address);
    let known = receives.get(domain);
    if (known === undefined) receives.set(domain, (known = receivesFor(customer.domains, domain)));
    if (!known) fault(`"${address}" is in no inbound domain of the customer`);
  }
  return faults;
}

/** Whether one of these domains takes mail for this one. */
export function receivesFor(
  domains: readonly { name: string; inbound: boolean; subdomains: boolean }[],
  domain: string,
): boolean {
  return domains.some(
    ({ name, inbound, subdomains }) => inbound && (name === domain || (subdomains && domain.endsWith(`.${name}`))),
  );
}

/** What is allowed, but hardly meant. */
export function recipientWarnings({ id, recipients, recipient_check, mailhosts }: CustomerEntry): string[] {
  if (recipient_check === 'list' && recipients.length === 0) {
    return [
      `customer ${id} has recipient_check = "list" and no recipients: all mail to it but postmaster's is refused`,
    ];
  }
  if (recipient_check === 'call-ahead' && mailhosts.length === 0) {
    return [`customer ${id} has recipient_check = "call-ahead" and no mail host to ask: its inbound mail is put off`];
  }
  if (recipient_check !== 'list' && recipients.some((address) => !namesFurtherHost(address))) {
    return [`customer ${id} has recipients, which count only with recipient_check = "list"`];
  }
  return [];
}
