// Which outcomes are told to the sender, and by which notices: one for all recipients that share their fate at the same
// time (RFC 3461 5.2.8). Pure.
//
// - failure: unless NOTIFY says otherwise.
// - delay: likewise; once, for mail of customers.
// - relayed: where success was asked for, and the receiver took the mail without the request (RFC 3461 5.2.2).

import type { MessageMeta, NoticeNote, NoticeSubject, Outcome, RecipientDsn } from '../../message.ts';
import type { ClaimedRecipient, NewMessage, Work } from '../../queue/queue.ts';
import { type ComposeOptions, composeNotice, noticeDestination } from './compose.ts';
import type { NoticeOutcome, NoticeRecipient, Returned } from './notice.ts';

export interface NoticeContext extends Omit<ComposeOptions, 'returned'> {
  /** Whether this sender may be told at all; else why not. */
  allowed: 'yes' | Extract<NoticeNote, { none: string }>['none'];
  /** The header section of the message, or all of it where it comes back whole in a notice of failure. */
  returned: Returned;
}

/** Work of one message that ended, with what is to be told of it. */
export interface NoticePart {
  work: Work;
  /** In the order of the work's recipients. */
  told: readonly ToldOutcome[];
  /** End of the attempts, milliseconds since 1970. */
  retryUntil: number;
  /** The remote is a customer's mail host, which the reader must not learn of. */
  hidden: boolean;
}

/** What was made of one part. */
export interface NoticesMade {
  /** Notices that tell of this part first; other parts may stand in them too. */
  messages: NewMessage[];
  /** For each recipient of the work what is noted of it; nothing where there was nothing to tell. */
  notes: (NoticeNote | undefined)[];
}

/** What happened to one recipient: the outcome of the attempt, and what it is once life is looked at. */
export interface ToldOutcome {
  outcome: Outcome;
  lastAttemptAt?: number;
}

/**
 * Whether anything is to be told, or noted as not told; costs nothing for mail that is delivered as usual. `over`: the
 * life of the message is, so a deferral ends it.
 */
export function noticeIsDue(work: Work, outcomes: readonly Outcome[], over: boolean): boolean {
  if (work.task === 'tell-delay') return true;
  for (let i = 0; i < outcomes.length; i++) {
    const outcome = outcomes[i];
    if (outcome === undefined) continue;
    if ((over && outcome.kind === 'deferred') || subjectOf(work, work.recipients[i], outcome) !== undefined)
      return true;
  }
  return false;
}

interface Place {
  part: number;
  position: number;
  recipient: NoticeRecipient;
}

/** The notices about parts of one message, in their order: one for all recipients that share their fate. */
export function makeNotices(parts: readonly NoticePart[], context: NoticeContext): NoticesMade[] {
  const made: NoticesMade[] = parts.map(() => ({ messages: [], notes: [] }));
  const groups = new Map<NoticeSubject, Place[]>();
  for (const [p, part] of parts.entries()) {
    const { work, told } = part;
    for (const [position, one] of told.entries()) {
      const recipient = work.recipients[position];
      const subject = subjectOf(work, recipient, one.outcome);
      if (recipient === undefined || subject === undefined) continue;
      const none = whyNot(work.meta, recipient.index, subject, context);
      if (none !== undefined) {
        (made[p] as NoticesMade).notes[position] = { subject, none };
        continue;
      }
      const places = groups.get(subject) ?? [];
      groups.set(subject, places);
      places.push({ part: p, position, recipient: noticeRecipient(part, recipient, one) });
    }
  }
  for (const [subject, places] of groups) {
    const [first] = places;
    const meta = first === undefined ? undefined : parts[first.part]?.work.meta;
    if (first === undefined || meta === undefined) continue;
    const recipients = places.map(({ recipient }) => recipient);
    const message = composeNotice(meta, { subject, recipients }, { ...context, returned: partOf(context, subject) });
    if (message === undefined) continue;
    made[first.part]?.messages.push(message);
    for (const { part, position } of places)
      (made[part] as NoticesMade).notes[position] = { subject, id: message.meta.id };
  }
  return made;
}

function subjectOf(work: Work, recipient: ClaimedRecipient | undefined, outcome: Outcome): NoticeSubject | undefined {
  switch (outcome.kind) {
    case 'bounced':
    case 'expired':
    case 'suppressed':
      return 'failure';
    case 'untouched':
      return work.task === 'tell-delay' ? 'delay' : undefined;
    case 'delivered': {
      if (work.meta.dsn === undefined || outcome.noticesPassedOn === true || recipient === undefined) return undefined;
      return askedOf(work.meta, recipient.index)?.notify?.includes('success') === true ? 'relayed' : undefined;
    }
    case 'deferred':
    case 'held':
      return undefined;
    default:
      return outcome satisfies never;
  }
}

/** Whether the sender is no user of the customer: the mail came in, or is a forward of such mail. */
export function isStranger({ direction, forward }: Pick<MessageMeta, 'direction' | 'forward'>): boolean {
  return direction === 'inbound' || forward === true;
}

function askedOf(meta: MessageMeta, index: number): RecipientDsn | undefined {
  return meta.dsn?.recipients?.[index] ?? undefined;
}

function whyNot(
  meta: MessageMeta,
  index: number,
  subject: NoticeSubject,
  { allowed }: NoticeContext,
): Extract<NoticeNote, { none: string }>['none'] | undefined {
  if (noticeDestination(meta.sender) === undefined) return 'null-sender';
  const notify = askedOf(meta, index)?.notify;
  // RFC 3461 4.1: without NOTIFY a failure is told, and a delay as the server sees fit.
  if (notify !== undefined && subject !== 'relayed' && !notify.includes(subject)) return 'not-asked';
  if (allowed !== 'yes') return allowed;
  // A stranger who waits for a customer's mail host has its own server's word for it.
  return subject === 'delay' && isStranger(meta) && meta.sentHere !== true ? 'setting' : undefined;
}

/** RFC 3461 4.3: the whole message comes back in a notice of failure alone. */
function partOf({ returned }: NoticeContext, subject: NoticeSubject): Returned {
  if (returned.kind !== 'full' || subject === 'failure') return returned;
  return { kind: 'headers', header: returned.content };
}

function noticeRecipient(
  { work, retryUntil, hidden }: NoticePart,
  recipient: ClaimedRecipient,
  told: ToldOutcome,
): NoticeRecipient {
  const original = askedOf(work.meta, recipient.index)?.original;
  return {
    address: recipient.address,
    outcome: noticeOutcome(told.outcome, recipient, retryUntil),
    ...(original !== undefined && { original }),
    ...(hidden && { hidden }),
    ...(told.lastAttemptAt !== undefined && { lastAttemptAt: told.lastAttemptAt }),
  };
}

function noticeOutcome(outcome: Outcome, recipient: ClaimedRecipient, retryUntil: number): NoticeOutcome {
  const last = recipient.lastCause === undefined ? {} : { cause: recipient.lastCause };
  switch (outcome.kind) {
    case 'bounced':
      return { kind: 'bounced', cause: outcome.cause };
    case 'expired':
      return { kind: 'expired', ...(outcome.lastCause === undefined ? last : { cause: outcome.lastCause }) };
    case 'delivered': {
      const { host } = outcome.attempt;
      return { kind: 'relayed', reply: outcome.reply, ...(host !== undefined && { host }) };
    }
    case 'suppressed':
      return { kind: 'suppressed' };
    default:
      return { kind: 'delayed', retryUntil, ...last };
  }
}
