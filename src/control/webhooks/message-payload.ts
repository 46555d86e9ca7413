// What a webhook says of a message: the type, and the data in public words. Never a subject, never content.

import type { Attempt, Cause, RemoteReply } from '../../mail/message.ts';
import type { AcceptedEvent, MailEvent, RecipientEvent, RejectedEvent } from '../../mail/report/events.ts';
import type { FedEvent } from '../../mail/trace/feed-reader.ts';
import { domainOf } from '../../protocol/smtp/address.ts';
import type { MessageEventType } from '../events/event-types.ts';
import { withoutOthersHost } from '../events/without-host.ts';
import { isScanType, scanData, scanTypes } from './scan-payload.ts';

export type Data = Record<string, unknown>;

/** Recipients named in `message.accepted`; `recipient_count` has all. */
const LISTED_RECIPIENTS = 50;

/** The public types of an event; none where it is one that webhooks do not tell. */
export function publicTypes(event: MailEvent): MessageEventType[] {
  const own = ownType(event);
  return own === undefined ? [] : [own, ...scanTypes(event)];
}

function ownType(event: MailEvent): MessageEventType | undefined {
  switch (event.type) {
    case 'message.recipient.held':
      return 'message.held';
    case 'message.recipient.released':
      return 'message.released';
    case 'message.recipient.delay_told':
    case 'message.recipient.rerouted':
    case 'message.recipient.retried':
      return undefined;
    default:
      return event.type;
  }
}

/** All that is told of it under this type. `keptMs`: how long the trace keeps what it has. */
export function messageData(found: FedEvent, type: string, keptMs: number): Data {
  const data = ownData(found, keptMs);
  return isScanType(type) ? { ...data, scan: scanData(found.event, type) } : data;
}

function ownData(found: FedEvent, keptMs: number): Data {
  if (found.event.type === 'message.rejected') return rejectedData(found.event);
  const event = withoutOthersHost(found.event);
  const data: Data = { sequence: found.sequence, message: messageOf(found, keptMs) };
  if (event.type === 'message.accepted') return { ...data, ...recipientsOf(event) };
  if (!('index' in event)) return { ...data, ...holdOf(event) };
  data['recipient'] = recipientOf(found, event);
  if (event.attempt !== undefined) data['attempt'] = attemptOf(event.attempt, event);
  if (event.cause?.from === 'us') data['cause'] = { code: event.cause.cause, detail: event.cause.detail };
  if (event.nextAttemptAt !== undefined) data['next_attempt_at'] = isoOf(event.nextAttemptAt);
  if (event.bounce !== undefined) data['bounce'] = event.bounce;
  if (event.type === 'message.recipient.bounced' || event.type === 'message.recipient.complained') {
    data['suppressed'] = event.suppressed === true;
  }
  return { ...data, ...holdOf(event) };
}

/** Identifiers alone: who wants to know more asks the API. */
export function thinMessageData({ event, sequence, status }: FedEvent): Data {
  if (event.type === 'message.rejected') return { reply: event.reply, code: event.code };
  const recipient = 'index' in event ? { recipient: { index: event.index, status: status ?? 'queued' } } : {};
  return { sequence, message: { id: event.id }, ...recipient };
}

function messageOf({ event, accepted }: FedEvent, keptMs: number): Data {
  const id = 'id' in event ? event.id : undefined;
  if (accepted === undefined) return { id };
  const { meta } = accepted;
  return {
    id,
    direction: meta.direction,
    stream: meta.stream,
    from: meta.sender,
    ...(meta.messageId !== undefined && { message_id_header: `<${meta.messageId}>` }),
    size: meta.size,
    recipient_count: meta.recipientCount,
    received_at: isoOf(meta.acceptedAt),
    source_ip: meta.origin.ip,
    // Until then the API can say more of it.
    expires_at: isoOf(meta.acceptedAt + keptMs),
  };
}

function recipientsOf({ recipients }: AcceptedEvent): Data {
  const listed = recipients.slice(0, LISTED_RECIPIENTS).map((address, index) => ({
    index,
    address,
    domain: domainOf(address),
  }));
  return {
    recipients: listed,
    ...(listed.length < recipients.length && { more_recipients: recipients.length - listed.length }),
  };
}

function recipientOf({ status }: FedEvent, event: RecipientEvent): Data {
  const { index, recipient } = event;
  return { index, address: recipient, domain: domainOf(recipient), status: statusThen(event) ?? status ?? 'queued' };
}

/** The status that this very event brought; a note leaves it as it is. */
function statusThen(event: RecipientEvent): string | undefined {
  if (event.asynchronous === true || event.type === 'message.recipient.complained') return undefined;
  const word = event.type.slice('message.recipient.'.length);
  return word === 'released' ? 'queued' : word;
}

function attemptOf(attempt: Attempt, { cause, reply }: RecipientEvent): Data {
  const { tls, from } = attempt;
  const said = smtpOf(cause, reply);
  return {
    number: attempt.number,
    at: isoOf(attempt.at),
    mx_host: attempt.host,
    mx_ip: attempt.ip,
    sending_ip: from?.ip,
    pool: from?.pool,
    ...(tls !== undefined && { tls: { version: tls.version, verified: tls.verified } }),
    ...(said !== undefined && { smtp: said }),
    duration_ms: attempt.durationMs,
  };
}

/** What the remote said; what we concluded is told apart, as `cause`. */
function smtpOf(cause: Cause | undefined, reply: RemoteReply | undefined): Data | undefined {
  if (cause?.from === 'remote') return { stage: cause.stage, ...replyOf(cause.reply) };
  return reply === undefined ? undefined : { stage: 'dot', ...replyOf(reply) };
}

function replyOf({ code, enhanced, text }: RemoteReply): Data {
  return { code, ...(enhanced !== undefined && { enhanced_code: enhanced }), text };
}

function holdOf({ reason, note }: { reason?: string; note?: string }): Data {
  return { ...(reason !== undefined && { reason }), ...(note !== undefined && { note }) };
}

function rejectedData(event: RejectedEvent): Data {
  const { recipient } = event;
  return {
    direction: event.direction,
    source_ip: event.ip === '' ? undefined : event.ip,
    helo: event.helo,
    from: event.sender,
    ...(recipient !== undefined && {
      recipient: { address: recipient, domain: domainOf(recipient), status: 'rejected' },
    }),
    reply: event.reply,
    smtp: { code: event.code, enhanced_code: event.enhanced },
    count: event.count ?? 1,
  };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
