// Whether outbound mail with a foreign author is a user's automatic forward. The customer's server is authorised to send
// as the customer; that says nothing about who else it may speak for. So the default is no, and these are needed:
//
// - the customer's setting `forwards = "srs"`;
// - a source that is this customer's alone: not a login (whose password may be in other hands), not a shared network;
// - a sign that the message came in for this customer: our own stamp, put on what we hand to its mail hosts and bound to
//   customer and author. Where the customer receives a domain elsewhere, no stamp can be there; then the header's word
//   that it was received for an address of that domain has to do.

import type { HeaderMailbox } from '../../protocol/mime/address-list.ts';
import { fieldsNamed, fieldText, type HeaderSection } from '../../protocol/mime/header.ts';
import { toLookupDomain } from '../../protocol/smtp/domain.ts';
import { hasForwardStamp } from '../deliver/forward-stamp.ts';
import type { CustomerFact, Directory } from './directory.ts';

/** Whether the message came in for this customer with this author; a word for the trace, or nothing. */
export type CameIn = (customer: CustomerFact, header: HeaderSection, author: HeaderMailbox) => string | undefined;

export interface ForwardOptions {
  directory: Directory;
  /** Key of the stamp. */
  key: Uint8Array;
  /** How old a stamp may be, milliseconds. */
  validMs: number;
  now: () => number;
}

/** Fields in which a mail host notes for whom it received a message. */
const RECEIVED_FOR = ['delivered-to', 'x-original-to', 'envelope-to', 'x-forwarded-for', 'resent-from'];
/** RFC 5321 4.4: the clause of Received. */
const FOR_CLAUSE = /\bfor\s+<?([^\s<>;@]+@[^\s<>;]+?)>?\s*(?:;|\(|$)/i;
/** Begins at the @ sign: one that begins before it takes time by the square of the field's length. */
const ADDRESS = /(?<=[^\s<>,;"@])@([A-Za-z0-9.\u0080-\u{10ffff}-]+)/gu;
/** More are not looked at. */
const MOST_FIELDS = 50;

/** The word of `CameIn` that nobody but the relay can have caused. */
export const OUR_STAMP = 'our stamp';

/** Makes the check. */
export function createForwardCheck(options: ForwardOptions): CameIn {
  return (customer, header, author) => {
    const facts = { customer: customer.id, author: `${author.localPart}@${author.domain}` };
    const { key, validMs } = options;
    if (hasForwardStamp(header, facts, { key, validMs, now: options.now() })) return OUR_STAMP;
    const elsewhere = receivedElsewhere(options.directory, customer, header);
    return elsewhere === undefined ? undefined : `received for ${elsewhere}`;
  };
}

/** A verified domain of the customer that does not come in through us, and for which the message says it was received. */
function receivedElsewhere(directory: Directory, customer: CustomerFact, header: HeaderSection): string | undefined {
  for (const name of namedDomains(header)) {
    const fact = directory.domain(name);
    if (fact?.customer === customer.id && fact.verified && !fact.inbound) return name;
  }
  return undefined;
}

function namedDomains(header: HeaderSection): Set<string> {
  const domains = new Set<string>();
  const add = (text: string) => {
    for (const [, domain] of text.matchAll(ADDRESS)) {
      const name = toLookupDomain(domain ?? '');
      if (name !== undefined) domains.add(name);
    }
  };
  for (const name of RECEIVED_FOR) {
    for (const field of fieldsNamed(header, name).slice(0, MOST_FIELDS)) add(fieldText(header, field));
  }
  for (const field of fieldsNamed(header, 'received').slice(0, MOST_FIELDS)) {
    add(FOR_CLAUSE.exec(fieldText(header, field))?.[1] ?? '');
  }
  return domains;
}
