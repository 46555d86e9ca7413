// Senders that are listed: blocked ones are refused, allowed ones are never spam. Each entry is a fact of its own, so a
// look-up costs some names, however long the list is.

import type { CustomerId, Direction } from '../message.ts';
import { type ProtectionFacts, protectionKey } from './protection.ts';
import { addressNames } from './rules/match-address.ts';

/** The value of a fact under `listedSenderKey`. */
export interface ListedSender {
  id: string;
  list: 'allow' | 'block';
  /** Milliseconds since 1970, where it ends by itself. */
  until?: number;
}

/** Whom an entry is about. */
export interface ListedName {
  /** Empty: of the operator, for everybody. */
  customer: string;
  direction: Direction;
  /** Lower case; empty: for all recipients. */
  recipient: string;
  /** An address in lower case, `@domain`, or `@.domain` for a domain and all below. */
  sender: string;
}

/** Key of an entry in the directory. */
export function listedSenderKey({ customer, direction, recipient, sender }: ListedName): string {
  return protectionKey('senders', customer, direction, recipient, sender);
}

/** What is asked about a message. */
export interface SenderQuestion {
  customer: CustomerId;
  direction: Direction;
  /** Reverse path; empty for the null sender. */
  sender: string;
  /** Address of From. */
  headerFrom?: string | undefined;
  recipients: readonly string[];
  at: number;
}

/** The entry that blocks the message: of its envelope or of its From; the nearest name first. */
export function blockedBy(facts: ProtectionFacts, question: SenderQuestion): ListedSender | undefined {
  return firstListed(facts, question, { list: 'block', addresses: addressesOf(question), recipient: '' });
}

/**
 * The entry that allows the message, if it is allowed for every one of its recipients. Anybody can write any address into
 * a mail: only what `proven` says counts, the domains that SPF or DKIM has shown (lower case). Outbound mail needs no
 * such proof: its senders are the customer's own.
 */
export function allowedBy(
  facts: ProtectionFacts,
  question: SenderQuestion,
  proven: ReadonlySet<string>,
): ListedSender | undefined {
  const addresses = addressesOf(question).filter(
    (address) => question.direction === 'outbound' || isProven(address, proven),
  );
  const forAll = firstListed(facts, question, { list: 'allow', addresses, recipient: '' });
  if (forAll !== undefined || question.recipients.length === 0) return forAll;
  let found: ListedSender | undefined;
  for (const recipient of question.recipients) {
    found = firstListed(facts, question, { list: 'allow', addresses, recipient: recipient.toLowerCase() });
    if (found === undefined) return undefined;
  }
  return found;
}

interface Wanted {
  list: ListedSender['list'];
  addresses: readonly string[];
  recipient: string;
}

/** The operator's entry of a name comes before the customer's. */
function firstListed(
  facts: ProtectionFacts,
  { customer, direction, at }: SenderQuestion,
  { list, addresses, recipient }: Wanted,
): ListedSender | undefined {
  for (const sender of addresses.flatMap(addressNames)) {
    const entries = ['', customer].map((of) => entryOf(facts, { customer: of, direction, recipient, sender }, at));
    const found = entries.find((entry) => entry?.list === list);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entryOf(facts: ProtectionFacts, name: ListedName, at: number): ListedSender | undefined {
  const found = facts.protection(listedSenderKey(name)) as ListedSender | undefined;
  return found?.until !== undefined && found.until <= at ? undefined : found;
}

function addressesOf({ sender, headerFrom }: SenderQuestion): string[] {
  const all = [sender, headerFrom ?? ''].filter((one) => one.includes('@')).map((one) => one.toLowerCase());
  return [...new Set(all)];
}

/** Whoever signs as a domain, or says where its mail comes from, also decides about all names below it. */
function isProven(address: string, proven: ReadonlySet<string>): boolean {
  return addressNames(address).some((name) => name.startsWith('@.') && proven.has(name.slice(2)));
}
