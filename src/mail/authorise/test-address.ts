// Test addresses: `test-TOKEN@` our host name. Mail of the customer with that token arrives there and goes no further, so
// that whoever is new sees its mail pass the whole way before anybody depends on it.

import type { CustomerFact } from './directory.ts';

const LOCAL_PART = /^test-([a-z0-9]{8,32})$/;

/** The token of a test address's local part; nothing for any other. Case does not count. */
export function testToken(localPart: string): string | undefined {
  return LOCAL_PART.exec(localPart.toLowerCase())?.[1];
}

/** The test address with this token. */
export function testAddress(token: string, hostname: string): string {
  return `test-${token}@${hostname.toLowerCase()}`;
}

/** Whether it is this customer's test address. */
export function isTestAddress(customer: CustomerFact | undefined, address: string, hostname: string): boolean {
  return customer?.test !== undefined && address.toLowerCase() === testAddress(customer.test.token, hostname);
}
