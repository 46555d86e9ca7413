// Up to the 250: the order of the stages, and nothing else. accept calls in here; each method names its steps.

import { editHeader } from '../protocol/mime/header.ts';
import type { Mailbox } from '../protocol/smtp/address.ts';
import type { AcceptHandler, Connected, Later, MailParameters, SessionHandler, SessionView } from './accept/handler.ts';
import { whenDone } from './accept/later.ts';
import { dsnRequest } from './accept/notice-requests.ts';
import { type NamedReply, type RefusedContent, replies, withText } from './accept/replies.ts';
import { authoriseRecipient, authoriseSender, mayAskNotices, type Transaction } from './authorise/authorise.ts';
import { certifiedCustomer, clientOf, refusedCustomer, sessionFacts } from './authorise/client.ts';
import { endedReply } from './authorise/ended-service.ts';
import { greylistRecipient } from './authorise/greylist/greylist-recipient.ts';
import type { Hosts } from './authorise/greylist/hosts.ts';
import type { OwnVerdict } from './authorise/own-addresses.ts';
import type { RecipientCheck } from './authorise/recipients/recipient-check.ts';
import { type CheckedHeader, cameIn, checkHeader, type HeaderStepOptions, isForward } from './check-header.ts';
import { beginSigning, type SigningNotes } from './deliver/body-hash.ts';
import type { Senders, SentMessage } from './identities/senders.ts';
import { changeContent } from './inspect/change-content.ts';
import { copiesOf, type RuleNotice, rulesToTell } from './inspect/effects.ts';
import { beginInspection, type Check, type Inspected, type Inspection, refusalOf } from './inspect/inspection.ts';
import { type ProtectionSettings, settingsFor } from './inspect/protection.ts';
import type { Body, DsnRequest, InspectionNote, MessageMeta, QueueId, RecipientDsn } from './message.ts';
import { newMessage, originOf } from './new-message.ts';
import type { BodyStore } from './queue/body-store.ts';
import { beginBody, type IncomingBody } from './queue/incoming-body.ts';
import type { EnqueueResult, NewMessage } from './queue/queue.ts';
import { type RejectedEvent, rejectedEvent } from './report/events.ts';
import { type ReadReturn, type ReturnedMail, readOwnMail } from './report/returned-mail.ts';

/** What the stages before the 250 need. */
export interface ReceiveOptions extends HeaderStepOptions {
  /** As they are now: a reload may bring other scanners. */
  checks: () => readonly Check[];
  inlineBody: number;
  /** Whether inbound recipients are there. */
  recipients: RecipientCheck;
  /** Hosts that nobody registered: whose first mail has to come twice. */
  hosts: Hosts;
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
  /** What senders of customers usually do, and who of them is limited. */
  senders: Senders;
  /** Told of every inspection, and how long it took from the end of data. */
  inspected: (inspected: Inspected, ms: number) => void;
  /** Told of rules that people want to hear of, once the message is durable. */
  rulesMet: (notice: RuleNotice) => void;
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
  /** Octets of the header section as it is stored. */
  headerSize: number;
  inspection: Inspection | undefined;
  /** Of outbound mail. */
  signing: SigningNotes | undefined;
}

/** A message that is ready for the queue. */
interface Prepared {
  message: NewMessage;
  inspected: Inspected | undefined;
  returned: ReadReturn | undefined;
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
  #gone = false;

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
    const attempt = { customer: way.customer, sender: transaction.sender?.text ?? '', recipient: recipient.text };
    // Only for those who are there: a first attempt says nothing about who is.
    const known = this.#options.recipients.check(way.customer, recipient);
    const refusal = whenDone(known, (unknown) => unknown ?? greylistRecipient(this.#options, this.#session, attempt));
    return whenDone(refusal, take);
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
    if (this.#transaction === undefined) return replies.localError;
    const checked = checkHeader(octets, this.#options, {
      transaction: this.#transaction,
      recipients: this.#recipients,
      returned: this.#returned,
      session: this.#session,
    });
    if ('code' in checked) return checked;
    const limited = this.#limited(checked);
    if (limited !== undefined) return limited;
    this.#returned?.chunk(octets);
    const id = this.#options.newId();
    const inspection = this.#beginInspection(id, checked);
    const body = beginBody(id, this.#options.inlineBody, this.#options.bodies);
    const section = editHeader(octets, checked.edits);
    this.#incoming = {
      ...checked,
      id,
      headerSize: section.length,
      sender: this.#transaction?.sender?.text ?? '',
      recipients: this.#recipients,
      returned: this.#returned,
      parameters: this.#parameters,
      dsn: dsnRequest(this.#parameters, this.#notices),
      inspection,
      body,
      signing: this.#beginSigning(checked),
    };
    return this.#keep(section)?.then(() => undefined);
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
    const prepared = await this.#prepare(incoming).catch((fault: unknown) => {
      incoming.body.abort();
      throw fault;
    });
    if ('code' in prepared) return prepared;
    const { message, inspected, returned } = prepared;
    // Nobody hears a 250 any more: the client has the message, and sends it again.
    if (this.#gone) {
      await this.#options.bodies.remove(message.body);
      return replies.localError;
    }
    const result = await this.#options.enqueue(message);
    if (result.kind === 'accepted') {
      this.#options.accepted(message);
      if (returned !== undefined) this.#options.returned(returned);
      if (inspected !== undefined) this.#tellOfRules(message.meta, incoming, inspected);
    }
    if (result.kind === 'full') await this.#options.bodies.remove(message.body);
    return replyTo(result, incoming);
  }

  /** All that comes before the message is given to the queue, or why it is not. */
  async #prepare(incoming: Incoming): Promise<NamedReply | Prepared> {
    const inspected = await this.#inspect(incoming);
    const refusal = refusalOf(inspected?.verdict);
    this.#tellOfSender(incoming, inspected, refusal === undefined);
    if (refusal !== undefined) {
      incoming.body.abort();
      return { ...refusal, refused: refusedContent(incoming, inspected?.notes ?? []) };
    }
    if (inspected !== undefined) await changeContent(incoming, inspected.changes);
    const at = this.#options.now();
    const returned = incoming.returned?.read({ id: incoming.id, at });
    const copies = copiesOf(inspected?.effects ?? [], incoming.recipients);
    const message = newMessage({
      ...incoming,
      returned,
      copies,
      customer: incoming.verdict.customer.id,
      direction: incoming.verdict.kind,
      forward: isForward(incoming.verdict),
      cameIn: cameIn(incoming.verdict),
      envelopeFrom: this.#envelopeFrom(incoming, copies.length),
      session: this.#session,
      body: await this.#finish(incoming, inspected),
      size: incoming.body.size,
      inspected,
      hostname: this.#options.hostname,
      at,
    });
    return { message, inspected, returned };
  }

  #limited(checked: CheckedHeader): NamedReply | undefined {
    const sender = this.#transaction?.sender?.text ?? '';
    const message = sentMessage({ ...checked, sender, recipients: this.#recipients }, this.#session);
    return message === undefined ? undefined : this.#options.senders.refusal(message);
  }

  #tellOfSender(incoming: Incoming, inspected: Inspected | undefined, taken: boolean): void {
    const message = sentMessage(incoming, this.#session);
    if (message !== undefined) this.#options.senders.received(message, inspected?.notes ?? [], taken);
  }

  /** What waits for a person, for longer than mail under way does, is sealed on the disk. */
  async #finish({ id, body }: Incoming, inspected: Inspected | undefined): Promise<Body> {
    const finished = await body.finish();
    const held = inspected?.verdict.kind === 'hold' || inspected?.verdict.kind === 'quarantine';
    return held ? this.#options.bodies.seal(id, finished) : finished;
  }

  async #inspect({ inspection, body }: Incoming): Promise<Inspected | undefined> {
    if (inspection === undefined) return undefined;
    const began = performance.now();
    const inspected = await inspection.end(body.content());
    this.#options.inspected(inspected, performance.now() - began);
    return inspected;
  }

  #tellOfRules({ id, customer, direction, sender }: MessageMeta, incoming: Incoming, inspected: Inspected): void {
    const rules = rulesToTell(inspected.effects);
    if (rules.length === 0) return;
    const recipients = incoming.recipients.map(({ text }) => text);
    const verdict = inspected.verdict.kind;
    this.#options.rulesMet({ id, customer, direction, sender, recipients, verdict, at: this.#options.now(), rules });
  }

  #envelopeFrom({ id, recipients, sender, verdict }: Incoming, copies: number): string | undefined {
    if (verdict.kind === 'inbound') return undefined;
    const { customer } = verdict;
    const foreignSender = isForward(verdict);
    return this.#options.returns.envelopeFrom({
      id,
      customer,
      sender,
      foreignSender,
      recipients: recipients.length + copies,
    });
  }

  abort(): void {
    this.#transaction = undefined;
    this.#returned = undefined;
    this.#incoming?.inspection?.abort();
    this.#incoming?.body.abort();
    this.#incoming = undefined;
  }

  close(): void {
    this.#gone = true;
    this.abort();
  }

  #beginSigning({ verdict, stream, header }: CheckedHeader): SigningNotes | undefined {
    if (verdict.kind !== 'outbound' || isForward(verdict) || cameIn(verdict)) return undefined;
    const message = { customer: verdict.customer.id, stream, edits: verdict.edits, headerFrom: header.headerFrom };
    return beginSigning(this.#options.directory, { ...message, senderDomain: this.#transaction?.sender?.domain });
  }

  #beginInspection(id: QueueId, { verdict, stream, header, section }: CheckedHeader): Inspection | undefined {
    const { directory } = this.#options;
    const checks = this.#options.checks();
    if (checks.length === 0) return undefined;
    const scope = { customer: verdict.customer.id, direction: verdict.kind, stream };
    let settings: ProtectionSettings | undefined;
    return beginInspection(checks, {
      ...scope,
      id,
      header: section,
      ...(header.headerFrom !== undefined && { headerFrom: header.headerFrom }),
      // Most mail of a relay without scanners is asked for none.
      get settings() {
        settings ??= settingsFor(directory, scope);
        return settings;
      },
      at: this.#options.now(),
      sender: this.#transaction?.sender?.text ?? '',
      recipients: this.#recipients.map((recipient) => recipient.text),
      origin: originOf(this.#session),
    });
  }
}

function refusedContent({ verdict, recipients }: Incoming, inspection: InspectionNote[]): RefusedContent {
  const [only, ...others] = recipients;
  const recipient = only !== undefined && others.length === 0 ? { recipient: only.text } : {};
  return { customer: verdict.customer.id, direction: verdict.kind, ...recipient, inspection };
}

/** Of a customer's own mail: what its sender is measured by. */
function sentMessage(
  {
    verdict,
    stream,
    header,
    sender,
    recipients,
  }: Pick<Incoming, 'verdict' | 'stream' | 'header' | 'sender' | 'recipients'>,
  { ip, login }: SessionView,
): SentMessage | undefined {
  if (verdict.kind !== 'outbound' || isForward(verdict)) return undefined;
  const by = { sender, headerFrom: header.headerFrom, login, ip };
  return { customer: verdict.customer.id, stream, by, domains: recipients.map(({ domain }) => domain) };
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
