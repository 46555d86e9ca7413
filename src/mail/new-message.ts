// From what a session gave to what the queue keeps.

import { type HeaderSection, messageIdOf, subjectOf } from '../protocol/mime/header.ts';
import type { Mailbox } from '../protocol/smtp/address.ts';
import type { MailParameters, SessionView } from './accept/handler.ts';
import { receivedField } from './accept/received-field.ts';
import { readFrom } from './authorise/from-header.ts';
import { type SigningNotes, signingMeta } from './deliver/body-hash.ts';
import type { Hiding } from './hide/hide-origin.ts';
import { withoutNoticesOf } from './inspect/effects.ts';
import type { Inspected } from './inspect/inspection.ts';
import type { Verdict } from './inspect/verdict.ts';
import type { Body, CustomerId, Direction, DsnRequest, MessageMeta, Origin, QueueId } from './message.ts';
import type { HoldReason, NewMessage, NewRecipient } from './queue/queue.ts';
import { acceptedEvent, type MessageEvent } from './report/events.ts';
import type { ReadReturn } from './report/returned-mail.ts';

/** What the header says, as far as the trace wants to know it. */
export type HeaderFacts = Pick<MessageMeta, 'messageId' | 'headerFrom' | 'subject'>;

export interface NewMessageFacts {
  id: QueueId;
  customer: CustomerId;
  direction: Direction;
  stream: string;
  session: SessionView;
  parameters: MailParameters;
  /** What the client asked of notices. */
  dsn: DsnRequest | undefined;
  /** Empty for the null sender. */
  sender: string;
  recipients: readonly Mailbox[];
  /** Those who get a copy by a rule. */
  copies: readonly Mailbox[];
  /** Indexes of recipients whose loop mark was there already. */
  looping: number[];
  header: HeaderFacts;
  /** What was hidden of the customer's network; absent where nothing is. */
  hiding: Hiding | undefined;
  /** Ids of ours in references were turned back. */
  revealed: boolean;
  /** Received fields taken out so far. */
  foldedHops: number;
  body: Body;
  size: number;
  inspected: Inspected | undefined;
  signing: SigningNotes | undefined;
  /** The sender is no customer's. */
  forward: boolean;
  /** It came in with the same author before. */
  cameIn: boolean;
  /** What MAIL FROM says instead of the sender. */
  envelopeFrom: string | undefined;
  /** The mail came back to a return path of ours. */
  returned: ReadReturn | undefined;
  hostname: string;
  /** Time of acceptance, milliseconds since 1970. */
  at: number;
}

/** Reads from the header what is kept of it; the subject only where it may be kept. */
export function headerFacts(header: HeaderSection, keepSubject: boolean): HeaderFacts {
  const from = readFrom(header);
  const messageId = messageIdOf(header);
  const subject = keepSubject ? subjectOf(header) : undefined;
  return {
    ...(messageId !== undefined && { messageId }),
    ...(subject !== undefined && { subject }),
    ...(from.kind === 'one' && { headerFrom: `${from.mailbox.localPart}@${from.mailbox.domain}` }),
  };
}

/** Where a message came from, as the session saw it. */
export function originOf({ ip, helo, login, tls, certificate }: SessionView): Origin {
  return {
    ip,
    helo,
    ...(login !== undefined && { login }),
    ...(tls !== undefined && { tls }),
    ...(certificate !== undefined && { certificate: certificate.fingerprint }),
  };
}

/** The message as the queue takes it, with the event of its acceptance. */
export function newMessage(facts: NewMessageFacts): NewMessage {
  const recipients = [...facts.recipients, ...facts.copies].map(newRecipient);
  const addresses = recipients.map(({ address }) => address);
  const { body, inspected, hiding } = facts;
  const message = forQueue(metaOf(facts, addresses), { body, recipients, verdict: inspected?.verdict, hiding });
  message.events.push(...notesOf(facts));
  return message;
}

/** A mailbox as the queue takes it. */
export function newRecipient({ text, domain }: Pick<Mailbox, 'text' | 'domain'>): NewRecipient {
  return { address: text, destination: domain };
}

/** A message whose facts are all known, with the event of its acceptance, and its hold where the verdict is one. */
export function forQueue(
  meta: MessageMeta,
  { body, recipients, verdict, hiding }: Pick<NewMessage, 'body' | 'recipients'> & QueuedAs,
): NewMessage {
  const hold = holdOf(verdict);
  const addresses = recipients.map(({ address }) => address);
  const accepted = JSON.stringify(acceptedEvent(meta, addresses, hiding));
  const events = [accepted, ...heldEvents(meta, verdict)];
  return { meta, body, recipients, events, ...(hold !== undefined && { hold }) };
}

interface QueuedAs {
  verdict: Verdict | undefined;
  hiding?: Hiding | undefined;
}

function heldEvents(meta: MessageMeta, verdict: Verdict | undefined): string[] {
  if (verdict?.kind !== 'hold' && verdict?.kind !== 'quarantine') return [];
  const held: MessageEvent = {
    type: verdict.kind === 'hold' ? 'message.held' : 'message.quarantined',
    at: meta.acceptedAt,
    customer: meta.customer,
    id: meta.id,
    reason: verdict.reason.kind,
    ...(verdict.reason.note !== undefined && { note: verdict.reason.note }),
  };
  return [JSON.stringify(held)];
}

/** What a mail that came back says of the recipients of the message that it is about. */
function notesOf({ returned }: NewMessageFacts): string[] {
  return returned === undefined ? [] : returned.notes.map((note) => JSON.stringify(note));
}

function metaOf(facts: NewMessageFacts, addresses: readonly string[]): MessageMeta {
  const { copies, inspected, looping, parameters } = facts;
  const dsn = withoutNoticesOf(facts.dsn, facts.recipients.length, copies.length);
  return {
    id: facts.id,
    customer: facts.customer,
    direction: facts.direction,
    stream: facts.stream,
    sender: facts.sender,
    acceptedAt: facts.at,
    size: facts.size,
    origin: originOf(facts.session),
    received: fieldsBefore(facts),
    eightBit: parameters.eightBit,
    smtpUtf8: parameters.smtpUtf8,
    ...facts.header,
    ...idsOf(facts.hiding),
    ...(facts.revealed && { revealed: true }),
    ...(isChanged(facts) && { changed: true }),
    ...(facts.foldedHops > 0 && { foldedHops: facts.foldedHops }),
    ...signingMeta(facts.signing),
    ...(looping.length > 0 && { looping }),
    ...(dsn !== undefined && { dsn }),
    ...(facts.envelopeFrom !== undefined && { envelopeFrom: facts.envelopeFrom }),
    ...(facts.forward && { forward: true }),
    ...(facts.cameIn && { cameIn: true }),
    ...(facts.returned?.about !== undefined && { about: facts.returned.about }),
    recipientCount: addresses.length,
    ...(copies.length > 0 && { copies: copies.length }),
    ...(inspected !== undefined && { inspection: inspected.notes }),
  };
}

function isChanged({ direction, inspected }: NewMessageFacts): boolean {
  return direction === 'inbound' && inspected?.changes.some(({ kind }) => kind === 'edit') === true;
}

function idsOf(hiding: Hiding | undefined): Pick<MessageMeta, 'messageId' | 'originalMessageId'> {
  if (hiding?.messageId === undefined) return {};
  return { messageId: hiding.messageId.after, originalMessageId: hiding.messageId.before };
}

function fieldsBefore(facts: NewMessageFacts): string {
  const [only, ...others] = facts.recipients;
  const received = receivedField({
    origin: originOf(facts.session),
    ...(facts.hiding !== undefined && { shownAs: facts.hiding.shownAs }),
    esmtp: facts.session.esmtp,
    smtpUtf8: facts.parameters.smtpUtf8,
    hostname: facts.hostname,
    id: facts.id,
    ...(only !== undefined && others.length === 0 && { recipient: only.text }),
    at: facts.at,
  });
  const fields = facts.inspected?.changes.map((change) => (change.kind === 'field' ? change.text : '')) ?? [];
  return received + fields.join('');
}

function holdOf(verdict: Verdict | undefined): HoldReason | undefined {
  return verdict?.kind === 'hold' || verdict?.kind === 'quarantine' ? verdict.reason : undefined;
}
