// What those who look on are told every second.

import { z } from 'zod';
import type { Counts, TrafficChange } from '../../mail/trace/traffic/traffic.ts';
import { reconcilerState, surveySchema } from '../api/operations/service/service-schemas.ts';

const count = z.number();

const flowSchema = z.object({
  messages: count,
  recipients: count,
  octets: count,
  delivered: count,
  deferred: count,
  bounced: count.describe('Those that expired included.'),
  held: count.describe('Those in quarantine included.'),
  rejected: count,
});

const relayNowSchema = z.object({
  disk: z.object({ free: count, full: z.boolean() }),
  events_pending: count.describe('Events that the trace has not taken yet.'),
  fresh_age_ms: count.describe('How long the oldest never-tried mail that could go has waited.'),
  threads: z.array(z.object({ name: z.string(), busy: count.describe('Busy share, 0 to 1.') })),
  scanners: z
    .array(
      z.object({
        scanner: z.string(),
        address: z.string(),
        scans: count,
        unavailable: count,
        mean_ms: count.nullable(),
      }),
    )
    .describe('Scans since the frame before.'),
  sessions: count.describe('SMTP sessions that are open.'),
  reconciler: reconcilerState,
  alarms: count,
});

/** A frame of the stream; what it is, is written here alone. */
export const frameSchema = z.object({
  at: z.string(),
  ms: count.describe('Since the frame before: counts are of this time. 0 in the first of those who come later.'),
  inbound: flowSchema,
  outbound: flowSchema,
  refusals: z
    .record(z.string(), count)
    .describe('By the name of the reply, of both directions and of those that have none.'),
  queue: surveySchema.nullable().describe('As it was looked at last, some seconds ago; null before the first look.'),
  relay: relayNowSchema.optional().describe('How the relay is; for who may see it.'),
});

export type Flow = z.output<typeof flowSchema>;
export type RelayNow = z.output<typeof relayNowSchema>;
export type Frame = z.output<typeof frameSchema>;

/** What came since the frame before. */
export interface FlowSum {
  inbound: Flow;
  outbound: Flow;
  refusals: Record<string, number>;
}

export function noFlow(): FlowSum {
  return { inbound: emptyFlow(), outbound: emptyFlow(), refusals: {} };
}

/** Adds what a batch brought, in place. What has no direction counts among the refusals alone. */
export function addToFlow(sum: FlowSum, { direction, counts, refusals }: TrafficChange): void {
  for (const [name, count] of Object.entries(refusals)) sum.refusals[name] = (sum.refusals[name] ?? 0) + count;
  if (direction !== '') addCountsTo(sum[direction], counts);
}

function emptyFlow(): Flow {
  return { messages: 0, recipients: 0, octets: 0, delivered: 0, deferred: 0, bounced: 0, held: 0, rejected: 0 };
}

function addCountsTo(flow: Flow, counts: Counts): void {
  flow.messages += counts.messages;
  flow.recipients += counts.recipients;
  flow.octets += counts.octets;
  flow.delivered += counts.delivered;
  flow.deferred += counts.deferred;
  flow.bounced += counts.bounced + counts.expired;
  flow.held += counts.held + counts.quarantined;
  flow.rejected += counts.rejected;
}
