// What is answered once a customer's contract has ended: to the customer's own servers, and to those who write to it.
// Whoever reads it learns whom to ask.

import type { Config } from '../../platform/config/schema.ts';
import { type NamedReply, replies, withText } from '../accept/replies.ts';

export interface EndedService {
  hostname: string;
  termination: Pick<Config['termination'], 'inbound' | 'contact'>;
}

/** The reply as the configuration wants it; every other reply stays as it is. */
export function endedReply(reply: NamedReply, { hostname, termination }: EndedService): NamedReply {
  const contact = termination.contact ?? `postmaster@${hostname}`;
  switch (reply) {
    case replies.customerDeactivated:
      return withText(reply, `The mail service of this customer has ended; ask ${contact}`);
    case replies.recipientDeactivated:
      return termination.inbound === 'defer'
        ? withText(replies.recipientDeactivatedLater, `This domain is moving away from here, try later; ask ${contact}`)
        : withText(reply, `This domain takes no mail here any more; ask ${contact}`);
    default:
      return reply;
  }
}
