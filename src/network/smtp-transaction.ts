// One mail transaction: MAIL, RCPT, DATA, content. RFC 5321 3.3, pipelined where offered (RFC 2920).
//
// - The envelope goes out as one group, or step by step where the server does not pipeline.
// - Each recipient has its own answer; what happens to DATA and the content happens to those that RCPT accepted.
// - A connection that breaks leaves each recipient with what was known of it: never more, and never a refusal.

import type { ServerReply } from '../protocol/smtp/reply-reader.ts';
import { DotStuffing, wholeContent } from './dot-stuffing.ts';
import type { SmtpSession, SmtpTimeouts } from './smtp-session.ts';
import type { Exchange, WireFault } from './smtp-wire.ts';

/** Content with CRLF line ends, dots not doubled. */
export type Content =
  | { kind: 'bytes'; bytes: Uint8Array }
  /** For what is large; iterated once. */
  | { kind: 'stream'; chunks: AsyncIterable<Uint8Array> };

export interface Transaction {
  /** Reverse path without brackets; empty for the null sender. */
  sender: string;
  /** Forward paths without brackets. */
  recipients: readonly string[];
  /** Header fields to put before the content; CRLF included. */
  before: string;
  content: Content;
  /** Octets of `before` and content, for SIZE. */
  size: number;
  /** BODY=8BITMIME is wanted. */
  eightBit: boolean;
  /** SMTPUTF8 is wanted; the caller has made sure that it is offered. */
  smtpUtf8: boolean;
}

export type TransactionStage = 'mail' | 'rcpt' | 'data' | 'dot';

/** What became of one recipient. */
export type RecipientResult =
  | { kind: 'delivered'; reply: ServerReply }
  /** A reply 4yz or 5yz. */
  | { kind: 'refused'; stage: TransactionStage; reply: ServerReply }
  | { kind: 'fault'; stage: TransactionStage; fault: WireFault };

export interface TransactionResult {
  /** In the order of the transaction's recipients. */
  recipients: RecipientResult[];
  /** The exchange of each recipient's RCPT, as far as it was said. */
  rcpts: Exchange[];
  log: Exchange[];
  /** The server answered nothing: a reused connection was stale, and nothing is lost by trying another. */
  unanswered: boolean;
  /** The session can take another transaction. */
  reusable: boolean;
}

/** Content above this is sent in portions, with a look at what the other side has taken. */
const WHOLE_CONTENT = 256 * 1024;
const PORTION = 64 * 1024;
/** RFC 5321 4.2.2: the server is going down, or does not follow the order in which we speak. */
const CLOSING = 421;
const BAD_SEQUENCE = 503;

interface Envelope {
  mail: Exchange;
  rcpts: Exchange[];
  data: Exchange | undefined;
  fault: WireFault | undefined;
}

/** An address with a control character in it: it could end the command and begin another. A fault of ours. */
export class UncleanAddress extends Error {
  override readonly name = 'UncleanAddress';
}

const CONTROL = /[\x00-\x1f\x7f]/;

/** Runs a transaction. Rejects only where content or addresses are not clean, before anything was said. */
export async function transact(
  session: SmtpSession,
  transaction: Transaction,
  timeouts: SmtpTimeouts,
): Promise<TransactionResult> {
  const { wire } = session;
  const prepared = prepare(transaction);
  session.carried++;
  const envelope = await sendEnvelope(session, transaction, timeouts);
  const results = envelopeResults(envelope, transaction.recipients.length);
  // RFC 2920 3.1: DATA may be accepted though no recipient was; the content is then empty.
  const goes = results.includes(undefined);
  let dot: RecipientResult | undefined;
  if (envelope.data?.reply !== undefined && isGoAhead(envelope.data.reply)) {
    dot = await sendContent(session, goes ? prepared : EMPTY, transaction.size, timeouts);
    session.needsReset = false;
  }
  const recipients = results.map((result) => result ?? dot ?? lost(envelope, 'data'));
  return {
    recipients,
    rcpts: envelope.rcpts,
    log: wire.takeLog(),
    unanswered: envelope.mail.reply === undefined || envelope.mail.reply.code === CLOSING,
    reusable: wire.fault === undefined && !recipients.some(spoilsSession),
  };
}

function spoilsSession(result: RecipientResult): boolean {
  return result.kind === 'fault' || result.reply.code === CLOSING || result.reply.code === BAD_SEQUENCE;
}

function isGoAhead(reply: ServerReply): boolean {
  return reply.code >= 300 && reply.code < 400;
}

async function sendEnvelope(session: SmtpSession, transaction: Transaction, timeouts: SmtpTimeouts): Promise<Envelope> {
  const { wire } = session;
  const step = session.extensions.pipelining ? undefined : () => wire.exchange(timeouts.commandMs);
  let fault: WireFault | undefined;
  if (session.needsReset) {
    wire.say('RSET');
    fault = await step?.();
  }
  const mail = wire.say(mailCommand(session, transaction));
  session.needsReset = true;
  fault ??= await step?.();
  const rcpts: Exchange[] = [];
  for (const recipient of transaction.recipients) {
    if (fault !== undefined || (step && !isAccepted(mail))) break;
    rcpts.push(wire.say(`RCPT TO:<${recipient}>`));
    fault = await step?.();
  }
  let data: Exchange | undefined;
  if (fault === undefined && (step === undefined || rcpts.some(isAccepted))) {
    data = wire.say('DATA');
    fault = await wire.exchange(timeouts.commandMs);
  }
  return { mail, rcpts, data, fault };
}

function isAccepted({ reply }: Exchange): boolean {
  return reply !== undefined && reply.code < 300;
}

function mailCommand({ extensions }: SmtpSession, transaction: Transaction): string {
  let command = `MAIL FROM:<${transaction.sender}>`;
  if (extensions.size !== undefined) command += ` SIZE=${transaction.size}`;
  if (transaction.eightBit && extensions.eightBitMime) command += ' BODY=8BITMIME';
  if (transaction.smtpUtf8) command += ' SMTPUTF8';
  return command;
}

/** What the envelope already decided of each recipient; undefined where the content decides. */
function envelopeResults(envelope: Envelope, count: number): (RecipientResult | undefined)[] {
  const { mail, rcpts, data } = envelope;
  const results: (RecipientResult | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const rcpt = rcpts[i];
    const decided = decisive(mail, 'mail') ?? (rcpt === undefined ? undefined : decisive(rcpt, 'rcpt'));
    if (decided !== undefined) results.push(decided);
    else if (mail.reply === undefined) results.push(lost(envelope, 'mail'));
    else if (rcpt?.reply === undefined) results.push(lost(envelope, 'rcpt'));
    else results.push(data?.reply === undefined ? lost(envelope, 'data') : decisiveData(data.reply));
  }
  return results;
}

/** A reply that ends the matter; 3yz means nothing as an answer to MAIL or RCPT. */
function decisive({ reply }: Exchange, stage: 'mail' | 'rcpt'): RecipientResult | undefined {
  if (reply === undefined || reply.code < 300) return undefined;
  return reply.code < 400 ? odd(stage, reply) : { kind: 'refused', stage, reply };
}

function decisiveData(reply: ServerReply): RecipientResult | undefined {
  if (isGoAhead(reply)) return undefined;
  return reply.code < 300 ? odd('data', reply) : { kind: 'refused', stage: 'data', reply };
}

function odd(stage: TransactionStage, reply: ServerReply): RecipientResult {
  const detail = `${reply.code} as answer to ${stage === 'dot' ? 'the content' : stage.toUpperCase()}`;
  return { kind: 'fault', stage, fault: { kind: 'bad-reply', detail } };
}

/** No answer came; a 421 said to an earlier command explains it. */
function lost({ mail, rcpts, data, fault }: Envelope, stage: TransactionStage): RecipientResult {
  const closing = [mail, ...rcpts, data].find((exchange) => exchange?.reply?.code === CLOSING)?.reply;
  if (closing !== undefined) return { kind: 'refused', stage, reply: closing };
  return { kind: 'fault', stage, fault: fault ?? { kind: 'connection-lost', detail: 'no answer' } };
}

/** Content ready to go: whole, or in portions. */
type Prepared = Uint8Array | AsyncIterable<Uint8Array>;

const EMPTY = Buffer.from('.\r\n');

function prepare({ sender, recipients, before, content }: Transaction): Prepared {
  if (CONTROL.test(sender) || recipients.some((recipient) => CONTROL.test(recipient))) throw new UncleanAddress();
  if (content.kind === 'stream') return stuffedPortions(before, content.chunks);
  if (content.bytes.length <= WHOLE_CONTENT) return wholeContent(before, content.bytes);
  return stuffedPortions(before, slices(content.bytes));
}

async function* stuffedPortions(
  before: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const stuffing = new DotStuffing();
  yield stuffing.portion(Buffer.from(before));
  for await (const chunk of chunks) yield stuffing.portion(chunk);
  yield Buffer.from(stuffing.end());
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PORTION) yield bytes.subarray(at, at + PORTION);
}

async function sendContent(
  session: SmtpSession,
  prepared: Prepared,
  size: number,
  timeouts: SmtpTimeouts,
): Promise<RecipientResult> {
  const { wire } = session;
  if (prepared instanceof Uint8Array) wire.write(prepared);
  else await sendPortions(session, prepared, timeouts);
  const dot = wire.await(`(content, ${size} octets)`);
  const fault = await wire.exchange(timeouts.dotMs);
  if (dot.reply === undefined) return early(session) ?? contentFault(fault);
  if (dot.reply.code < 300) return { kind: 'delivered', reply: dot.reply };
  return dot.reply.code < 400 ? odd('dot', dot.reply) : { kind: 'refused', stage: 'dot', reply: dot.reply };
}

async function sendPortions(
  { wire }: SmtpSession,
  portions: AsyncIterable<Uint8Array>,
  timeouts: SmtpTimeouts,
): Promise<void> {
  try {
    for await (const portion of portions) {
      wire.write(portion);
      const fault = await wire.drained(timeouts.commandMs);
      if (fault !== undefined) return;
    }
  } catch (error) {
    // Without its end the message must not seem complete: the connection is given up, never finished with a dot.
    wire.fail({ kind: 'local', detail: error instanceof Error ? error.message : String(error) });
  }
}

/** A server may refuse in the middle of the content and close; a 2yz there means nothing, since the end was not sent. */
function early({ wire }: SmtpSession): RecipientResult | undefined {
  if (wire.early === undefined || wire.early.code < 400) return undefined;
  return { kind: 'refused', stage: 'dot', reply: wire.early };
}

function contentFault(fault: WireFault | undefined): RecipientResult {
  return { kind: 'fault', stage: 'dot', fault: fault ?? { kind: 'connection-lost', detail: 'no answer' } };
}
