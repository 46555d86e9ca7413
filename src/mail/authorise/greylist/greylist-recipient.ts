// RCPT: whether a recipient of inbound mail is greylisted, by the customer's setting, and for whom it is not.

import type { Later, SessionView } from '../../accept/handler.ts';
import type { NamedReply } from '../../accept/replies.ts';
import { settingsFor } from '../../inspect/protection.ts';
import { BUSINESS_STREAM, type CustomerId } from '../../message.ts';
import type { SessionFacts } from '../authorise.ts';
import { sessionFacts } from '../client.ts';
import { certificateHolder } from '../client-certificate.ts';
import type { Directory } from '../directory.ts';
import type { Hosts } from './hosts.ts';

/** The refusal, or nothing where the recipient is taken. A promise only for the first attempt of a stranger. */
export function greylistRecipient(
  { directory, hosts }: { directory: Directory; hosts: Hosts },
  session: SessionView,
  { customer, sender, recipient }: { customer: CustomerId; sender: string; recipient: string },
): Later<NamedReply | undefined> {
  if (!comesTwice(directory, sessionFacts(session), customer)) return undefined;
  return hosts.greylist({ ip: session.ip, sender, recipient });
}

/** Whether the first mail of this client to the customer has to come twice, unless the host is known by its mail. */
export function comesTwice(directory: Directory, session: SessionFacts, customer: CustomerId): boolean {
  const settings = settingsFor(directory, { customer, direction: 'inbound', stream: BUSINESS_STREAM });
  if (!settings.greylist || session.login !== undefined || directory.network(session.ip) !== undefined) return false;
  const holder = certificateHolder(directory, session);
  return holder === undefined || holder === 'several';
}
