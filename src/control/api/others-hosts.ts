// Mail from customer to customer stays inside: it goes to a mail host that nobody but its own customer and the operator may
// know of. What the sending side is shown of it leaves out who that is, and what it said.

import type { Directory } from '../../mail/authorise/directory.ts';
import type { QueueEntry } from '../../mail/queue/queue.ts';
import type { MailEvent } from '../../mail/report/events.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import { customerOf, type Principal } from '../access/principal.ts';
import { withoutHost } from '../events/without-host.ts';
import { wordsOf } from './reasons.ts';

type Domains = Pick<Directory, 'domain'>;

/** The event as the principal may see it. */
export function seenEvent(principal: Principal, event: MailEvent, directory: Domains): MailEvent {
  if (customerOf(principal) === undefined || !('index' in event)) return event;
  const others = event.attempt?.mailHostOf !== undefined || isOthers(principal, domainOf(event.recipient), directory);
  return others ? withoutHost(event) : event;
}

/** The entry of the queue as the principal may see it. */
export function seenEntry(
  principal: Principal,
  entry: QueueEntry,
  directory: Domains,
): QueueEntry & ReturnType<typeof wordsOf> {
  const hidden = entry.last_cause !== null && isOthers(principal, entry.destination, directory);
  const cause = hidden ? 'the mail host of another customer did not take it yet' : entry.last_cause;
  return { ...entry, last_cause: cause, ...wordsOf({ last_cause: cause }) };
}

function isOthers(principal: Principal, domain: string, directory: Domains): boolean {
  const own = customerOf(principal);
  if (own === undefined) return false;
  const owner = directory.domain(domain.toLowerCase());
  return owner !== undefined && owner.inbound && owner.customer !== own;
}
