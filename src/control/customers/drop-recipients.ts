// A list of recipients holds addresses of domains that the customer receives for, and no others: what is left of a domain
// that went would come back with it, years later.

import type { DirectoryChange, DomainFact } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import { loadRecipients, receivesFor, writeRecipients } from '../apply/recipients.ts';
import type { CustomerCore } from './core.ts';
import type { Step } from './step.ts';

/** Within a change: takes addresses off the customer's list that none of these domains receives for. */
export async function dropRecipients(
  core: CustomerCore,
  step: Step,
  customer: CustomerId,
  domains: readonly DomainFact[],
): Promise<void> {
  const { raw } = core.database;
  const known = new Map<string, boolean>();
  const changes: DirectoryChange[] = [];
  for (const address of await loadRecipients(raw, customer)) {
    const domain = domainOf(address);
    let received = known.get(domain);
    if (received === undefined) known.set(domain, (received = receivesFor(domains, domain)));
    if (!received) changes.push({ kind: 'recipient', address, customer, fact: null });
  }
  await writeRecipients(raw, changes);
  for (const change of changes) step.directory.push(change);
}
