// From what happened on the wire to what became of a recipient. What a remote said is kept as it said it.

import type { OpenFailure } from '../../network/smtp-session.ts';
import type { RecipientResult } from '../../network/smtp-transaction.ts';
import type { Exchange, WireFault } from '../../network/smtp-wire.ts';
import type { ServerReply } from '../../protocol/smtp/reply-reader.ts';
import type { Attempt, Cause, FailureScope, Outcome, OwnCause, RemoteReply } from '../message.ts';
import { type Candidate, isStopped } from './reach.ts';

/** Faults of a connection, as causes. */
const CAUSES = {
  'connect-failed': 'connect-failed',
  'connect-timeout': 'connect-timeout',
  'connection-lost': 'connection-lost',
  'reply-timeout': 'reply-timeout',
  'bad-reply': 'bad-reply',
  'tls-failed': 'tls-failed',
  'tls-required': 'tls-required',
  local: 'internal',
  stopped: 'internal',
} as const satisfies Record<WireFault['kind'] | 'tls-required', OwnCause>;

/** RFC 5321 4.2.2: bad sequence of commands. */
const BAD_SEQUENCE = 503;

/** The reply as the trace and the queue keep it. */
export function remoteReply({ code, enhanced, text }: ServerReply): RemoteReply {
  return enhanced === undefined ? { code, text } : { code, enhanced, text };
}

/** No host took us in. A refusal for good counts only where every host gave one (RFC 5321 4.2.1, RFC 7504). */
export function unreachedOutcome(
  failures: readonly { candidate: Candidate; failure: OpenFailure }[],
  attempt: Attempt,
): Outcome {
  const last = failures.at(-1);
  if (last === undefined) {
    const detail = 'no host has an address of the families that we send from';
    return { kind: 'deferred', cause: { from: 'us', cause: 'connect-failed', detail }, scope: 'message', attempt };
  }
  if (isStopped(last.failure)) return { kind: 'untouched' };
  const cause = openCause(last.failure, last.candidate.host);
  if (failures.every(({ failure }) => failure.from === 'remote' && failure.reply.code >= 500)) {
    return { kind: 'bounced', cause, attempt };
  }
  // An address of ours that this machine does not have says nothing about the destination: mail from others goes on.
  const ours = failures.every(({ failure }) => failure.from === 'us' && failure.fault.kind === 'local');
  return { kind: 'deferred', cause, scope: ours ? 'message' : 'destination', attempt };
}

/** No connection was to be had. */
export interface TurnedAway {
  /**
   * `refused`: a word or a reset, which may be about this address of ours, or about too many connections. `silent`:
   * anything else, such as a host that does not answer.
   */
  how: 'refused' | 'silent';
  cause: Cause;
  /** What was said. */
  log: Exchange[];
}

/** What it says of us that no host took the connection; nothing where we stop, or where it is our own fault. */
export function turnedAway(
  failures: readonly { candidate: Candidate; failure: OpenFailure }[],
  log: Exchange[],
): TurnedAway | undefined {
  const last = failures.at(-1);
  if (last === undefined || failures.every(({ failure }) => isOwnFault(failure))) return undefined;
  const how = failures.every(({ failure }) => isRefusal(failure)) ? 'refused' : 'silent';
  return { how, cause: openCause(last.failure, last.candidate.host), log };
}

function isOwnFault(failure: OpenFailure): boolean {
  return failure.from === 'us' && (failure.fault.kind === 'local' || failure.fault.kind === 'stopped');
}

function isRefusal(failure: OpenFailure): boolean {
  if (failure.from === 'remote') return failure.stage !== 'starttls';
  return failure.fault.kind === 'connect-failed' || failure.fault.kind === 'connection-lost';
}

function openCause(failure: OpenFailure, host: string): Cause {
  if (failure.from === 'us') return faultCause(failure.fault);
  return { from: 'remote', stage: failure.stage, host, reply: remoteReply(failure.reply) };
}

function faultCause(fault: { kind: WireFault['kind'] | 'tls-required'; detail: string }): Cause {
  return { from: 'us', cause: CAUSES[fault.kind], detail: fault.detail };
}

/** What became of a recipient in a transaction with this host; `scope` is that of a failure that is not the recipient's. */
export function recipientOutcome(
  result: Exclude<RecipientResult, { kind: 'again' }>,
  host: string,
  scope: FailureScope,
  attempt: Attempt,
): Outcome {
  if (result.kind === 'delivered') return { kind: 'delivered', reply: remoteReply(result.reply), attempt };
  if (result.kind === 'fault' && result.fault.kind === 'stopped') return { kind: 'untouched' };
  if (result.kind === 'fault') return { kind: 'deferred', cause: faultCause(result.fault), scope, attempt };
  const cause: Cause = { from: 'remote', stage: result.stage, host, reply: remoteReply(result.reply) };
  // RFC 5321 4.2.1: 5yz means that the same must not be tried again. 503 says that we are out of step with the server,
  // which is never the recipient's fault, and another connection starts anew.
  if (result.reply.code >= 500 && result.reply.code !== BAD_SEQUENCE) return { kind: 'bounced', cause, attempt };
  // 421 never says anything about the recipient.
  const own = result.stage === 'rcpt' && result.reply.code !== 421 && result.reply.code !== BAD_SEQUENCE;
  return { kind: 'deferred', cause, scope: own ? 'recipient' : scope, attempt };
}

/** RFC 5321 4.5.3.1.10: the server takes no more recipients in this transaction, but will in the next. */
export function isTooManyRecipients(result: RecipientResult): boolean {
  if (result.kind !== 'refused' || result.stage !== 'rcpt') return false;
  const { code, enhanced } = result.reply;
  if (code === 452) return enhanced === undefined || enhanced === '4.5.3';
  return code === 552 && enhanced === '5.5.3';
}
