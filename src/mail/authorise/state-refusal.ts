// What the state of a customer lets nobody do.

import { replies } from '../accept/replies.ts';
import type { CustomerFact } from './directory.ts';
import { type Refusal, refuse } from './refusal.ts';

/** Why this customer sends nothing at all, if so. */
export function stateRefusal(customer: CustomerFact): Refusal | undefined {
  switch (customer.state) {
    case 'live':
    case 'verifying': // only to its test address, which RCPT and the header see to
      return undefined;
    case 'suspended':
      return refuse(replies.customerSuspended, `${customer.id} is suspended by the operator`);
    case 'deactivated':
      return refuse(replies.customerDeactivated, `the contract of ${customer.id} has ended`);
    default:
      return customer.state satisfies never;
  }
}

/** Who is being verified sends its test message and nothing else. What came too early can come again. */
export function verifyingRefusal(customer: CustomerFact): Refusal | undefined {
  if (customer.state !== 'verifying') return undefined;
  return refuse(replies.customerVerifying, `${customer.id} is being verified and not live yet`);
}

/** A suspension is the operator's act against the customer's own sending: strangers that write to it are put off. */
export function inboundRefusal(customer: CustomerFact): Refusal | undefined {
  if (customer.state === 'verifying') {
    return refuse(replies.recipientVerifying, `${customer.id} is being verified and not live yet`);
  }
  if (customer.state === 'deactivated') {
    return refuse(replies.recipientDeactivated, `the contract of ${customer.id} has ended`);
  }
  if (customer.state !== 'suspended') return stateRefusal(customer);
  return refuse(replies.recipientSuspended, `${customer.id} is suspended by the operator`);
}
