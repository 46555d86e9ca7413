// Up to the 250: the order of the stages, and nothing else. accept calls in here; each method names its steps.

import { countHops, editHeader, messageIdOf, parseHeader, subjectOf } from '../protocol/mime/header.ts';
import type { Mailbox } from '../protocol/smtp/address.ts';
import type { AcceptHandler, Connected, MailParameters, SessionHandler, SessionView } from './accept/handler.ts';
import { receivedField } from './accept/received-field.ts';
import { type NamedReply, replies, withText } from './accept/replies.ts';
import {
  authoriseHeader,
  authoriseRecipient,
  authoriseSender,
  type MessageVerdict,
  type Transaction,
} from './authorise/authorise.ts';
import type { Directory } from './authorise/directory.ts';
import { readFrom } from './authorise/from-header.ts';
import { findLoopMarks, loopMark } from './deliver/loop-mark.ts';
import { beginInspection, type Check, type Inspection, type Verdict } from './inspect/inspection.ts';
import type { Body, Direction, InspectionNote, MessageMeta, Origin, QueueId } from './message.ts';
import type { BodyStore } from './queue/body-store.ts';
import { beginBody, type IncomingBody } from './queue/incoming-body.ts';
import type { EnqueueResult, HoldReason, NewMessage } from './queue/queue.ts';
import { acceptedEvent, type RejectedEvent } from './report/events.ts';

/** What the stages before the 250 need. */
export interface ReceiveOptions {
  hostname: string;
  directory: Directory;
  checks: readonly Check[];
  limits: { hops: number };
  inlineBody: number;
  keepSubject: boolean;
  loopSecret: Uint8Array;
  bodies: BodyStore;
  newId: () => QueueId;
  now: () => number;
  /** Why no new mail is taken now, if so. */
  closed: () => NamedReply | undefined;
  /** Makes the message durable; from then on it is on its way. */
  enqueue: (message: NewMessage) => Promise<EnqueueResult>;
  /** Told once a message is durable. */
  accepted: (message: NewMessage) => void;
  rejected: (event: RejectedEvent) => void;
}

/** Answers the SMTP server's questions. */
export function createReceiver(options: ReceiveOptions): AcceptHandler {
  return {
    connect: (session) => connect(options, session),
    rejected: (session, reply, about) => options.rejected(rejectedEvent(options, session, { reply, ...about })),
  };
}

function connect(options: ReceiveOptions, session: SessionView): Connected {
  const network = session.listener.roles.includes('outbound') ? options.directory.network(session.ip) : undefined;
  const taken = { kind: 'take', session: new ReceivingSession(options, session) } as const;
  if (network === undefined) return { ...taken, registered: false };
  return network.customer === undefined
    ? { ...taken, registered: true }
    : { ...taken, registered: true, customer: network.customer };
}

/** The message that is being received, from the end of its header on. */
interface Incoming {
  id: QueueId;
  verdict: Exclude<MessageVerdict, { kind: 'refused' }>;
  body: IncomingBody;
  inspection: Inspection | undefined;
  header: Pick<MessageMeta, 'messageId' | 'headerFrom' | 'subject' | 'looping'>;
}

class ReceivingSession implements SessionHandler {
  readonly #options: ReceiveOptions;
  readonly #session: SessionView;
  #transaction: Transaction | undefined;
  #parameters: MailParameters = { size: undefined, eightBit: false, smtpUtf8: false };
  #recipients: Mailbox[] = [];
  #incoming: Incoming | undefined;

  constructor(options: ReceiveOptions, session: SessionView) {
    this.#options = options;
    this.#session = session;
  }

  credentials(name: string) {
    const login = this.#options.directory.login(name);
    return login?.scram;
  }

  loggedIn(name: string) {
    const login = this.#options.directory.login(name);
    if (login === undefined) return { kind: 'refuse', reply: replies.authFailed } as const;
    return { kind: 'customer', customer: login.customer } as const;
  }

  mail(sender: Mailbox | undefined, parameters: MailParameters): NamedReply | undefined {
    const closed = this.#options.closed();
    if (closed !== undefined) return closed;
    const verdict = authoriseSender(this.#options.directory, this.#facts(), sender);
    if (verdict.kind === 'refused') return verdict.reply;
    this.#transaction = verdict.transaction;
    this.#parameters = parameters;
    this.#recipients = [];
    return undefined;
  }

  rcpt(recipient: Mailbox): NamedReply | undefined {
    const transaction = this.#transaction;
    if (transaction === undefined) return replies.localError;
    if (recipient.domain === '') return replies.relayDenied;
    const verdict = authoriseRecipient(this.#options.directory, transaction, recipient);
    if (verdict.kind === 'refused') return verdict.reply;
    this.#transaction = verdict.transaction;
    this.#recipients.push(recipient);
    return undefined;
  }

  header(octets: Buffer): NamedReply | undefined | Promise<NamedReply | undefined> {
    const transaction = this.#transaction;
    if (transaction === undefined) return replies.localError;
    const header = parseHeader(octets);
    const verdict = authoriseHeader(this.#options.directory, transaction, header);
    if (verdict.kind === 'refused') return verdict.reply;
    const looping = loopingRecipients(this.#options, octets, { direction: verdict.kind, recipients: this.#recipients });
    if (looping.length === this.#recipients.length) return replies.loop;
    if (countHops(header) > this.#options.limits.hops) return replies.loop;
    const id = this.#options.newId();
    const inspection = beginInspection(this.#options.checks, {
      customer: verdict.customer.id,
      direction: verdict.kind,
      stream: streamOf(verdict),
      sender: transaction.sender?.text ?? '',
      recipients: this.#recipients.map((recipient) => recipient.text),
      origin: this.#origin(),
    });
    const body = beginBody(id, this.#options.inlineBody, this.#options.bodies);
    const from = readFrom(header);
    const messageId = messageIdOf(header);
    const subject = this.#options.keepSubject ? subjectOf(header) : undefined;
    this.#incoming = {
      id,
      verdict,
      inspection,
      body,
      header: {
        ...(messageId !== undefined && { messageId }),
        ...(subject !== undefined && { subject }),
        ...(from.kind === 'one' && { headerFrom: `${from.mailbox.localPart}@${from.mailbox.domain}` }),
        ...(looping.length > 0 && { looping }),
      },
    };
    const waiting = this.body(verdict.kind === 'outbound' ? editHeader(octets, verdict.edits) : octets);
    return waiting?.then(() => undefined);
  }

  body(octets: Buffer): undefined | Promise<void> {
    this.#incoming?.inspection?.chunk(octets);
    return this.#incoming?.body.add(octets) ?? undefined;
  }

  async end(): Promise<NamedReply> {
    const incoming = this.#incoming;
    if (incoming === undefined) return replies.localError;
    this.#incoming = undefined;
    const inspected = incoming.inspection === undefined ? undefined : await incoming.inspection.end();
    const refusal = refusalOf(inspected?.verdict);
    if (refusal !== undefined) {
      incoming.body.abort();
      return refusal;
    }
    const finishing = incoming.body.finish();
    const body = finishing instanceof Promise ? await finishing : finishing;
    const message = this.#message(incoming, body, inspected);
    const result = await this.#options.enqueue(message);
    if (result.kind === 'accepted') this.#options.accepted(message);
    return replyTo(result, incoming);
  }

  abort(): void {
    this.#transaction = undefined;
    this.#incoming?.inspection?.abort();
    this.#incoming?.body.abort();
    this.#incoming = undefined;
  }

  close(): void {
    this.abort();
  }

  #facts() {
    const { ip, listener, login } = this.#session;
    return { ip, roles: listener.roles, login };
  }

  #origin(): Origin {
    const { ip, helo, login, tls } = this.#session;
    return { ip, helo, ...(login !== undefined && { login }), ...(tls !== undefined && { tls }) };
  }

  #message(incoming: Incoming, body: Body, inspected: Inspected | undefined): NewMessage {
    const { id, verdict } = incoming;
    const origin = this.#origin();
    const at = this.#options.now();
    const addresses = this.#recipients.map((recipient) => recipient.text);
    const [only] = addresses;
    const received = receivedField({
      origin,
      esmtp: this.#session.esmtp,
      smtpUtf8: this.#parameters.smtpUtf8,
      hostname: this.#options.hostname,
      id,
      ...(addresses.length === 1 && only !== undefined && { recipient: only }),
      at,
    });
    const meta: MessageMeta = {
      id,
      customer: verdict.customer.id,
      direction: verdict.kind,
      stream: streamOf(verdict),
      sender: this.#transaction?.sender?.text ?? '',
      acceptedAt: at,
      size: incoming.body.size,
      origin,
      received: inspected?.verdict.kind === 'tag' ? received + inspected.verdict.fields : received,
      eightBit: this.#parameters.eightBit,
      smtpUtf8: this.#parameters.smtpUtf8,
      ...incoming.header,
      recipientCount: addresses.length,
      ...(inspected !== undefined && { inspection: inspected.notes }),
    };
    const hold = holdOf(inspected?.verdict);
    return {
      meta,
      body,
      recipients: this.#recipients.map(({ text, domain }) => ({ address: text, destination: domain })),
      events: [JSON.stringify(acceptedEvent(meta, addresses))],
      ...(hold !== undefined && { hold }),
    };
  }
}

interface Inspected {
  verdict: Verdict;
  notes: InspectionNote[];
}

function streamOf(verdict: Exclude<MessageVerdict, { kind: 'refused' }>): string {
  return verdict.kind === 'outbound' ? verdict.stream : 'business';
}

/** Indexes of the recipients whose own mark is in the header already. */
function loopingRecipients(
  options: ReceiveOptions,
  header: Buffer,
  to: { direction: Direction; recipients: readonly Mailbox[] },
): number[] {
  const marks = findLoopMarks(header);
  if (marks.size === 0) return [];
  return to.recipients.flatMap(({ text }, index) =>
    marks.has(to.direction, loopMark(options.loopSecret, to.direction, text)) ? [index] : [],
  );
}

function refusalOf(verdict: Verdict | undefined): NamedReply | undefined {
  if (verdict?.kind === 'reject') return { ...verdict.reply, name: 'contentRefused' };
  return verdict?.kind === 'later' ? replies.inspectLater : undefined;
}

function holdOf(verdict: Verdict | undefined): HoldReason | undefined {
  return verdict?.kind === 'hold' || verdict?.kind === 'quarantine' ? verdict.reason : undefined;
}

/** After `failed` it is not known whether the message was kept, so its body stays: the sweep finds it if not. */
function replyTo(result: EnqueueResult, incoming: Incoming): NamedReply {
  switch (result.kind) {
    case 'accepted':
      return withText(replies.queued, `Ok: queued as ${incoming.id}`);
    case 'full':
      incoming.body.abort();
      return replies.storageFull;
    case 'failed':
      return replies.localError;
    default:
      return result satisfies never;
  }
}

function rejectedEvent(
  options: ReceiveOptions,
  session: SessionView,
  about: { reply: NamedReply; sender?: string; recipient?: string },
): RejectedEvent {
  const { reply, sender, recipient } = about;
  const customer = options.directory.network(session.ip)?.customer;
  return {
    type: 'message.rejected',
    at: options.now(),
    ip: session.ip,
    reply: reply.name,
    code: reply.code,
    ...(session.helo !== '' && { helo: session.helo }),
    ...(customer !== undefined && { customer }),
    ...(reply.enhanced !== undefined && { enhanced: reply.enhanced }),
    ...(sender !== undefined && { sender }),
    ...(recipient !== undefined && { recipient }),
  };
}
