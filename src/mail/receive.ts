// Up to the 250: the order of the stages, and nothing else. accept calls in here; each method names its steps.

import { countHops, editHeader, type HeaderEdit, type HeaderSection, openHeader } from '../protocol/mime/header.ts';
import { domainOf, type Mailbox } from '../protocol/smtp/address.ts';
import type { AcceptHandler, Connected, Later, MailParameters, SessionHandler, SessionView } from './accept/handler.ts';
import { dsnRequest } from './accept/notice-requests.ts';
import { type NamedReply, replies, withText } from './accept/replies.ts';
import {
  authoriseHeader,
  authoriseRecipient,
  authoriseSender,
  type MessageVerdict,
  mayAskNotices,
  type Transaction,
} from './authorise/authorise.ts';
import { certifiedCustomer, clientOf, refusedCustomer, sessionFacts } from './authorise/client.ts';
import type { Directory } from './authorise/directory.ts';
import { type EndedService, endedReply } from './authorise/ended-service.ts';
import type { OwnVerdict } from './authorise/own-addresses.ts';
import type { RecipientCheck } from './authorise/recipients/recipient-check.ts';
import { refusalOfAll } from './authorise/suppression.ts';
import { beginSigning, type SigningNotes } from './deliver/body-hash.ts';
import { findLoopMarks, foldedHops, type LoopMarks, loopMark } from './deliver/loop-mark.ts';
import { type Hiding, hideOrigin } from './hide/hide-origin.ts';
import type { MessageIds } from './hide/message-ids.ts';
import { revealReferences } from './hide/reveal-references.ts';
import { beginInspection, type Check, type Inspection, refusalOf } from './inspect/inspection.ts';
import { settingsFor } from './inspect/protection.ts';
import { BUSINESS_STREAM, type Direction, type DsnRequest, type QueueId, type RecipientDsn } from './message.ts';
import { type HeaderFacts, headerFacts, newMessage, originOf } from './new-message.ts';
import type { BodyStore } from './queue/body-store.ts';
import { beginBody, type IncomingBody } from './queue/incoming-body.ts';
import type { EnqueueResult, NewMessage } from './queue/queue.ts';
import { type RejectedEvent, rejectedEvent } from './report/events.ts';
import { type ReadReturn, type ReturnedMail, readOwnMail } from './report/returned-mail.ts';
import type { Returns } from './returns.ts';

/** What the stages before the 250 need. */
export interface ReceiveOptions {
  hostname: string;
  directory: Directory;
  checks: readonly Check[];
  limits: { hops: number };
  inlineBody: number;
  trace: { subject: boolean };
  /** What is said once a customer's contract has ended. */
  termination: EndedService['termination'];
  loopSecret: Uint8Array;
  /** Return paths of ours, in both directions. */
  returns: Returns;
  messageIds: MessageIds;
  /** Whether inbound recipients are there. */
  recipients: RecipientCheck;
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
  /** Told what a mail said that came back, once that is durable. */
  returned: (read: ReadReturn) => void;
}

/** Answers the SMTP server's questions. */
export function createReceiver(options: ReceiveOptions): AcceptHandler {
  return {
    connect: (session) => connect(options, session),
    rejected: (session, reply, about) => {
      const customer = refusedCustomer(options.directory, session, about.recipient);
      options.rejected(rejectedEvent({ ...about, reply, session, customer, at: options.now() }));
    },
  };
}

function connect(options: ReceiveOptions, session: SessionView): Connected {
  return { kind: 'take', session: new ReceivingSession(options, session), ...clientOf(options.directory, session) };
}

type AcceptedVerdict = Exclude<MessageVerdict, { kind: 'refused' }>;

/** What is known once the header was read, and no step refused it. */
interface CheckedHeader {
  verdict: AcceptedVerdict;
  stream: string;
  looping: number[];
  header: HeaderFacts;
  /** As it was received. */
  section: HeaderSection;
  /** To be made before the content is kept. */
  edits: HeaderEdit[];
  /** Absent: nothing is hidden. */
  hiding: Hiding | undefined;
  /** Ids of ours in references are turned back. */
  revealed: boolean;
  /** Received fields taken out by us so far. */
  foldedHops: number;
}

/** The message that is being received, from the end of its header on. */
interface Incoming extends CheckedHeader {
  id: QueueId;
  /** Copied from the transaction, which a lost connection ends while the end of data is still at work. */
  sender: string;
  recipients: readonly Mailbox[];
  /** The mail came back to a return path of ours. */
  returned: ReturnedMail | undefined;
  parameters: MailParameters;
  dsn: DsnRequest | undefined;
  body: IncomingBody;
  inspection: Inspection | undefined;
  /** Of outbound mail. */
  signing: SigningNotes | undefined;
}

class ReceivingSession implements SessionHandler {
  readonly #options: ReceiveOptions;
  readonly #session: SessionView;
  #transaction: Transaction | undefined;
  #parameters: MailParameters = { size: undefined, eightBit: false, smtpUtf8: false };
  #recipients: Mailbox[] = [];
  /** What was asked of notices, by index of the recipient. */
  #notices: RecipientDsn[] = [];
  #returned: ReturnedMail | undefined;
  #incoming: Incoming | undefined;

  constructor(options: ReceiveOptions, session: SessionView) {
    this.#options = options;
    this.#session = session;
  }

  credentials(name: string) {
    return this.#options.directory.login(name)?.scram;
  }

  loggedIn(name: string) {
    const login = this.#options.directory.login(name);
    if (login === undefined) return { kind: 'refuse', reply: replies.authFailed } as const;
    return { kind: 'customer', customer: login.customer } as const;
  }

  certified(): string | undefined {
    return certifiedCustomer(this.#options.directory, this.#session);
  }

  mayAskNotices(): boolean {
    return mayAskNotices(this.#options.directory, sessionFacts(this.#session));
  }

  mail(sender: Mailbox | undefined, parameters: MailParameters): NamedReply | undefined {
    const closed = this.#options.closed();
    if (closed !== undefined) return closed;
    const verdict = authoriseSender(this.#options.directory, sessionFacts(this.#session), sender);
    if (verdict.kind === 'refused') return endedReply(verdict.reply, this.#options);
    this.#transaction = verdict.transaction;
    this.#parameters = parameters;
    this.#recipients = [];
    this.#notices = [];
    this.#returned = undefined;
    return undefined;
  }

  rcpt(recipient: Mailbox, notices?: RecipientDsn): Later<NamedReply | undefined> {
    const transaction = this.#transaction;
    if (transaction === undefined) return replies.localError;
    const own = this.#options.returns.own.take(transaction, recipient);
    if (own instanceof Promise) return own.then((verdict) => this.#takeOwn(transaction, verdict));
    if (own !== undefined) return this.#takeOwn(transaction, own);
    const verdict = authoriseRecipient(this.#options.directory, transaction, recipient);
    if (verdict.kind === 'refused') return endedReply(verdict.reply, this.#options);
    const { way } = verdict.transaction;
    const take = (refusal: NamedReply | undefined) => {
      // The connection may have gone while a mail host was asked.
      if (refusal !== undefined || this.#transaction !== transaction) return refusal ?? replies.localError;
      this.#transaction = verdict.transaction;
      if (notices !== undefined) this.#notices[this.#recipients.length] = notices;
      this.#recipients.push(recipient);
      return undefined;
    };
    if (way === undefined || way.direction === 'outbound') return take(undefined);
    const refusal = this.#options.recipients.check(way.customer, recipient);
    return refusal instanceof Promise ? refusal.then(take) : take(refusal);
  }

  #takeOwn(before: Transaction, own: OwnVerdict): NamedReply | undefined {
    if (own.kind === 'refused') return own.reply;
    // The connection may have gone while the trace was asked again.
    if (this.#transaction !== before) return replies.localError;
    this.#transaction = own.transaction;
    this.#recipients.push(...own.recipients);
    this.#returned = readOwnMail(own, this.#options.returns.own);
    return undefined;
  }

  header(octets: Buffer): NamedReply | undefined | Promise<NamedReply | undefined> {
    const checked = this.#checkHeader(octets);
    if ('code' in checked) return checked;
    this.#returned?.chunk(octets);
    const id = this.#options.newId();
    const inspection = this.#beginInspection(id, checked);
    const body = beginBody(id, this.#options.inlineBody, this.#options.bodies);
    this.#incoming = {
      ...checked,
      id,
      sender: this.#transaction?.sender?.text ?? '',
      recipients: this.#recipients,
      returned: this.#returned,
      parameters: this.#parameters,
      dsn: dsnRequest(this.#parameters, this.#notices),
      inspection,
      body,
      signing: this.#beginSigning(checked),
    };
    return this.#keep(editHeader(octets, checked.edits))?.then(() => undefined);
  }

  body(octets: Buffer): undefined | Promise<void> {
    this.#incoming?.signing?.hash?.update(octets);
    this.#incoming?.returned?.chunk(octets);
    return this.#keep(octets);
  }

  #keep(octets: Buffer): undefined | Promise<void> {
    this.#incoming?.inspection?.chunk(octets);
    return this.#incoming?.body.add(octets) ?? undefined;
  }

  async end(): Promise<NamedReply> {
    const incoming = this.#incoming;
    if (incoming === undefined) return replies.localError;
    this.#incoming = undefined;
    const inspected = await incoming.inspection?.end(incoming.body.content());
    const refusal = refusalOf(inspected?.verdict);
    if (refusal !== undefined) {
      incoming.body.abort();
      return refusal;
    }
    const at = this.#options.now();
    const returned = incoming.returned?.read({ id: incoming.id, at });
    const message = newMessage({
      ...incoming,
      returned,
      customer: incoming.verdict.customer.id,
      direction: incoming.verdict.kind,
      forward: isForward(incoming.verdict),
      cameIn: cameIn(incoming.verdict),
      envelopeFrom: this.#envelopeFrom(incoming),
      session: this.#session,
      body: await incoming.body.finish(),
      size: incoming.body.size,
      inspected,
      hostname: this.#options.hostname,
      at,
    });
    const result = await this.#options.enqueue(message);
    if (result.kind === 'accepted') {
      this.#options.accepted(message);
      if (returned !== undefined) this.#options.returned(returned);
    }
    return replyTo(result, incoming);
  }

  #envelopeFrom({ id, recipients, sender, verdict }: Incoming): string | undefined {
    if (verdict.kind === 'inbound') return undefined;
    const { customer } = verdict;
    const foreignSender = isForward(verdict);
    return this.#options.returns.envelopeFrom({ id, customer, sender, foreignSender, recipients: recipients.length });
  }

  abort(): void {
    this.#transaction = undefined;
    this.#returned = undefined;
    this.#incoming?.inspection?.abort();
    this.#incoming?.body.abort();
    this.#incoming = undefined;
  }

  close(): void {
    this.abort();
  }

  #checkHeader(octets: Buffer): NamedReply | CheckedHeader {
    const { directory, limits, loopSecret, trace } = this.#options;
    const transaction = this.#transaction;
    if (transaction === undefined) return replies.localError;
    const opened = openHeader(octets);
    if (opened === undefined) return replies.headerMalformed;
    const { header } = opened;
    const verdict = authoriseHeader(directory, transaction, header, this.#options.returns.checks);
    if (verdict.kind === 'refused') return endedReply(verdict.reply, this.#options);
    const unfit = this.#returned?.header(header);
    if (unfit !== undefined) return unfit;
    const outbound = verdict.kind === 'outbound';
    const suppressed = outbound ? refusalOfAll(directory, verdict.customer.id, this.#recipients) : undefined;
    if (suppressed !== undefined) return suppressed;
    const marks = findLoopMarks(octets);
    const folded = foldedHops(marks, loopSecret, limits.hops);
    if (countHops(header) + folded > limits.hops) return replies.loop;
    const looping = this.#looping(marks, verdict.kind);
    if (looping.length === this.#recipients.length) return replies.loop;
    const facts = headerFacts(header, trace.subject);
    const hiding = verdict.kind === 'outbound' ? this.#hide(verdict, header, facts) : undefined;
    const hidden = hiding?.edits ?? this.#reveal(verdict, header);
    return {
      verdict,
      stream: verdict.kind === 'outbound' ? verdict.stream : BUSINESS_STREAM,
      looping,
      header: facts,
      section: header,
      edits: [...opened.edits, ...verdict.edits, ...hidden],
      hiding,
      revealed: hiding === undefined && hidden.length > 0,
      foldedHops: folded + (hiding?.folded ?? 0),
    };
  }

  /** What goes back to the stranger whose mail was forwarded tells nothing of the customer's ids. */
  #reveal({ customer }: AcceptedVerdict, header: HeaderSection): HeaderEdit[] {
    if (this.#returned?.toStranger === true) return [];
    return revealReferences(header, customer.id, this.#options.messageIds);
  }

  #hide(verdict: AcceptedVerdict, header: HeaderSection, facts: HeaderFacts): Hiding | undefined {
    const senderDomain = this.#transaction?.sender?.domain;
    const authorDomain = domainOf(facts.headerFrom);
    const { customer, edits: taken } = verdict;
    const { directory, hostname, messageIds: ids } = this.#options;
    const { helo } = this.#session;
    return hideOrigin({ directory, hostname, ids }, { customer, header, taken, helo, senderDomain, authorDomain });
  }

  #beginSigning({ verdict, stream, header }: CheckedHeader): SigningNotes | undefined {
    if (verdict.kind !== 'outbound' || isForward(verdict) || cameIn(verdict)) return undefined;
    const message = { customer: verdict.customer.id, stream, edits: verdict.edits, headerFrom: header.headerFrom };
    return beginSigning(this.#options.directory, { ...message, senderDomain: this.#transaction?.sender?.domain });
  }

  /** Indexes of the recipients whose own mark is in the header already. */
  #looping(marks: LoopMarks, direction: Direction): number[] {
    if (marks.size === 0) return [];
    return this.#recipients.flatMap(({ text }, index) =>
      marks.has(direction, loopMark(this.#options.loopSecret, direction, text)) ? [index] : [],
    );
  }

  #beginInspection(id: QueueId, { verdict, stream, header, section }: CheckedHeader): Inspection | undefined {
    const { checks, directory } = this.#options;
    if (checks.length === 0) return undefined;
    const scope = { customer: verdict.customer.id, direction: verdict.kind, stream };
    return beginInspection(checks, {
      ...scope,
      id,
      header: section,
      ...(header.headerFrom !== undefined && { headerFrom: header.headerFrom }),
      settings: settingsFor(directory, scope).settings,
      at: this.#options.now(),
      sender: this.#transaction?.sender?.text ?? '',
      recipients: this.#recipients.map((recipient) => recipient.text),
      origin: originOf(this.#session),
    });
  }
}

/** Its sender is no customer's. */
function isForward(verdict: AcceptedVerdict): boolean {
  return verdict.kind === 'outbound' && verdict.foreignSender === true;
}

function cameIn(verdict: AcceptedVerdict): boolean {
  return verdict.kind === 'outbound' && verdict.cameIn === true;
}

/** After `failed` it is not known here whether the message was kept: the store removes its body, or the sweep does. */
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
