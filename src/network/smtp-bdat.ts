// Content by BDAT (RFC 3030), pipelined with its envelope: one way there and back a message, where DATA takes two.
//
// - A server that offers CHUNKING and does not know BDAT would read the content as commands, and whoever wrote the
//   content could speak to it in our name. So the first portion on a connection is only what we put before the content,
//   and only where that was taken the content follows.
// - The answers to a group may all come at its end. When none came, the message may still have been taken: nobody tries
//   at once again, as with DATA on a connection that had ended.

import { completeContent } from './dot-stuffing.ts';
import {
  BAD_SEQUENCE,
  CLOSING,
  type Envelope,
  envelopeResults,
  finalResult,
  lost,
  sayEnvelope,
} from './smtp-envelope.ts';
import type { SmtpSession, SmtpTimeouts } from './smtp-session.ts';
import type { RecipientResult, Transaction, TransactionResult } from './smtp-transaction.ts';
import type { Exchange, WireFault } from './smtp-wire.ts';

/** RFC 5321 4.2.2: syntax, parameters, not implemented. As answer to BDAT they are about the verb, not the message. */
const VERB_REFUSALS = new Set([500, 501, 502, BAD_SEQUENCE, 504]);

/** A content that lies in memory. */
export type BdatTransaction = Transaction & { content: { kind: 'bytes' } };

/** What came of the verb. */
interface Answer {
  exchange: Exchange;
  fault: WireFault | undefined;
  /** The whole content was sent. */
  whole: boolean;
}

/** Runs a transaction by BDAT. Rejects only where the content is not clean, before anything was said. */
export async function transactByBdat(
  session: SmtpSession,
  transaction: BdatTransaction,
  timeouts: SmtpTimeouts,
): Promise<TransactionResult> {
  const { wire } = session;
  const atOnce = session.contentVerb === 'bdat';
  const before = Buffer.from(transaction.before);
  const content = completeContent(transaction.content.bytes);
  session.carried++;
  const envelope = await sayEnvelope(session, transaction, undefined);
  const first = atOnce ? Buffer.concat([before, content]) : before;
  let answer = await portion(session, first, { last: atOnce, timeoutMs: atOnce ? timeouts.dotMs : timeouts.commandMs });
  envelope.data = answer.exchange;
  envelope.fault = answer.fault;
  const results = envelopeResults(envelope, transaction.recipients.length);
  const goes = results.includes(undefined);
  if (goes && !atOnce && isTaken(answer)) {
    answer = await portion(session, content, { last: true, timeoutMs: timeouts.dotMs });
  }
  if (answer.whole && isTaken(answer)) session.needsReset = false;
  const botchedBdat = isBotched(answer, goes);
  if (goes && answer.whole && isTaken(answer)) session.contentVerb = 'bdat';
  const last = resultOf(answer, envelope);
  const recipients = results.map((result) => result ?? last);
  const said = envelope.mail.reply;
  return {
    recipients,
    rcpts: envelope.rcpts,
    log: wire.takeLog(),
    unanswered: said === undefined ? !atOnce : said.code === CLOSING,
    reusable: wire.fault === undefined && !botchedBdat && !recipients.some(isClosing),
    botchedBdat,
  };
}

async function portion(
  { wire }: SmtpSession,
  octets: Uint8Array,
  { last, timeoutMs }: { last: boolean; timeoutMs: number },
): Promise<Answer> {
  const exchange = wire.say(`BDAT ${octets.length}${last ? ' LAST' : ''}`);
  wire.sendWith(octets, last);
  const fault = await wire.exchange(timeoutMs);
  return { exchange, fault, whole: last };
}

function isTaken({ exchange: { reply } }: Answer): boolean {
  return reply !== undefined && reply.code < 300;
}

function resultOf({ exchange: { reply }, fault, whole }: Answer, envelope: Envelope): RecipientResult {
  const stage = whole ? 'dot' : 'data';
  if (reply === undefined) return lost({ ...envelope, fault: fault ?? envelope.fault }, stage);
  if (VERB_REFUSALS.has(reply.code)) return { kind: 'again' };
  const result = finalResult(reply);
  return result.kind === 'refused' ? { ...result, stage } : result;
}

/** Whether the answer, or its absence, says that the server does not do what it offered. */
function isBotched({ exchange: { reply }, fault }: Answer, goes: boolean): boolean {
  if (reply === undefined) return goes && fault?.kind !== 'stopped';
  if (reply.code >= 300 && reply.code < 400) return true;
  // RFC 3030 2: 503 is right where no recipient was accepted.
  return VERB_REFUSALS.has(reply.code) && (goes || reply.code !== BAD_SEQUENCE);
}

function isClosing(result: RecipientResult): boolean {
  return result.kind === 'fault' || (result.kind === 'refused' && [CLOSING, BAD_SEQUENCE].includes(result.reply.code));
}
