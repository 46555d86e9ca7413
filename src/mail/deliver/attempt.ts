// The trace of an attempt: who spoke to whom, what was said, how long it took. Made once, at the end.

import type { SmtpSession } from '../../network/smtp-session.ts';
import type { Exchange } from '../../network/smtp-wire.ts';
import type { Attempt, ConversationLine, CustomerId } from '../message.ts';

/** Longest text kept of a reply in a conversation; the outcome keeps more. */
const REPLY_LIMIT = 400;

export interface AttemptFrame {
  /** Wall clock and monotonic clock at its beginning. */
  at: number;
  started: number;
  ended: number;
  reused: boolean;
  session?: SmtpSession & { from: NonNullable<Attempt['from']> };
  host?: { name: string; ip: string };
  /** The other customer whose mail hosts these are. */
  mailHostOf?: CustomerId;
  /** Keys that signed what was sent. */
  signed?: readonly string[];
  /** What was said so far, connection included. */
  log: Exchange[];
}

/** The attempt without its number, which each recipient has for itself. */
export function attemptOf(frame: AttemptFrame, exchanges: readonly Exchange[] = frame.log): Omit<Attempt, 'number'> {
  const { session } = frame;
  const host = frame.host ?? (session && { name: session.target.host, ip: session.target.ip });
  return {
    at: frame.at,
    durationMs: Math.round(frame.ended - frame.started),
    ...(host && { host: host.name, ip: host.ip }),
    ...(frame.mailHostOf !== undefined && { mailHostOf: frame.mailHostOf }),
    ...(session && { from: session.from }),
    ...(session?.wire.tls && { tls: session.wire.tls }),
    ...(frame.reused && { reused: true }),
    ...(frame.signed !== undefined && { signed: frame.signed }),
    conversation: exchanges.map((exchange) => line(exchange, frame.started)),
  };
}

function line({ said, reply, note, at }: Exchange, started: number): ConversationLine {
  const ms = Math.max(0, Math.round(at - started));
  if (reply === undefined) return note === undefined ? { said, ms } : { said, reply: note, ms };
  const text = `${reply.code} ${reply.enhanced === undefined ? '' : `${reply.enhanced} `}${reply.text}`;
  return { said, reply: text.length > REPLY_LIMIT ? text.slice(0, REPLY_LIMIT) : text, ms };
}
