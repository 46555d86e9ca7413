// RCPT: whether a recipient of inbound mail is greylisted, by the customer's setting, and for whom it is not.

import type { Later, SessionView } from '../../accept/handler.ts';
import type { NamedReply } from '../../accept/replies.ts';
import { settingsFor } from '../../inspect/protection.ts';
import { BUSINESS_STREAM, type CustomerId } from '../../message.ts';
import { certifiedCustomer } from '../client.ts';
import type { Directory } from '../directory.ts';
import type { Hosts } from './hosts.ts';

/** The refusal, or nothing where the recipient is taken. A promise only for the first attempt of a stranger. */
export function greylistRecipient(
  { directory, hosts }: { directory: Directory; hosts: Hosts },
  session: SessionView,
  { customer, sender, recipient }: { customer: CustomerId; sender: string; recipient: string },
): Later<NamedReply | undefined> {
  const settings = settingsFor(directory, { customer, direction: 'inbound', stream: BUSINESS_STREAM });
  if (!settings.greylist) return undefined;
  const registered =
    session.login !== undefined ||
    directory.network(session.ip) !== undefined ||
    certifiedCustomer(directory, session) !== undefined;
  return registered ? undefined : hosts.greylist({ ip: session.ip, sender, recipient });
}
