// What is a customer's on the mail path (domains, sources, mail hosts, settings) is changed here, in one way: read,
// edited, compared, checked against others, written, and told within the same change.

import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { type ProblemError, problem } from '../api/problem.ts';
import { ClashFinder } from '../apply/clashes.ts';
import { type CustomerState, loadCustomers } from '../apply/customer-state.ts';
import { customerChange } from '../apply/difference.ts';
import { endKeys } from '../apply/domain-keys.ts';
import { writeAdditions, writeRemovals } from '../apply/write-changes.ts';
import type { CustomerCore } from './core.ts';
import { touchVersion } from './moves.ts';
import type { Step } from './step.ts';

/** Within a change: what is set about the customer; nothing where the mail path does not know it. */
export async function loadObjects(
  core: CustomerCore,
  { trx }: Step,
  id: CustomerId,
): Promise<CustomerState | undefined> {
  return (await loadCustomers(trx, core.database.raw, [id], { withRecipients: false })).get(id);
}

/** Within a change: the same, where it has to be there. A 409 tells that the customer is not so far, or gone. */
export async function needObjects(core: CustomerCore, step: Step, id: CustomerId): Promise<CustomerState> {
  const state = await loadObjects(core, step, id);
  if (state !== undefined) return state;
  throw problem('no-objects-yet');
}

/**
 * Within a change: makes of `before` what `after` says, on disk and on the mail path. False: they are the same. Throws a
 * 422 where another customer stands in the way.
 */
export async function changeObjects(
  core: CustomerCore,
  step: Step,
  { before, after }: { before: CustomerState | undefined; after: CustomerState | undefined },
): Promise<boolean> {
  const id = (after ?? before)?.customer.id;
  const change = customerChange(before, after);
  if (change === undefined || id === undefined) return false;
  assertFree(core, id, change.additions);
  await writeRemovals(step.trx, change.removals);
  await writeAdditions(step.trx, change.additions);
  await endKeys(step.trx, change, { now: step.now, overlapMs: core.config().dkim.overlap });
  await touchVersion(step, id);
  step.directory.push(...change.removals, ...change.additions);
  return true;
}

function assertFree({ database }: CustomerCore, id: CustomerId, additions: readonly DirectoryChange[]): void {
  const finder = new ClashFinder(database.raw, new Set([id]), { few: true });
  const errors = additions.flatMap((addition): ProblemError[] => {
    const message = finder.find(addition);
    return message === undefined ? [] : [{ field: addition.kind === 'domain' ? 'name' : 'network', message }];
  });
  if (errors.length > 0) throw problem('of-another-customer', {}, errors);
}
