// The relay as a customer of its own: whose mail to its operator is, and what goes back through it to a stranger.

import { RELAY_CUSTOMER } from '../message.ts';
import type { CustomerFact } from './directory.ts';

/** Mail of the relay itself leaves from the pool of this name, where the operator made one. */
const OPERATOR_POOL = 'operator';

/** Built in: `apply` refuses its id. It has no domains, sources or logins, so nobody can send as it. */
export const relayCustomer: CustomerFact = Object.freeze({
  id: RELAY_CUSTOMER,
  name: 'Easymail',
  state: 'live',
  pools: [OPERATOR_POOL],
  streams: [],
  mailhosts: [],
  foreignFrom: 'refuse',
  language: 'en',
  hide: 'off',
  forwards: 'refuse',
  returnPath: 'sender',
  recipientCheck: 'none',
});
