// The senders of customers on a relay thread: what they do is counted, and who is limited is refused. Both only where the
// customer's settings have it (`lock_senders`).

import type { NamedReply } from '../accept/replies.ts';
import type { Directory } from '../authorise/directory.ts';
import { settingsFor } from '../inspect/protection.ts';
import type { CustomerId, InspectionNote, MessageMeta, Outcome } from '../message.ts';
import { classifyBounce } from '../report/bounce-class.ts';
import { createActivities, type IdentityActivity } from './activity.ts';
import { HOUR_MS } from './habits.ts';
import { identitiesOf, type SentBy } from './identity.ts';
import { createSenderLimits } from './limits.ts';

/** An outbound message as far as its sender's habits go. */
export interface SentMessage {
  customer: CustomerId;
  stream: string;
  by: SentBy;
  /** Domains of its recipients, one each. */
  domains: readonly string[];
}

export interface Senders {
  /** Asked once the header was read. */
  refusal(message: SentMessage): NamedReply | undefined;
  /** Told once it is clear what becomes of it. */
  received(message: SentMessage, notes: readonly InspectionNote[], taken: boolean): void;
  /** Told what receivers said. */
  outcome(meta: MessageMeta, outcome: Outcome): void;
  close(): void;
}

export interface SendersOptions {
  directory: Directory;
  threads: number;
  now: () => number;
  /** Takes what senders did. */
  send: (batch: IdentityActivity[]) => void;
}

/** Failures that speak against who sends: to nobody there, or to people who do not want it. */
const AGAINST_THE_SENDER: ReadonlySet<string> = new Set(['invalid_address', 'content', 'reputation', 'policy']);

/** The refusal of a sender that is locked now, as its mail would get it; who is slowed may send one message. */
export function lockedSender(
  directory: Directory,
  { customer, stream, by }: Omit<SentMessage, 'domains'>,
  now: () => number,
): NamedReply | undefined {
  if (!settingsFor(directory, { customer, direction: 'outbound', stream }).lock_senders) return undefined;
  const limits = createSenderLimits({ directory, threads: 1, now });
  return limits.refusal({ customer, identities: identitiesOf(by), recipients: 1 })?.reply;
}

/** Makes them for one relay thread. */
export function createSenders({ directory, threads, now, send }: SendersOptions): Senders {
  const limits = createSenderLimits({ directory, threads, now });
  const activities = createActivities(send);
  const watched = (customer: CustomerId, stream: string) =>
    settingsFor(directory, { customer, direction: 'outbound', stream }).lock_senders;
  return {
    refusal({ customer, stream, by, domains }) {
      if (!watched(customer, stream)) return undefined;
      const refused = limits.refusal({ customer, identities: identitiesOf(by), recipients: domains.length });
      if (refused === undefined) return undefined;
      activities.held(customer, [refused.limited], domains.length);
      return refused.reply;
    },
    received({ customer, stream, by, domains }, notes, taken) {
      if (watched(customer, stream)) activities.message(customer, by, { domains, bad: notes.some(isBad), taken });
    },
    outcome(meta, outcome) {
      if (meta.direction !== 'outbound' || outcome.kind !== 'bounced' || outcome.cause.from !== 'remote') return;
      if (!AGAINST_THE_SENDER.has(classifyBounce(outcome.cause).class) || !watched(meta.customer, meta.stream)) return;
      activities.refused(meta.customer, sentByOf(meta), now() - meta.acceptedAt >= HOUR_MS);
    },
    close: () => activities.close(),
  };
}

function isBad({ check, result }: InspectionNote): boolean {
  return (check === 'virus' || check === 'spam') && (result === 'virus' || result === 'spam');
}

function sentByOf({ sender, headerFrom, origin }: MessageMeta): SentBy {
  return { sender, headerFrom, login: origin.login, ip: origin.ip };
}
