// Contracts and subscriptions in requests and answers.

import { z } from 'zod';
import { subscriptionVersion } from '../../../customers/contracts.ts';
import type { ContractRow, SubscriptionRow } from '../../../customers/tables.ts';
import { says } from '../../field-faults.ts';
import { defined, iso, isoDay, isoTime, line } from './shapes.ts';

export const contractBody = z
  .strictObject({
    number: line.describe('Number of the contract.'),
    sla: line.describe('Name of the SLA type in force.'),
    starts: isoDay,
    agreed: isoDay.optional().describe('When both sides agreed to this version.'),
    note: line.optional(),
  })
  .transform(defined);

export const subscriptionBody = z
  .strictObject({
    kind: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, says('subscription-word'))
      .describe('`easymail`, or what else the operator sells.'),
    reference: line,
    since: isoDay,
    until: isoDay.optional().describe('The first day without it.'),
  })
  .transform(defined);

export const subscriptionPatch = z
  .strictObject({ reference: line.optional(), since: isoDay.optional(), until: isoDay.nullable().optional() })
  .transform(defined);

export const contractSchema = z.object({
  version: z.number(),
  number: z.string(),
  sla: z.string(),
  starts: z.string(),
  agreed: z.string().optional(),
  note: z.string().optional(),
  at: isoTime,
  by: z.string(),
});

export function shownContract({
  version,
  number,
  sla,
  starts,
  agreed,
  note,
  at,
  by,
}: ContractRow): z.output<typeof contractSchema> {
  return {
    version,
    number,
    sla,
    starts,
    ...(agreed !== null && { agreed }),
    ...(note !== null && { note }),
    at: iso(at),
    by,
  };
}

export const subscriptionSchema = z.object({
  id: z.number(),
  kind: z.string(),
  reference: z.string(),
  since: z.string(),
  until: z.string().optional(),
  version: z.string().describe('For If-Match of a change, in double quotes.'),
});

export function shownSubscription(row: SubscriptionRow): z.output<typeof subscriptionSchema> {
  const { id, kind, reference, since, until } = row;
  return { id, kind, reference, since, ...(until !== null && { until }), version: subscriptionVersion(row) };
}
