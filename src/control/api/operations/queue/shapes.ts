// Shapes of the operations on the queue.

import { z } from 'zod';
import type { LeavesFrom } from '../../../../mail/queue/queue.ts';
import { BULK_STATES, type BulkJobRow } from '../../../bulk/tables.ts';
import { says } from '../../field-faults.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

export const queueEntry = z.object({
  key: z.string().describe('Names this recipient alone.'),
  id: z.string().describe('The message.'),
  customer: z.string(),
  direction: z.string(),
  stream: z.string(),
  from: z.string().describe('Envelope sender; empty for a notice.'),
  to: z.string(),
  destination: z.string(),
  status: z.enum(['queued', 'deferred', 'held', 'quarantined']),
  holds: z.array(z.string()).describe('Kinds of the holds it waits for.'),
  size: z.number(),
  accepted_at: z.string(),
  attempts: z.number(),
  next_attempt_at: z.string().nullable(),
  last_cause: z.string().nullable().describe('Why it was put off last.'),
  words: wordsSchema,
});

/** A message of the queue; what else is known of it goes along, and may change. */
export const queuedMessage = z.object({
  meta: z.looseObject({
    id: z.string(),
    customer: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    stream: z.string(),
    sender: z.string().describe('Envelope sender; empty for a notice.'),
    acceptedAt: z.number().describe('Milliseconds since 1970.'),
    size: z.number(),
    origin: z.looseObject({ ip: z.string(), helo: z.string(), login: z.string().optional() }),
    messageId: z.string().optional(),
    headerFrom: z.string().optional(),
    subject: z.string().optional().describe('For holders of `messages:content` alone.'),
    recipientCount: z.number().describe('Recipients that the transaction had.'),
  }),
  recipients: z.array(queueEntry).describe('Those that are still in the queue, 1,000 at most.'),
  holds: z.array(
    z.object({
      kind: z.string(),
      note: z.string().nullable(),
      by: z.string().nullable(),
      since: z.string(),
      to: z.string().optional().describe('Of this recipient alone; absent: of the whole message.'),
      words: wordsSchema,
    }),
  ),
  sealed: z
    .boolean()
    .describe('Its content lies encrypted, as that of all mail does that is held; it opens at delivery.'),
  bodyFile: z.string().nullable().optional().describe('For the operator: where it lies on the disk.'),
});

export const jobShape = z.object({
  id: z.string(),
  verb: z.string(),
  customer: z.string().nullable().describe('Whose things alone are meant; null: those of several.'),
  who: z.string(),
  reason: z.string().nullable(),
  began_at: z.string(),
  ended_at: z.string().nullable(),
  state: z
    .enum(BULK_STATES)
    .describe('`stopped`: by somebody; what was done stays done. A job that runs goes on after a restart.'),
  total: z.number().describe('Counted before it began.'),
  total_more: z.boolean().describe('There was more than `total`.'),
  changed: z.number(),
  skipped: z.number().describe('Left alone: an attempt runs, or you may not.'),
  query: z.record(z.string(), z.unknown()).describe('What is meant; addresses are not kept once it is over.'),
  kind: z.string().nullable().describe('hold, release: the kind of the hold.'),
  hosts: z.array(z.string()).nullable().describe('reroute: where to.'),
  fault: z.string().nullable().describe('Of a job that failed: why.'),
  words: wordsSchema,
  cut_off: z
    .boolean()
    .describe(
      'The relay was cut off while it ran (a power cut, a kill). It went on; `changed` and `skipped` lack what it did in the last seconds before.',
    ),
});

/** As a request says it. */
function shownQuery({ leaves, ...query }: Record<string, unknown>): Record<string, unknown> {
  return leaves === undefined ? query : { ...query, address: (leaves as LeavesFrom).address };
}

interface KeptWork {
  query?: Record<string, unknown>;
  verb?: { query?: Record<string, unknown>; kind?: string; reason?: { kind?: string }; hosts?: string[] };
}

/** A job as the API tells it. */
export function shownJob(row: BulkJobRow): z.input<typeof jobShape> {
  const { query = {}, verb = {} } = JSON.parse(row.what) as KeptWork;
  return {
    id: row.id,
    verb: row.verb,
    customer: row.customer,
    who: row.who,
    reason: row.reason,
    began_at: new Date(row.began_at).toISOString(),
    ended_at: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
    state: row.state,
    total: row.total,
    total_more: row.total_more === 1,
    changed: row.changed,
    skipped: row.skipped,
    query: shownQuery(verb.query ?? query),
    kind: verb.kind ?? verb.reason?.kind ?? null,
    hosts: verb.hosts ?? null,
    fault: row.fault,
    ...wordsOf({ fault: row.fault }),
    cut_off: row.cut_off === 1,
  };
}

export const jobId = z.string().regex(/^[0-9a-f]{16}$/, says('job-id'));
