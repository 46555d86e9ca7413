// For which domains a customer may send, and in which stream.

import { fieldsNamed, fieldText, type HeaderSection } from '../../protocol/mime/header.ts';
import { BUSINESS_STREAM, type CustomerId } from '../message.ts';
import type { CustomerFact, Directory } from './directory.ts';

export interface SendingRight {
  /** For trace and `explain`. */
  rule: string;
  /** A grant may be for one stream alone. */
  stream?: string;
}

/** The customer's right to send for a domain: it is its own, verified and outbound; or it was granted. */
export function rightToSend(directory: Directory, customer: CustomerId, domain: string): SendingRight | undefined {
  const fact = directory.domain(domain);
  if (fact?.customer === customer && fact.verified && fact.outbound) return { rule: `domain ${fact.name}` };
  const grant = directory.grant(customer, domain) ?? (fact && directory.grant(customer, fact.name));
  if (grant === undefined) return undefined;
  const rule = `grant of ${grant.domain}`;
  return grant.stream === '*' ? { rule } : { rule, stream: grant.stream };
}

/** Customers that could have a right to send for a domain, the owner first. */
export function mayBeSenders(directory: Directory, domain: string): CustomerId[] {
  const fact = directory.domain(domain);
  const customers = fact !== undefined && fact.verified && fact.outbound ? [fact.customer] : [];
  customers.push(...directory.grantees(domain));
  if (fact !== undefined && fact.name !== domain) customers.push(...directory.grantees(fact.name));
  return customers;
}

/**
 * The stream of a message: that of the grant it uses, if the grant is for one; else the first whose header matches;
 * else business. Nothing where two grants name different streams.
 */
export function chooseStream(
  customer: CustomerFact,
  header: HeaderSection,
  rights: readonly SendingRight[],
): string | undefined {
  const granted = new Set(rights.flatMap((right) => right.stream ?? []));
  if (granted.size > 1) return undefined;
  for (const name of granted) return name;
  const matching = customer.streams.find((stream) =>
    fieldsNamed(header, stream.match.header.toLowerCase()).some(
      (field) => fieldText(header, field).toLowerCase() === stream.match.value.toLowerCase(),
    ),
  );
  return matching?.name ?? BUSINESS_STREAM;
}
