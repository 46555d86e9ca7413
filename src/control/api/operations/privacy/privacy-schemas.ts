// Shapes that the operations on privacy share.

import { z } from 'zod';
import type { DropRun } from '../../../privacy/drop-overdue.ts';
import type { LookRun } from '../../../privacy/look/look.ts';
import type { PrivacyRequestRow } from '../../../privacy/tables.ts';
import { says } from '../../field-faults.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

export const requestId = z.string().regex(/^prq_[0-9a-f]{24}$/, says('request-id'));

export const requestSchema = z.object({
  id: z.string(),
  customer: z.string(),
  kind: z.enum(['export', 'erasure']),
  address: z.string().nullable().describe('Null once it was erased; `mark` stands in its place.'),
  mark: z.string().describe('What stands in the place of the address where it was erased.'),
  reason: z.string(),
  suppression: z.enum(['keep', 'erase']).describe('Of an erasure: whether a suppression of the address goes too.'),
  state: z
    .enum(['open', 'running', 'waiting', 'completed', 'failed'])
    .describe(
      '`waiting`: all is erased, but messages of the address are still in the queue; their later events follow.',
    ),
  asked_by: z.string(),
  asked_at: z.string().describe('ISO 8601.'),
  completed_at: z.string().nullable(),
  found: z.record(z.string(), z.number()).nullable().describe('How many of what kind were found, or erased.'),
  result_until: z.string().nullable().describe('Of an export: until then its result can be fetched.'),
  fault: z.string().nullable(),
  words: wordsSchema,
});

/** A request as the API shows it. */
export function shownRequest(row: PrivacyRequestRow): z.output<typeof requestSchema> {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id: row.id,
    customer: row.customer,
    kind: row.kind,
    address: row.address,
    mark: row.mark,
    reason: row.reason,
    suppression: row.suppression,
    state: row.state,
    asked_by: row.who,
    asked_at: new Date(row.asked_at).toISOString(),
    completed_at: time(row.completed_at),
    found: row.found === null ? null : (JSON.parse(row.found) as Record<string, number>),
    result_until: time(row.expires_at),
    fault: row.fault,
    ...wordsOf({ fault: row.fault }),
  };
}

export const kindSchema = z.object({
  kind: z.string(),
  holds: z.string(),
  data_subjects: z.array(z.string()),
  categories: z.array(z.string()),
  store: z.string(),
  where: z.string(),
  purposes: z.array(z.string()),
  kept_days: z.number().nullable().describe('Null: no fixed time; `counted_from` says when it ends.'),
  counted_from: z.string(),
  dropped: z.string(),
  erasure_by_address: z.string(),
});

export const findingSchema = z.object({
  store: z.string(),
  where: z.string(),
  what: z.string(),
  count: z.number().describe('How many; counting stops at 10,000.'),
  oldest: z.string().nullable().describe('ISO 8601: when the oldest of them is of.'),
  words: wordsSchema,
});

export const dropRunSchema = z.object({
  dropped: z.record(z.string(), z.number()),
  failed: z.record(z.string(), z.string()),
  words: wordsSchema,
});

/** A run with the codes of why kinds could not be dropped. */
export function shownDrop<Run extends DropRun>(run: Run): Run & ReturnType<typeof wordsOf> {
  return { ...run, ...wordsOf(run.failed) };
}

export const lookRunSchema = z.object({
  findings: z.array(findingSchema),
  unknown: z.array(z.string()).describe('Places that could not be looked at, or that no rule is known for.'),
  words: wordsSchema,
});

/** A look with the codes of what it says. */
export function shownLook<Look extends LookRun>(look: Look): Look & ReturnType<typeof wordsOf> {
  const findings = look.findings.map((one) => ({ ...one, ...wordsOf({ what: one.what }) }));
  return { ...look, findings, ...wordsOf({ unknown: look.unknown }) };
}
