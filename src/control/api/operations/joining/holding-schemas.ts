// Shapes of lists over all customers.

import { z } from 'zod';
import { customerId } from '../../schemas.ts';

export const heldBy = z.object({
  customer: z.string(),
  customer_name: z.string().optional().describe('Absent of a customer that only a file names.'),
});

export const holdingQuery = {
  customer: customerId.optional(),
  text: z.string().min(1).max(100).optional().describe('A part of its name, or of the id or name of the customer.'),
};

/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export function shownHolder({ customer, customerName }: { customer: string; customerName: string | null }) {
  return { customer, ...(customerName !== null && { customer_name: customerName }) };
}
