// Senders of customers in requests and answers.

import { z } from 'zod';
import { RELAY_ACTOR } from '../../../actor.ts';
import type { ShownIdentity } from '../../../identities/identities.ts';
import type { IdentityLimitRow, IdentityToleranceRow } from '../../../identities/tables.ts';
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
  by: z.string().describe('`easymail` is the relay itself.'),
  side: z
    .enum(['relay', 'operator', 'customer'])
    .describe('Who slowed or locked it; only this side, or the operator, lets it go.'),
  per_minute: z.number().nullable().describe('Recipients a minute while it is slowed.'),
  reason: z.string(),
});

export function shownLimit(row: IdentityLimitRow): z.output<typeof limitSchema> {
  const { customer, kind, name, level, by, reason, per_minute } = row;
  return {
    customer,
    kind,
    name,
    level,
    since: new Date(row.since).toISOString(),
    ...(row.until !== null && { until: new Date(row.until).toISOString() }),
    signs: JSON.parse(row.signs) as string[],
    by,
    side: row.by_customer === 1 ? 'customer' : by === RELAY_ACTOR.who ? 'relay' : 'operator',
    per_minute,
    reason,
  };
}

const count = z.number();

export const toleranceSchema = z.object({
  customer: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  until: z.string(),
  made_at: z.string(),
  made_by: z.string(),
  reason: z.string(),
});

export function shownTolerance(row: IdentityToleranceRow): z.output<typeof toleranceSchema> {
  const { customer, kind, name, until, made_at, made_by, reason } = row;
  const times = { until: new Date(until).toISOString(), made_at: new Date(made_at).toISOString() };
  return { customer, kind, name, ...times, made_by, reason };
}

export const senderSchema = z.object({
  customer: z.string(),
  kind: z.enum(KINDS),
  name: z.string(),
  level: z.enum(['free', 'slowed', 'locked']),
  limit: limitSchema.optional(),
  tolerated_until: z.string().optional(),
  tolerance: toleranceSchema.optional(),
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
      slots: z
        .array(
          z.object({ at: z.string(), messages: count, recipients: count, held: count, refused: count, bad: count }),
        )
        .describe('The last hour in five minutes each, the oldest first.'),
      week: z
        .array(count)
        .describe(
          'For each hour of the week, from Monday 00:00 UTC on, the weeks in which it sent in it (168; 255 at most).',
        ),
      known_destinations: count.describe('Domains it has written to before; the last 512.'),
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
    ...(tolerance !== undefined && {
      tolerated_until: new Date(tolerance.until).toISOString(),
      tolerance: shownTolerance(tolerance),
    }),
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
    slots: judged.slots.map(({ at, ...counts }) => ({ at: new Date(at).toISOString(), ...counts })),
    week: judged.week,
    known_destinations: judged.knownDestinations,
    locks: judged.locks,
  };
}
