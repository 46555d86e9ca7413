// Events of mail from customer to customer, as the sending side hears of them.

import type { Attempt, Cause, RemoteReply } from '../../mail/message.ts';
import type { RecipientEvent } from '../../mail/report/events.ts';

/** The event without the name, the address and the words of the host: its own words could name it, however they are put. */
export function withoutHost(event: RecipientEvent): RecipientEvent {
  const { attempt, cause, reply } = event;
  return {
    ...event,
    ...(attempt !== undefined && { attempt: withoutRemote(attempt) }),
    ...(cause !== undefined && { cause: withoutWords(cause) }),
    ...(reply !== undefined && { reply: codesOf(reply) }),
  };
}

function withoutRemote(attempt: Attempt): Attempt {
  const { host: _name, ip: _address, mailHostOf: _whose, ...rest } = attempt;
  return { ...rest, conversation: [] };
}

function withoutWords(cause: Cause): Cause {
  if (cause.from === 'us') return { from: 'us', cause: cause.cause };
  return { ...cause, host: '', reply: codesOf(cause.reply) };
}

function codesOf(reply: RemoteReply): RemoteReply {
  return { ...reply, text: '' };
}
