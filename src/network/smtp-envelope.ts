// The envelope of a transaction: MAIL, RCPT and the verb that begins the content, and what the answers to them decide.

import type { ServerReply } from '../protocol/smtp/reply-reader.ts';
import type { SmtpSession } from './smtp-session.ts';
import type { RecipientResult, Transaction, TransactionStage } from './smtp-transaction.ts';
import type { Exchange, WireFault } from './smtp-wire.ts';

/** RFC 5321 4.2.2: the server is going down, or does not follow the order in which we speak. */
export const CLOSING = 421;
export const BAD_SEQUENCE = 503;

/** What was said and answered. */
export interface Envelope {
  mail: Exchange;
  rcpts: Exchange[];
  /** The verb that begins the content. */
  data: Exchange | undefined;
  fault: WireFault | undefined;
}

/** Says MAIL and RCPT step by step, with a look at each answer; `undefined` as step says them into one group. */
export async function sayEnvelope(
  session: SmtpSession,
  transaction: Transaction,
  step: (() => Promise<WireFault | undefined>) | undefined,
): Promise<Envelope> {
  const { wire } = session;
  let fault: WireFault | undefined;
  if (session.needsReset) {
    wire.say('RSET');
    fault = await step?.();
  }
  const mail = wire.say(mailCommand(session, transaction));
  session.needsReset = true;
  fault ??= await step?.();
  const rcpts: Exchange[] = [];
  for (const [i, recipient] of transaction.recipients.entries()) {
    if (fault !== undefined || (step && !isAccepted(mail))) break;
    rcpts.push(wire.say(`RCPT TO:<${recipient}>${transaction.notices?.recipients[i] ?? ''}`));
    fault = await step?.();
  }
  return { mail, rcpts, data: undefined, fault };
}

/** Whether the answer is 2yz. */
export function isAccepted({ reply }: Exchange): boolean {
  return reply !== undefined && reply.code < 300;
}

function mailCommand({ extensions }: SmtpSession, transaction: Transaction): string {
  let command = `MAIL FROM:<${transaction.sender}>`;
  if (extensions.size !== undefined) command += ` SIZE=${transaction.size}`;
  if (transaction.eightBit && extensions.eightBitMime) command += ' BODY=8BITMIME';
  if (transaction.smtpUtf8) command += ' SMTPUTF8';
  return transaction.notices === undefined ? command : command + transaction.notices.mail;
}

/** What MAIL and RCPT already decided of each recipient; undefined where both were accepted. */
export function envelopeResults(envelope: Envelope, count: number): (RecipientResult | undefined)[] {
  const { mail, rcpts } = envelope;
  const results: (RecipientResult | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const rcpt = rcpts[i];
    const decided = decisive(mail, 'mail') ?? (rcpt === undefined ? undefined : decisive(rcpt, 'rcpt'));
    if (decided !== undefined) results.push(decided);
    else if (mail.reply === undefined) results.push(lost(envelope, 'mail'));
    else if (rcpt?.reply === undefined) results.push(lost(envelope, 'rcpt'));
    else results.push(undefined);
  }
  return results;
}

/** A reply that ends the matter; 3yz means nothing as an answer to MAIL or RCPT. */
function decisive({ reply }: Exchange, stage: 'mail' | 'rcpt'): RecipientResult | undefined {
  if (reply === undefined || reply.code < 300) return undefined;
  return reply.code < 400 ? oddReply(stage, reply) : { kind: 'refused', stage, reply };
}

/** A reply of a kind that the step does not have. */
export function oddReply(stage: TransactionStage, reply: ServerReply): RecipientResult {
  const detail = `${reply.code} as answer to ${stage === 'dot' ? 'the content' : stage.toUpperCase()}`;
  return { kind: 'fault', stage, fault: { kind: 'bad-reply', detail } };
}

/** No answer came; a 421 said to an earlier command explains it. */
export function lost({ mail, rcpts, data, fault }: Envelope, stage: TransactionStage): RecipientResult {
  const closing = [mail, ...rcpts, data].find((exchange) => exchange?.reply?.code === CLOSING)?.reply;
  if (closing !== undefined) return { kind: 'refused', stage, reply: closing };
  return { kind: 'fault', stage, fault: fault ?? { kind: 'connection-lost', detail: 'no answer' } };
}

/** What the answer to the end of the content decides. */
export function finalResult(reply: ServerReply): RecipientResult {
  if (reply.code < 300) return { kind: 'delivered', reply };
  return reply.code < 400 ? oddReply('dot', reply) : { kind: 'refused', stage: 'dot', reply };
}
