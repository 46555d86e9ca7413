// What the relay tells about a message: one type an event, one function from event to stored text and back.
// An event of a state change is written in the transaction of that change (queue outbox); the rest goes to the trace
// directly. Names follow docs/reference/events.md.

import type { RefusedContent } from '../accept/replies.ts';
import type { HiddenField } from '../hide/hidden-fields.ts';
import type {
  Attempt,
  Cause,
  CustomerId,
  Direction,
  InspectionNote,
  MessageMeta,
  NoticeNote,
  Outcome,
  QueueId,
  RemoteReply,
} from '../message.ts';
import { type BounceClass, classifyBounce } from './bounce-class.ts';
import { suppressionOf } from './suppress.ts';

/** Every recipient of an accepted message ends with exactly one of these. */
export const FINAL_EVENTS = [
  'message.recipient.delivered',
  'message.recipient.bounced',
  'message.recipient.expired',
  'message.recipient.suppressed',
  'message.recipient.removed',
] as const;
export type FinalEventType = (typeof FINAL_EVENTS)[number];

interface Common {
  /** Milliseconds since 1970. */
  at: number;
  customer: CustomerId;
}

/** A message got its 250; carries all its recipients, by index. */
export interface AcceptedEvent extends Common {
  type: 'message.accepted';
  id: QueueId;
  meta: Omit<MessageMeta, 'id' | 'customer' | 'received'>;
  recipients: string[];
  /** What was taken out of the header, or rewritten, to hide the customer's own network; within bounds. */
  hidden?: HiddenField[];
  /** Fields that were hidden, past the bounds of `hidden`. */
  hiddenMore?: number;
}

/** Something about all recipients of a message. */
export interface MessageEvent extends Common {
  type: 'message.held' | 'message.released' | 'message.quarantined';
  id: QueueId;
  reason: string;
  by?: string;
  note?: string;
}

/** Something about one recipient. */
export interface RecipientEvent extends Common {
  type:
    | FinalEventType
    | 'message.recipient.deferred'
    | 'message.recipient.delay_told'
    | 'message.recipient.held'
    | 'message.recipient.released'
    | 'message.recipient.complained'
    | 'message.recipient.rerouted'
    | 'message.recipient.retried';
  id: QueueId;
  direction: Direction;
  sender: string;
  /** Index in the transaction, and the address again so that the event stands alone. */
  index: number;
  recipient: string;
  attempt?: Attempt;
  reply?: RemoteReply;
  cause?: Cause;
  nextAttemptAt?: number;
  /** What the failure means. */
  bounce?: EventBounce;
  /** The customer's mail to this address is not tried from now on. */
  suppressed?: true;
  /** Of `held` and `released`: the kind of the hold. */
  reason?: string;
  by?: string;
  note?: string;
  /** Whether the sender was told of it: by which notice, or why not. */
  notice?: NoticeNote;
  /** Came after the final event (a bounce to our envelope sender): a note on it, never a second one. */
  asynchronous?: true;
}

/** The class of a failure (bounce-class.ts), and whether it came by mail after the final event. */
export interface EventBounce extends Omit<BounceClass, 'gone'> {
  asynchronous: boolean;
}

/** A transaction or connection that was refused; it has no queue id and no recipient state. */
export interface RejectedEvent {
  type: 'message.rejected';
  at: number;
  customer?: CustomerId;
  direction?: Direction;
  ip: string;
  helo?: string;
  sender?: string;
  recipient?: string;
  /** Name of the reply, as in docs/reference/replies.md. */
  reply: string;
  code: number;
  enhanced?: string;
  /** What each check said of a content that the inspection refused. */
  inspection?: readonly InspectionNote[];
  /** Set on a row that stands for many of its kind, past the rate at which each is kept. */
  count?: number;
}

export type MailEvent = AcceptedEvent | MessageEvent | RecipientEvent | RejectedEvent;

/** The event of a notice about a recipient that is late. */
export function delayToldEvent(
  meta: MessageMeta,
  recipient: { index: number; address: string },
  notice: NoticeNote,
  at: number,
): RecipientEvent {
  return { ...eventAbout(meta, recipient, 'message.recipient.delay_told', at), notice };
}

function eventAbout(
  { customer, id, direction, sender }: MessageMeta,
  { index, address }: { index: number; address: string },
  type: RecipientEvent['type'],
  at: number,
): RecipientEvent {
  return { type, at, customer, id, direction, sender, index, recipient: address };
}

/** The event of an outcome, or nothing where nothing happened. */
export function recipientEvent(
  meta: MessageMeta,
  recipient: { index: number; address: string },
  outcome: Outcome,
  times: { at: number; nextAttemptAt?: number },
): RecipientEvent | undefined {
  if (outcome.kind === 'untouched') return undefined;
  const event = eventAbout(meta, recipient, `message.recipient.${outcome.kind}`, times.at);
  addOutcome(event, outcome);
  if (outcome.kind === 'bounced' && suppressionOf(meta, recipient.address, { cause: outcome.cause, at: times.at })) {
    event.suppressed = true;
  }
  if (times.nextAttemptAt !== undefined) event.nextAttemptAt = times.nextAttemptAt;
  return event;
}

function addOutcome(event: RecipientEvent, outcome: Exclude<Outcome, { kind: 'untouched' }>): void {
  switch (outcome.kind) {
    case 'delivered':
      event.attempt = outcome.attempt;
      event.reply = outcome.reply;
      return;
    case 'deferred':
    case 'bounced':
      if (outcome.attempt !== undefined) event.attempt = outcome.attempt;
      event.cause = outcome.cause;
      event.bounce = eventBounce(classifyBounce(outcome.cause));
      return;
    case 'expired':
      if (outcome.lastCause !== undefined) event.cause = outcome.lastCause;
      event.bounce = eventBounce(classifyBounce(outcome.lastCause ?? { from: 'us', cause: 'expired' }));
      return;
    case 'held':
      event.reason = outcome.hold.kind;
      if (outcome.hold.note !== undefined) event.note = outcome.hold.note;
      return;
    case 'suppressed':
      if (outcome.note !== undefined) event.note = outcome.note;
      return;
    default:
      outcome satisfies never;
  }
}

/** The class as the event tells it. */
export function eventBounce(bounce: BounceClass, asynchronous = false): EventBounce {
  const { class: name, permanence, responsible } = bounce;
  return { permanence, class: name, responsible, asynchronous };
}

/** A bounce or a complaint that came after the final event: a note on a final recipient, which stays what it was. */
export function isLateNote(event: RecipientEvent): boolean {
  return event.type === 'message.recipient.complained' || event.asynchronous === true;
}

/** The event of an accept. */
export function acceptedEvent(
  meta: MessageMeta,
  recipients: string[],
  hiding?: { fields: HiddenField[]; more: number },
): AcceptedEvent {
  const { id, customer, received: _received, ...rest } = meta;
  return {
    type: 'message.accepted',
    at: meta.acceptedAt,
    customer,
    id,
    meta: rest,
    recipients,
    ...(hiding !== undefined && hiding.fields.length > 0 && { hidden: hiding.fields }),
    ...(hiding !== undefined && hiding.more > 0 && { hiddenMore: hiding.more }),
  };
}

/** The event of a refusal. `sender` and `recipient` are those of the transaction, where there was one. */
export function rejectedEvent(refusal: {
  session: { ip: string; helo: string };
  reply: { name: string; code: number; enhanced?: string; refused?: RefusedContent };
  customer: CustomerId | undefined;
  sender?: string;
  recipient?: string;
  at: number;
}): RejectedEvent {
  const { session, reply, customer, sender, recipient } = refusal;
  return {
    type: 'message.rejected',
    at: refusal.at,
    ip: session.ip,
    reply: reply.name,
    code: reply.code,
    ...(session.helo !== '' && { helo: session.helo }),
    ...(customer !== undefined && { customer }),
    ...(reply.enhanced !== undefined && { enhanced: reply.enhanced }),
    ...(sender !== undefined && { sender }),
    ...(recipient !== undefined && { recipient }),
    ...reply.refused,
  };
}
