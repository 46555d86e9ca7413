// Shapes that the operations on suppressions share.

import { z } from 'zod';
import { readSuppressedAddress } from '../../mail/authorise/suppression.ts';
import type { SuppressionRow } from '../database/tables.ts';
import { says } from './field-faults.ts';

export const REASONS = ['invalid_address', 'complaint', 'manual'] as const;

/** An address, taken as suppressions know it: lower case, the domain in A-labels. */
export const suppressedAddress = z
  .string()
  .max(320)
  .transform((text, context) => {
    const address = readSuppressedAddress(text);
    if (address !== undefined) return address;
    context.addIssue({ code: 'custom', message: says('user-address') });
    return z.NEVER;
  });

export const suppressionSchema = z.object({
  customer: z.string(),
  address: z.string(),
  reason: z.enum(REASONS),
  evidence: z.string().describe("What it follows from: the receiver's words, the complaint, a note."),
  at: z.string().describe('ISO 8601.'),
  by: z.string().describe('`relay`, or who added it.'),
});

/** An entry as the API shows it. */
export function shownSuppression(row: SuppressionRow): z.output<typeof suppressionSchema> {
  const { customer, address, reason, evidence, at, by } = row;
  return { customer, address, reason, evidence, at: new Date(at).toISOString(), by };
}
