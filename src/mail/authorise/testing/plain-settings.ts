// What a customer of a test has chosen where the test is about something else.

import type { CustomerFact } from '../directory.ts';

/** Nothing is hidden, rewritten or checked; to be spread into a customer. */
export const PLAIN_SETTINGS = {
  foreignFrom: 'refuse',
  language: 'en',
  hide: 'off',
  forwards: 'refuse',
  returnPath: 'sender',
  recipientCheck: 'none',
} as const satisfies Partial<CustomerFact>;
