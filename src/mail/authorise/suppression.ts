// Addresses that a customer's mail is not sent to: how they are written, and what a client is told about one.

import { domainOf, type Mailbox, parseAddress } from '../../protocol/smtp/address.ts';
import { type NamedReply, replies, withText } from '../accept/replies.ts';
import type { CustomerId } from '../message.ts';
import type { Directory, SuppressionFact, SuppressionReason } from './directory.ts';

/** Relay thread to main: put it on the list, unless it is there already. */
export interface SuppressionRequest {
  customer: CustomerId;
  address: string;
  reason: 'invalid_address' | 'complaint';
  /** What it follows from, for people: the remote's words, the message. At most 500 characters. */
  evidence: string;
  /** Milliseconds since 1970. */
  at: number;
}

const IN_WORDS = {
  invalid_address: 'its server said that it does not exist',
  complaint: 'the recipient complained',
  manual: 'by hand',
} as const satisfies Record<SuppressionReason, string>;

/**
 * The address as suppressions know it: lower case, the domain in A-labels. RFC 5321 2.4 lets only the receiving host
 * say whether case matters in a local part; no receiver of note has two mailboxes that differ in case alone, and an
 * address that is gone is gone however it is written.
 */
export function suppressedAddress({ text, domain }: Pick<Mailbox, 'text' | 'domain'>): string {
  const at = text.lastIndexOf('@');
  const local = at < 0 ? text : text.slice(0, at);
  return `${local.toLowerCase()}@${domain}`;
}

/** The same of an address as it stands in the queue or was typed; nothing where it is none. */
export function readSuppressedAddress(text: string): string | undefined {
  const mailbox = parseAddress(text);
  if (mailbox === undefined || mailbox.literal || mailbox.domain === '') return undefined;
  return suppressedAddress(mailbox);
}

/**
 * Which mail in the queue may be held for the address: the queue keeps addresses as they were written. Where that may
 * differ in more than the case of ASCII, all of the domain is meant; what is held for another address is held anew.
 */
export function mayBeHeldFor(address: string): { to: string } | { destination: string } {
  const domain = domainOf(address);
  const beyond = /[^\x00-\x7f]/.test(address) || /(?:^|\.)xn--/.test(domain);
  return beyond ? { destination: domain } : { to: address };
}

/** Why a recipient of the customer's outbound mail is refused, if so. */
export function suppressionRefusal(
  directory: Directory,
  customer: CustomerId,
  recipient: Pick<Mailbox, 'text' | 'domain'>,
): { kind: 'refused'; reply: NamedReply; reason: string } | undefined {
  const fact = directory.hasSuppressions ? directory.suppression(customer, suppressedAddress(recipient)) : undefined;
  if (fact === undefined) return undefined;
  return {
    kind: 'refused',
    reply: withText(replies.recipientSuppressed, `Recipient suppressed ${sinceAndWhy(fact)}; ${HOW_TO_LIFT}`),
    reason: `${fact.address} is suppressed for ${customer} ${sinceAndWhy(fact)}`,
  };
}

/** The end of the header, where the customer was not known before: refused where no recipient is left. */
export function refusalOfAll(
  directory: Directory,
  customer: CustomerId,
  recipients: readonly Pick<Mailbox, 'text' | 'domain'>[],
): NamedReply | undefined {
  if (!directory.hasSuppressions) return undefined;
  const refusals = recipients.map((recipient) => suppressionRefusal(directory, customer, recipient));
  return refusals.every((refusal) => refusal !== undefined) ? refusals[0]?.reply : undefined;
}

const HOW_TO_LIFT = 'your mail administrator or the operator of the relay can lift it';

/** Since when and why, for people: `since 2026-11-20 (the recipient complained)`. */
export function sinceAndWhy({ at, reason }: Pick<SuppressionFact, 'at' | 'reason'>): string {
  return `since ${new Date(at).toISOString().slice(0, 10)} (${IN_WORDS[reason]})`;
}
