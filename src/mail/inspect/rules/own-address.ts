// Where a rule may send copies and notices: to whom the mail belongs, or to the operator, and nobody else.

import type { Directory } from '../../authorise/directory.ts';
import type { CustomerId } from '../../message.ts';

/** Whose people an address (lower case) may be. */
export interface Readers {
  directory: Pick<Directory, 'domain'>;
  /** Empty: the operator alone. */
  customer: CustomerId | '';
  /** Domains (lower case) whose addresses are the operator's. */
  operator: readonly string[];
}

/** Whether the address is in a verified domain of the customer, or in one of the operator's. Ask again when it is used. */
export function isOwnAddress({ directory, customer, operator }: Readers, address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if (operator.includes(domain)) return true;
  if (customer === '') return false;
  const fact = directory.domain(domain);
  return fact?.customer === customer && fact.verified;
}

/** The domains of the operator's own people, from the configuration. */
export function operatorDomains(operator: { postmaster: readonly string[]; names: readonly string[] }): string[] {
  const ofPostmasters = operator.postmaster.map((address) => address.slice(address.lastIndexOf('@') + 1));
  return [...new Set([...ofPostmasters, ...operator.names].map((name) => name.toLowerCase()))];
}
