// The journey of one message in few words, for whoever waits for it: what happened, where, and what was said.

import type { Attempt, Cause, CustomerId, RemoteReply } from '../../mail/message.ts';
import type { MailEvent } from '../../mail/report/events.ts';

/** One thing that happened. */
export interface JourneyStep {
  /** Milliseconds since 1970. */
  at: number;
  type: MailEvent['type'];
  /** Who handed it in, or who was asked to take it. */
  host?: string;
  ip?: string;
  tls?: string;
  /** Our own address that it left from. */
  from?: string;
  durationMs?: number;
  /** What the other side said. */
  reply?: string;
  /** What we concluded where nobody said anything. */
  cause?: string;
  nextAttemptAt?: number;
}

/** The steps of a journey, the oldest first, for this customer's eyes. */
export function journeyOf(events: readonly MailEvent[], own: CustomerId): JourneyStep[] {
  return events.map((event) => ({ at: event.at, type: event.type, ...detailsOf(event, own) }));
}

function detailsOf(event: MailEvent, own: CustomerId): Partial<JourneyStep> {
  switch (event.type) {
    case 'message.accepted': {
      const { ip, helo, tls } = event.meta.origin;
      return { ip, ...(helo !== '' && { host: helo }), ...(tls !== undefined && { tls: tls.version }) };
    }
    case 'message.rejected':
      return { ip: event.ip, reply: [event.code, event.enhanced, event.reply].filter(Boolean).join(' ') };
    case 'message.held':
    case 'message.released':
    case 'message.quarantined':
      return { cause: event.note ?? event.reason };
    default:
      return {
        ...attemptOf(event.attempt, own),
        ...(event.reply !== undefined && { reply: replyText(event.reply) }),
        ...causeOf(event.cause),
        ...(event.nextAttemptAt !== undefined && { nextAttemptAt: event.nextAttemptAt }),
      };
  }
}

function attemptOf(attempt: Attempt | undefined, own: CustomerId): Partial<JourneyStep> {
  // What another customer's mail host is called is not for the sender.
  if (attempt === undefined || (attempt.mailHostOf ?? own) !== own) return {};
  const { host, ip, tls, from, durationMs } = attempt;
  return {
    durationMs,
    ...(host !== undefined && { host }),
    ...(ip !== undefined && { ip }),
    ...(tls !== undefined && { tls: tls.version }),
    ...(from !== undefined && { from: from.ip }),
  };
}

function causeOf(cause: Cause | undefined): Partial<JourneyStep> {
  if (cause === undefined) return {};
  return cause.from === 'remote' ? { reply: replyText(cause.reply) } : { cause: cause.cause };
}

function replyText({ code, enhanced, text }: RemoteReply): string {
  return [code, enhanced, text].filter((part) => part !== undefined && part !== '').join(' ');
}
