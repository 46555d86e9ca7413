// Which outcomes are told to the sender, and by which notices: one for all recipients of a settlement that share their
// fate (RFC 3461 5.2.8). Pure.
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
  /** End of the attempts, milliseconds since 1970. */
  retryUntil: number;
  /** The header section of the message, or all of it where it comes back whole in a notice of failure. */
  returned: Returned;
}

export interface NoticesMade {
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

/** The notices of a settlement; `told` in the order of the work's recipients. */
export function makeNotices(work: Work, told: readonly ToldOutcome[], context: NoticeContext): NoticesMade {
  const made: NoticesMade = { messages: [], notes: [] };
  const groups: Partial<Record<NoticeSubject, { position: number; recipient: NoticeRecipient }[]>> = {};
  for (let i = 0; i < told.length; i++) {
    const recipient = work.recipients[i];
    const one = told[i];
    const subject = one === undefined ? undefined : subjectOf(work, recipient, one.outcome);
    if (recipient === undefined || one === undefined || subject === undefined) continue;
    const none = whyNot(work.meta, recipient.index, subject, context);
    if (none === undefined) {
      (groups[subject] ??= []).push({ position: i, recipient: noticeRecipient(work, recipient, one, context) });
    } else {
      made.notes[i] = { subject, none };
    }
  }
  for (const subject of ['failure', 'delay', 'relayed'] as const) {
    const group = groups[subject];
    if (group === undefined) continue;
    const recipients = group.map(({ recipient }) => recipient);
    const message = composeNotice(
      work.meta,
      { subject, recipients },
      { ...context, returned: partOf(context, subject) },
    );
    if (message === undefined) continue;
    made.messages.push(message);
    for (const { position } of group) made.notes[position] = { subject, id: message.meta.id };
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
  return subject === 'delay' && meta.direction === 'inbound' ? 'setting' : undefined;
}

/** RFC 3461 4.3: the whole message comes back in a notice of failure alone. */
function partOf({ returned }: NoticeContext, subject: NoticeSubject): Returned {
  if (returned.kind !== 'full' || subject === 'failure') return returned;
  return { kind: 'headers', header: returned.content };
}

function noticeRecipient(
  { meta }: Work,
  recipient: ClaimedRecipient,
  told: ToldOutcome,
  { retryUntil }: NoticeContext,
): NoticeRecipient {
  const original = askedOf(meta, recipient.index)?.original;
  return {
    address: recipient.address,
    outcome: noticeOutcome(told.outcome, recipient, retryUntil),
    ...(original !== undefined && { original }),
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
