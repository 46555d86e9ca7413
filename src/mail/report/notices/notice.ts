// What a notice tells of: recipients, and what became of each.

import type { Cause, NoticeSubject, RecipientDsn, RemoteReply } from '../../message.ts';

/** What became of a recipient, as the sender is told. */
export type NoticeOutcome =
  | { kind: 'bounced'; cause: Cause }
  /** Attempts went on until the time was over; the last thing that happened, where it is known. */
  | { kind: 'expired'; cause?: Cause }
  | { kind: 'suppressed' }
  /** `retryUntil`: milliseconds since 1970. */
  | { kind: 'delayed'; cause?: Cause; retryUntil: number }
  | { kind: 'relayed'; host?: string; reply: RemoteReply };

export interface NoticeRecipient {
  address: string;
  /** ORCPT, where the client gave it. */
  original?: RecipientDsn['original'];
  outcome: NoticeOutcome;
  /** The remote is a customer's mail host, which the reader must not learn of: neither its name nor its words. */
  hidden?: true;
  /** Time of the last attempt, milliseconds since 1970, where it is known. */
  lastAttemptAt?: number;
}

/** One notice, before it is written. */
export interface Notice {
  subject: NoticeSubject;
  recipients: readonly NoticeRecipient[];
}

/** What comes back of the message: all of it, or its header section; nothing where it could not be read. */
export type Returned =
  | { kind: 'full'; content: Uint8Array }
  | { kind: 'headers'; header: Uint8Array }
  | { kind: 'nothing' };

const CONTROLS = /[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g;
/** They turn the order of what follows them: a stranger's words could pass for others. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** No control characters: nothing that a remote says may begin a line of its own. */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, ' ').replace(BIDI, '').trim();
}

/** A reply on one line, codes first. Runs of spaces are one: a line can be folded at none of them but the first. */
export function replyLine({ code, enhanced, text }: RemoteReply): string {
  const words = [String(code), enhanced, text].filter((part) => part !== undefined && part !== '');
  return oneLine(words.join(' ')).replace(/ {2,}/g, ' ');
}
