// Mail to another customer stays inside, and comes in there all the same: before it goes to that one's mail hosts, its
// inbound protection looks at it (docs/adr/0004).
//
// - a suspended customer takes nothing: it is put off until that is lifted, as mail of strangers is.
// - pass: it goes on as the sender's message, and nothing is noted.
// - later: it is put off. A scanner that is down lets nothing by, and sends nothing back.
// - reject: it bounces, and the customer that refused it has the refusal in its trace, as it has those of strangers.
// - all else: it is taken in. For the sender it is delivered; from here on it is an inbound message of the other customer,
//   changed or held as the verdict says, which becomes durable in the transaction that ends it for the sender.

import { fewAtOnce } from '../platform/few-at-once.ts';
import { type HeaderSection, parseHeader } from '../protocol/mime/header.ts';
import { mailDate } from '../protocol/mime/mail-date.ts';
import { domainOf } from '../protocol/smtp/address.ts';
import type { NamedReply } from './accept/replies.ts';
import type { Directory } from './authorise/directory.ts';
import { rightToSend } from './authorise/sending-right.ts';
import { type ContentSource, headerPrefix, release } from './deliver/content.ts';
import { senderOnWire } from './deliver/envelope-from.ts';
import { type Signer, UNSIGNED } from './deliver/sign.ts';
import type { MessageIds } from './hide/message-ids.ts';
import { type ShownForm, turnedBack } from './hide/turned-back.ts';
import { changeContent } from './inspect/change-content.ts';
import { copiesOf, type RuleNotice, rulesToTell, withoutNoticesOf } from './inspect/effects.ts';
import {
  beginInspection,
  type Check,
  type Inspected,
  type Inspection,
  refusalOf,
  type SentHere,
} from './inspect/inspection.ts';
import { settingsFor } from './inspect/protection.ts';
import {
  type Body,
  BUSINESS_STREAM,
  type CustomerId,
  type MessageMeta,
  type Outcome,
  type OwnCause,
  type QueueId,
  RELAY_CUSTOMER,
} from './message.ts';
import { forQueue, headerFacts, newRecipient } from './new-message.ts';
import type { BodyStore } from './queue/body-store.ts';
import { beginBody } from './queue/incoming-body.ts';
import type { ClaimedRecipient, NewMessage, Work } from './queue/queue.ts';
import { type RejectedEvent, rejectedEvent } from './report/events.ts';
import type { RoutedHosts } from './route/route.ts';
import { contentForChecks } from './stored-content.ts';

export interface TakeInOptions {
  hostname: string;
  directory: Directory;
  /** As they are now. */
  checks: () => readonly Check[];
  signer: Signer;
  bodies: BodyStore;
  inlineBody: number;
  trace: { subject: boolean };
  loopSecret: Uint8Array;
  returnKey: Uint8Array;
  messageIds: MessageIds;
  newId: () => QueueId;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Told of every inspection, and how long it took. */
  inspected: (inspected: Inspected, ms: number) => void;
  /** Work is looked at from now on, and asks no host meanwhile; or it goes on. */
  aside: (work: Work, aside: boolean) => void;
  /** The receiving customer's protection refused it, or has put it off: told once, not at each attempt. */
  rejected: (event: RejectedEvent) => void;
  /** Told once what was taken in is durable. */
  accepted: (message: NewMessage) => void;
  /** Told of rules that people want to hear of, likewise. */
  rulesMet: (notice: RuleNotice) => void;
}

/** A message that came in, to be made durable together with its end for the sender. */
export interface TakenIn {
  message: NewMessage;
  /** To be called once that is done. */
  durable(): void;
}

/** `pass`: it goes on to the mail hosts, in the form shown if there is one. Else its outcome for the sender. */
export type AskedProtection =
  | { kind: 'pass'; shown?: ShownForm }
  | { kind: 'ended'; outcome: Outcome; takenIn?: TakenIn };

export interface TakeIn {
  /** Asks the inbound protection of the customer about these recipients, all its own. Rejects on a fault of ours. */
  ask(work: Work, customer: CustomerId, content: ContentSource): Promise<AskedProtection>;
  /** What is being asked comes back untouched, and nothing is asked any more. */
  close(): void;
}

/** Messages that a thread has looked at here at once: each may have a piece of a file in memory, and its descriptor. */
const AT_ONCE = 16;
/**
 * Messages of a thread that are looked at, or wait for it, without a place at their site: scanners that are slow keep nobody
 * else's mail from the mail hosts. Past it they keep their places, or they would fill the thread.
 */
const MOST_ASIDE = 200;
const HEADER_END = '\r\n\r\n';

/**
 * Whether a message comes in at another customer, or at the same one. What came in once does so again only for another
 * customer: its domain has moved, or it goes back to whom it was forwarded for, or it is a copy by a rule. What the relay
 * itself writes does not, nor mail to its operator: nobody is to miss those.
 */
export function isToComeIn(
  meta: Pick<MessageMeta, 'customer' | 'direction' | 'ours'>,
  { receiver }: Pick<RoutedHosts, 'receiver'>,
): boolean {
  if (receiver === undefined || meta.ours === true || meta.customer === RELAY_CUSTOMER) return false;
  return meta.direction === 'outbound' || receiver !== meta.customer;
}

/** What becomes of mail that is to come in at this customer while it is suspended. The sender is not told that it is. */
export function pausedFor(
  directory: Directory,
  customer: CustomerId,
): Extract<Outcome, { kind: 'deferred' }> | undefined {
  if (directory.customer(customer)?.state !== 'suspended') return undefined;
  // No other mail waits with it: what the relay itself writes to the customer still goes.
  return { kind: 'deferred', cause: { from: 'us', cause: 'recipient-paused' }, scope: 'message' };
}

/** Joins the parts for a relay thread. */
export function createTakeIn(options: TakeInOptions): TakeIn {
  const inTurn = fewAtOnce(AT_ONCE);
  const giveUp = new Set<() => void>();
  let closed = false;
  let aside = 0;
  /** Gives what takes the place again. */
  const giveUpPlace = (work: Work): (() => void) => {
    if (aside >= MOST_ASIDE || options.checks().length === 0) return () => {};
    aside += 1;
    options.aside(work, true);
    return () => {
      aside -= 1;
      options.aside(work, false);
    };
  };
  return {
    async ask(work, customer, content) {
      if (closed) return UNTOUCHED;
      const paused = pausedFor(options.directory, customer);
      if (paused !== undefined) return ended(paused);
      const given = Promise.withResolvers<AskedProtection>();
      const stop = () => given.resolve(UNTOUCHED);
      giveUp.add(stop);
      const takePlace = giveUpPlace(work);
      try {
        const ask = async () => (closed ? UNTOUCHED : askInForm(options, work, { customer, content }));
        // One customer that sends much that takes long keeps nobody else waiting.
        return await Promise.race([inTurn(work.meta.customer, ask), given.promise]);
      } finally {
        takePlace();
        giveUp.delete(stop);
      }
    },
    close() {
      closed = true;
      for (const stop of giveUp) stop();
    },
  };
}

const UNTOUCHED: AskedProtection = { kind: 'ended', outcome: { kind: 'untouched' } };

/** Asks about the message in the form in which the customer gets it. */
async function askInForm(
  options: TakeInOptions,
  work: Work,
  { customer, content }: { customer: CustomerId; content: ContentSource },
): Promise<AskedProtection> {
  const shown = await turnedBack({ meta: work.meta, content }, customer, options.messageIds);
  if (shown === undefined) return new Asking(options, work, customer).ask(content);
  const asked = await new Asking(options, { ...work, meta: shown.meta }, customer).ask(shown.content);
  return asked.kind === 'pass' ? { ...asked, shown } : asked;
}

/** One message on its way in to one customer. */
class Asking {
  readonly #options: TakeInOptions;
  readonly #work: Work;
  readonly #customer: CustomerId;
  readonly #id: QueueId;
  readonly #at: number;

  constructor(options: TakeInOptions, work: Work, customer: CustomerId) {
    this.#options = options;
    this.#work = work;
    this.#customer = customer;
    this.#id = options.newId();
    this.#at = options.now();
  }

  async ask(content: ContentSource): Promise<AskedProtection> {
    const looked = await this.#look(content);
    if (looked === undefined) return { kind: 'pass' };
    const { inspected, header } = looked;
    const { kind } = inspected.verdict;
    const refusal = refusalOf(inspected.verdict);
    if (refusal !== undefined) return this.#refuse(refusal, kind, inspected);
    const asksNothing = inspected.changes.length === 0 && inspected.effects.length === 0;
    if (asksNothing && kind !== 'hold' && kind !== 'quarantine') return { kind: 'pass' };
    return this.#takeIn(content, header, inspected);
  }

  /** Nothing where there is no check for it. */
  async #look(content: ContentSource): Promise<{ inspected: Inspected; header: HeaderSection } | undefined> {
    const { header, inspection } = await this.#give(content);
    if (inspection === undefined) return undefined;
    const began = performance.now();
    const inspected = await inspection.end(contentForChecks(content, this.#work.meta.size));
    this.#options.inspected(inspected, performance.now() - began);
    return { inspected, header };
  }

  /** Gives the content to the checks as if it arrived: the header section first, whole. */
  async #give(source: ContentSource): Promise<{ header: HeaderSection; inspection: Inspection | undefined }> {
    const content = await source();
    let begun: { header: HeaderSection; inspection: Inspection | undefined } | undefined;
    try {
      for await (const piece of headerFirst(content.kind === 'bytes' ? [content.bytes] : content.chunks)) {
        if (begun === undefined) begun = this.#begin(piece);
        else begun.inspection?.chunk(piece);
        if (begun.inspection === undefined) break;
      }
      return begun ?? this.#begin(Buffer.alloc(0));
    } catch (err) {
      begun?.inspection?.abort();
      throw err;
    } finally {
      await release(content);
    }
  }

  #begin(octets: Buffer): { header: HeaderSection; inspection: Inspection | undefined } {
    const { checks, directory, trace } = this.#options;
    const { meta, recipients } = this.#work;
    const header = parseHeader(octets);
    const scope = { customer: this.#customer, direction: 'inbound', stream: BUSINESS_STREAM } as const;
    const { headerFrom } = headerFacts(header, trace.subject);
    const sentHere = this.#isStrangers() ? undefined : this.#sentHere(headerFrom);
    const inspection = beginInspection(checks(), {
      ...scope,
      id: this.#id,
      header,
      ...(headerFrom !== undefined && { headerFrom }),
      settings: settingsFor(directory, scope),
      ...(sentHere !== undefined && { sentHere }),
      at: this.#at,
      sender: meta.sender,
      recipients: recipients.map(({ address }) => address),
      origin: meta.origin,
    });
    const end = Math.min(octets.length, header.end + 2);
    inspection?.chunk(octets.subarray(0, end));
    if (end < octets.length) inspection?.chunk(octets.subarray(end));
    return { header, inspection };
  }

  /** It came in from outside before: whoever sent it is asked of DNS here too. */
  #isStrangers(): boolean {
    const { direction, sentHere } = this.#work.meta;
    return direction === 'inbound' && sentHere !== true;
  }

  /** Who sent it was asked when it was taken; what is forwarded was written by others, and proves nothing. */
  #sentHere(headerFrom: string | undefined): SentHere {
    const { customer, direction, sender, origin, forward, cameIn } = this.#work.meta;
    const own = (domain: string | undefined) =>
      domain !== undefined && rightToSend(this.#options.directory, customer, domain) !== undefined ? [domain] : [];
    const foreign = direction === 'inbound' || forward === true || cameIn === true;
    const domains = foreign ? [] : [domainOf(sender), domainOf(headerFrom)].flatMap(own);
    return { user: origin.login ?? customer, domains: new Set(domains) };
  }

  #refuse(reply: NamedReply, kind: Inspected['verdict']['kind'], { notes }: Inspected): AskedProtection {
    const { hostname, rejected } = this.#options;
    const { meta, recipients } = this.#work;
    const [only, ...others] = recipients;
    const recipient = only !== undefined && others.length === 0 ? { recipient: only.address } : {};
    const customer = this.#customer;
    const refused = { customer, direction: 'inbound', ...recipient, inspection: notes } as const;
    const session = { ip: HERE, helo: hostname };
    const told = { session, reply: { ...reply, refused }, customer, sender: meta.sender, ...recipient, at: this.#at };
    // Of an outage that lasts the state is told once, as the scanners' own event tells it; attempts are the sender's.
    if (kind !== 'later' || !recipients.some(wasPutOff)) rejected(rejectedEvent(told));
    const detail = `${reply.name}: ${reply.code} ${reply.enhanced ?? ''} ${reply.lines.join(' ')}`;
    if (kind === 'later')
      return ended({ kind: 'deferred', cause: because('protection-later', detail), scope: 'message' });
    return ended({ kind: 'bounced', cause: because('protection-refused', detail) });
  }

  async #takeIn(content: ContentSource, header: HeaderSection, inspected: Inspected): Promise<AskedProtection> {
    const { accepted, loopSecret, now, rulesMet, signer } = this.#options;
    const { meta, recipients } = this.#work;
    const isEdited = inspected.changes.some((change) => change.kind === 'edit');
    // As it would have left: signed, unless what was signed is no longer what it holds.
    const signed = isEdited ? UNSIGNED : await signer.sign(meta, content, false);
    if (signed.kind === 'later') {
      return ended({ kind: 'deferred', cause: because('no-signing-key', signed.detail), scope: 'message' });
    }
    const addresses = recipients.map(({ address }) => address);
    const before = headerPrefix(meta, addresses, loopSecret) + signed.fields;
    const kept = await this.#keep(content, header, inspected);
    const message = this.#messageOf(header, inspected, { ...kept, before, isEdited });
    const rules = rulesToTell(inspected.effects);
    const durable = () => {
      accepted(message);
      const { id, customer, direction, sender } = message.meta;
      const verdict = inspected.verdict.kind;
      if (rules.length > 0)
        rulesMet({ id, customer, direction, sender, recipients: addresses, verdict, at: now(), rules });
    };
    return { ...ended(this.#delivered()), takenIn: { message, durable } };
  }

  /** The content, changed as the checks want it, and sealed where it is to wait for a person. */
  async #keep(
    content: ContentSource,
    header: HeaderSection,
    { changes, verdict }: Inspected,
  ): Promise<{ body: Body; size: number }> {
    const { bodies, inlineBody } = this.#options;
    const body = beginBody(this.#id, inlineBody, bodies);
    try {
      for await (const piece of contentForChecks(content, this.#work.meta.size).stream()) await body.add(piece);
      await changeContent({ body, headerSize: header.end + 2, signing: undefined }, changes);
      const { size } = body;
      const finished = await body.finish();
      const isHeld = verdict.kind === 'hold' || verdict.kind === 'quarantine';
      return { body: isHeld ? await bodies.seal(this.#id, finished) : finished, size };
    } catch (err) {
      body.abort();
      throw err;
    }
  }

  #messageOf(
    header: HeaderSection,
    { changes, effects, notes, verdict }: Inspected,
    { body, size, before, isEdited }: { body: Body; size: number; before: string; isEdited: boolean },
  ): NewMessage {
    const { hostname, returnKey, trace } = this.#options;
    const { meta: sent, recipients } = this.#work;
    const named = recipients.map(({ address, destination }) => ({ address, destination }));
    const copies = copiesOf(
      // Of what came in before there are copies already: two rules must not send a message to and fro.
      sent.direction === 'inbound' ? [] : effects,
      named.map(({ address }) => ({ text: address })),
    ).map(newRecipient);
    const fields = changes.map((change) => (change.kind === 'field' ? change.text : '')).join('');
    const envelopeFrom = senderOnWire(sent, recipients, returnKey);
    const asked = sent.dsn && {
      ...sent.dsn,
      recipients: recipients.map(({ index }) => sent.dsn?.recipients?.[index] ?? null),
    };
    const dsn = withoutNoticesOf(asked, named.length, copies.length);
    const meta: MessageMeta = {
      id: this.#id,
      customer: this.#customer,
      direction: 'inbound',
      stream: BUSINESS_STREAM,
      sender: sent.sender,
      acceptedAt: this.#at,
      size,
      // Where the other customer's servers are is not for this one.
      origin: this.#isStrangers() ? sent.origin : { ip: HERE, helo: hostname },
      received: `Received: by ${hostname} (Easymail) id ${this.#id};\r\n\t${mailDate(this.#at)}\r\n${fields}${before}`,
      eightBit: sent.eightBit,
      smtpUtf8: sent.smtpUtf8,
      ...headerFacts(header, trace.subject),
      ...(isEdited && { changed: true }),
      ...(dsn !== undefined && { dsn }),
      ...(envelopeFrom !== sent.sender && { envelopeFrom }),
      ...(sent.revealed === true && { revealed: true }),
      ...(sent.forward === true && { forward: true }),
      ...(!this.#isStrangers() && { sentHere: true }),
      recipientCount: named.length + copies.length,
      ...(copies.length > 0 && { copies: copies.length }),
      inspection: notes,
    };
    return forQueue(meta, { body, recipients: [...named, ...copies], verdict });
  }

  #delivered(): Outcome {
    const { hostname, now } = this.#options;
    const number = (this.#work.recipients[0]?.attempts ?? 0) + 1;
    return {
      kind: 'delivered',
      reply: { code: 250, enhanced: '2.0.0', text: `taken in for the recipient, queued as ${this.#id}` },
      attempt: { number, at: this.#at, durationMs: now() - this.#at, host: hostname, conversation: [] },
      // A confirmation that the sender wants comes of the message that goes on.
      noticesPassedOn: true,
      takenIn: true,
    };
  }
}

/** The same octets, so put together that the whole header section is in the first piece. */
async function* headerFirst(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const { buffer, byteOffset, byteLength } of pieces) {
    const piece = Buffer.from(buffer, byteOffset, byteLength);
    if (start === undefined) {
      yield piece;
      continue;
    }
    start = start.length === 0 ? piece : Buffer.concat([start, piece]);
    if (!start.includes(HEADER_END) && start.indexOf('\r\n') !== 0) continue;
    yield start;
    start = undefined;
  }
  if (start !== undefined) yield start;
}

/** Where mail that comes in here comes from. */
const HERE = '127.0.0.1';

function wasPutOff({ lastCause }: ClaimedRecipient): boolean {
  return lastCause?.from === 'us' && lastCause.cause === 'protection-later';
}

function because(cause: OwnCause, detail: string) {
  return { from: 'us', cause, detail } as const;
}

function ended(outcome: Outcome): Extract<AskedProtection, { kind: 'ended' }> {
  return { kind: 'ended', outcome };
}
