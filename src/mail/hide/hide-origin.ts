// One question of the header step: what of this message is to be hidden, and under which name it goes on.

import type { HeaderEdit, HeaderSection } from '../../protocol/mime/header.ts';
import type { CustomerFact, Directory } from '../authorise/directory.ts';
import { rightToSend } from '../authorise/sending-right.ts';
import { type HiddenHeader, hideHeader } from './hide-header.ts';
import { isInsideHost } from './inside-host.ts';
import type { MessageIds } from './message-ids.ts';

/** What stays the same for all messages. */
export interface HidingOptions {
  directory: Directory;
  ids: MessageIds;
  /** Name of this node. */
  hostname: string;
}

/** An outbound message whose header has been authorised. */
export interface HidingMessage {
  customer: CustomerFact;
  header: HeaderSection;
  /** Edits that authorise made. */
  taken: readonly HeaderEdit[];
  helo: string;
  /** Domain of MAIL FROM, of From. */
  senderDomain: string | undefined;
  authorDomain: string | undefined;
}

/** What is hidden of a message. */
export interface Hiding extends HiddenHeader {
  /** Stands in our Received for the name and address of the client. */
  shownAs: string;
}

/** Nothing where the customer's setting is `off`. */
export function hideOrigin(options: HidingOptions, message: HidingMessage): Hiding | undefined {
  const { customer, header, taken, helo } = message;
  if (customer.hide === 'off') return undefined;
  const { directory, hostname, ids } = options;
  const strict = customer.hide === 'strict';
  const mayUse = (domain: string | undefined) =>
    domain !== undefined && rightToSend(directory, customer.id, domain) !== undefined;
  const { senderDomain, authorDomain } = message;
  const rewritten = taken.some((edit) => edit.field.name === 'from');
  const hidden = hideHeader(header, {
    level: customer.hide,
    customer: customer.id,
    ids,
    hostname,
    taken,
    forward: authorDomain !== undefined && !rewritten && !mayUse(authorDomain),
    inside: (host) => isInsideHost(host, { customer, directory, helo, strict }),
  });
  // A domain that the receiver sees anyway. Where none of them is the customer's own (a forward) it is ours.
  const own = [senderDomain, authorDomain].find(mayUse);
  return { ...hidden, shownAs: own ?? hostname };
}
