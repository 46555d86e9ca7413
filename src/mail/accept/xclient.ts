// XCLIENT (Postfix's XCLIENT howto): a named tester says whom to take it for. What it says counts for everything from
// then on, as if the client had just connected from there: authorisation, limits, trace.

import { parseXclient, XCLIENT_ATTRIBUTES, type XclientAttributes } from '../../protocol/smtp/xclient.ts';
import type { Conversation, Visitor } from './conversation.ts';
import { replies } from './replies.ts';

/** The line in the reply to EHLO, for testers alone. */
export const XCLIENT_OFFER: string = `XCLIENT ${XCLIENT_ATTRIBUTES.join(' ')}`;

/** Stands where an address is not known; no source is registered under it. */
const UNKNOWN_ADDRESS = 'unknown';

/** XCLIENT: the session begins anew, with a greeting. */
export function xclient(session: Conversation, rest: string): void {
  if (!session.visitor.tester) return session.refuse(replies.notATester);
  if (session.phase.at !== 'start' && session.phase.at !== 'ready') return session.refuse(replies.xclientTooLate);
  if (session.moreWaiting) return session.end(replies.pipelinedXclient);
  const attributes = parseXclient(rest);
  if (attributes === undefined) return session.refuse(replies.badArguments);
  session.restart(visitorFrom(session.visitor, attributes), attributes.login ?? undefined);
}

/** NAME, DESTADDR and DESTPORT are read and have no part in any decision. */
function visitorFrom(visitor: Visitor, said: XclientAttributes): Partial<Visitor> {
  return {
    ip: said.ip === null ? UNKNOWN_ADDRESS : (said.ip ?? visitor.ip),
    port: said.port === null ? 0 : (said.port ?? visitor.port),
    helo: said.helo ?? '',
    esmtp: said.protocol === 'ESMTP',
  };
}
