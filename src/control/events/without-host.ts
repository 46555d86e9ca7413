// Events of mail from customer to customer, as the sending side hears of them.

import type { Attempt, Cause, RemoteReply } from '../../mail/message.ts';
import type { MailEvent, RecipientEvent } from '../../mail/report/events.ts';

/**
 * The event as it is told outside of the relay: nothing of the mail host of another customer. Why a name was not found is
 * left out of what was never tried: it may be the name of such a host.
 */
export function withoutOthersHost<T extends MailEvent>(event: T): T {
  if (!('index' in event)) return event;
  if (event.attempt?.mailHostOf !== undefined) return withoutHost(event) as T;
  const { cause } = event;
  if (event.attempt !== undefined || cause?.from !== 'us') return event;
  return { ...event, cause: { from: 'us', cause: cause.cause } };
}

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
