// One mail transaction: MAIL, RCPT, DATA, content. RFC 5321 3.3, pipelined where offered (RFC 2920).
//
// - The envelope goes out as one group, or step by step where the server does not pipeline.
// - Content goes by DATA, or by BDAT where the session says so (smtp-bdat.ts).
// - Each recipient has its own answer; what happens to DATA and the content happens to those that RCPT accepted.
// - A connection that breaks leaves each recipient with what was known of it: never more, and never a refusal.

import type { ServerReply } from '../protocol/smtp/reply-reader.ts';
import { DotStuffing, wholeContent } from './dot-stuffing.ts';
import { type BdatTransaction, transactByBdat } from './smtp-bdat.ts';
import {
  BAD_SEQUENCE,
  CLOSING,
  type Envelope,
  envelopeResults,
  finalResult,
  isAccepted,
  lost,
  oddReply,
  sayEnvelope,
} from './smtp-envelope.ts';
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
  /** RFC 3461: parameters of MAIL and of each RCPT, a space before each; the caller has made sure that DSN is offered. */
  notices?: { mail: string; recipients: readonly string[] } | undefined;
}

export type TransactionStage = 'mail' | 'rcpt' | 'data' | 'dot';

/** What became of one recipient. */
export type RecipientResult =
  | { kind: 'delivered'; reply: ServerReply }
  /** A reply 4yz or 5yz. */
  | { kind: 'refused'; stage: TransactionStage; reply: ServerReply }
  | { kind: 'fault'; stage: TransactionStage; fault: WireFault }
  /** The server knows no BDAT after all: nothing was taken, and DATA over another connection may be. */
  | { kind: 'again' };

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
  /** BDAT was answered as if it were unknown, or not at all. */
  botchedBdat: boolean;
}

/** Content above this is sent in portions, with a look at what the other side has taken. */
const WHOLE_CONTENT = 256 * 1024;
const PORTION = 64 * 1024;

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
  const { sender, recipients } = transaction;
  if (CONTROL.test(sender) || recipients.some((recipient) => CONTROL.test(recipient))) throw new UncleanAddress();
  return goesByBdat(session, transaction)
    ? transactByBdat(session, transaction, timeouts)
    : transactByData(session, transaction, timeouts);
}

/** BDAT is for what lies in memory, and pays only in one group with the envelope. */
function goesByBdat(session: SmtpSession, transaction: Transaction): transaction is BdatTransaction {
  const { content } = transaction;
  if (session.contentVerb === 'data' || !session.extensions.pipelining) return false;
  return content.kind === 'bytes' && content.bytes.length <= WHOLE_CONTENT;
}

async function transactByData(
  session: SmtpSession,
  transaction: Transaction,
  timeouts: SmtpTimeouts,
): Promise<TransactionResult> {
  const { wire } = session;
  const prepared = prepare(transaction);
  session.carried++;
  const envelope = await sendEnvelope(session, transaction, timeouts);
  const results = envelopeResults(envelope, transaction.recipients.length).map(
    (result) => result ?? dataResult(envelope),
  );
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
    botchedBdat: false,
  };
}

function spoilsSession(result: RecipientResult): boolean {
  if (result.kind === 'fault') return true;
  return result.kind === 'refused' && (result.reply.code === CLOSING || result.reply.code === BAD_SEQUENCE);
}

function isGoAhead(reply: ServerReply): boolean {
  return reply.code >= 300 && reply.code < 400;
}

async function sendEnvelope(session: SmtpSession, transaction: Transaction, timeouts: SmtpTimeouts): Promise<Envelope> {
  const { wire } = session;
  const step = session.extensions.pipelining ? undefined : () => wire.exchange(timeouts.commandMs);
  const envelope = await sayEnvelope(session, transaction, step);
  if (envelope.fault === undefined && (step === undefined || envelope.rcpts.some(isAccepted))) {
    envelope.data = wire.say('DATA');
    envelope.fault = await wire.exchange(timeouts.commandMs);
  }
  return envelope;
}

/** What the answer to DATA decides; undefined where the content does. */
function dataResult(envelope: Envelope): RecipientResult | undefined {
  const reply = envelope.data?.reply;
  if (reply === undefined) return lost(envelope, 'data');
  if (isGoAhead(reply)) return undefined;
  return reply.code < 300 ? oddReply('data', reply) : { kind: 'refused', stage: 'data', reply };
}

/** Content ready to go: whole, or in portions. */
type Prepared = Uint8Array | Portions;

/** Content in portions without its end, which is known once they were all read. */
interface Portions {
  chunks: AsyncIterable<Uint8Array>;
  end: () => string;
}

const EMPTY = Buffer.from('.\r\n');

function prepare({ before, content }: Transaction): Prepared {
  if (content.kind === 'stream') return stuffedPortions(before, content.chunks);
  if (content.bytes.length <= WHOLE_CONTENT) return wholeContent(before, content.bytes);
  return stuffedPortions(before, slices(content.bytes));
}

function stuffedPortions(before: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Portions {
  const stuffing = new DotStuffing();
  async function* stuffed(): AsyncGenerator<Uint8Array> {
    yield stuffing.portion(Buffer.from(before));
    for await (const chunk of chunks) yield stuffing.portion(chunk);
  }
  return { chunks: stuffed(), end: () => stuffing.end() };
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
  if (prepared instanceof Uint8Array) wire.write(prepared, true);
  else await sendPortions(session, prepared, timeouts);
  const dot = wire.await(`(content, ${size} octets)`);
  const fault = await wire.exchange(timeouts.dotMs);
  if (dot.reply === undefined) return early(session) ?? contentFault(fault);
  return finalResult(dot.reply);
}

async function sendPortions({ wire }: SmtpSession, { chunks, end }: Portions, timeouts: SmtpTimeouts): Promise<void> {
  const { commandMs, contentMs = Number.POSITIVE_INFINITY } = timeouts;
  const last = wire.now + contentMs;
  try {
    for await (const portion of chunks) {
      wire.write(portion, false);
      const fault = await wire.drained(commandMs);
      if (fault !== undefined) return;
      // A receiver that takes a little of each portion would hold connection and message for days.
      if (wire.now >= last) return wire.fail({ kind: 'reply-timeout', detail: tooSlow(contentMs) });
    }
    wire.write(Buffer.from(end()), true);
  } catch (error) {
    // Without its end the message must not seem complete: the connection is given up, never finished with a dot.
    wire.fail({ kind: 'local', detail: error instanceof Error ? error.message : String(error) });
  }
}

function tooSlow(contentMs: number): string {
  return `the content was not taken within ${Math.round(contentMs / 1000)} s`;
}

/** A server may refuse in the middle of the content and close; a 2yz there means nothing, since the end was not sent. */
function early({ wire }: SmtpSession): RecipientResult | undefined {
  if (wire.early === undefined || wire.early.code < 400) return undefined;
  return { kind: 'refused', stage: 'dot', reply: wire.early };
}

function contentFault(fault: WireFault | undefined): RecipientResult {
  return { kind: 'fault', stage: 'dot', fault: fault ?? { kind: 'connection-lost', detail: 'no answer' } };
}
