// Senders of customers in requests and answers.

import { z } from 'zod';
import type { ShownIdentity } from '../../../identities/identities.ts';
import type { IdentityLimitRow } from '../../../identities/tables.ts';
import { customerPath } from '../customers/shapes.ts';

const KINDS = ['sender', 'from', 'login', 'source'] as const;

export const senderPath = customerPath.extend({
  kind: z.enum(KINDS).describe('`sender`: of MAIL FROM; `from`: of the header; `login`; `source`: an address.'),
  name: z.string().min(1).max(320),
});

export const limitSchema = z.object({
  customer: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  level: z.enum(['slowed', 'locked']),
  since: z.string(),
  until: z.string().optional().describe('Absent: slowed until it is calm, locked until somebody has looked.'),
  signs: z.array(z.string()).describe('What was seen: rate, refusals, spam, destinations, hours.'),
  by: z.string(),
  reason: z.string(),
});

export function shownLimit(row: IdentityLimitRow): z.output<typeof limitSchema> {
  const { customer, kind, name, level, by, reason } = row;
  return {
    customer,
    kind,
    name,
    level,
    since: new Date(row.since).toISOString(),
    ...(row.until !== null && { until: new Date(row.until).toISOString() }),
    signs: JSON.parse(row.signs) as string[],
    by,
    reason,
  };
}

const count = z.number();

export const senderSchema = z.object({
  customer: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  level: z.enum(['free', 'slowed', 'locked']),
  limit: limitSchema.optional(),
  tolerated_until: z.string().optional(),
  habits: z
    .object({
      first_seen: z.string(),
      last_seen: z.string(),
      signs: z.array(z.string()),
      points: count.describe('Of all signs together; slowed from 3, locked from 5.'),
      last_hour: z.object({
        messages: count,
        recipients: count,
        held: count,
        refused: count,
        bad: count,
        new_destinations: count,
      }),
      usual: z.object({ busiest_hour: count, hours_of_the_week: count }),
      locks: count.describe('Locks that still count.'),
    })
    .optional()
    .describe('Absent where it was never heard of.'),
});

export function shownSender(shown: ShownIdentity): z.output<typeof senderSchema> {
  const { customer, identity, limit, tolerance, judged } = shown;
  return {
    customer,
    kind: identity.kind,
    name: identity.name,
    level: limit?.level ?? 'free',
    ...(limit !== undefined && { limit: shownLimit(limit) }),
    ...(tolerance !== undefined && { tolerated_until: new Date(tolerance.until).toISOString() }),
    ...(judged !== undefined && { habits: shownHabits(judged) }),
  };
}

function shownHabits(judged: NonNullable<ShownIdentity['judged']>) {
  const { messages, recipients, held, refused, bad, fresh } = judged.now;
  return {
    first_seen: new Date(judged.since).toISOString(),
    last_seen: new Date(judged.last).toISOString(),
    signs: judged.signs,
    points: judged.points,
    last_hour: { messages, recipients, held, refused, bad, new_destinations: fresh },
    usual: { busiest_hour: judged.usual.busiest, hours_of_the_week: judged.usual.hours },
    locks: judged.locks,
  };
}
