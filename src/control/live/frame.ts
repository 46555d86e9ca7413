// What those who look on are told every second.

import type { QueueSurvey } from '../../mail/queue/survey.ts';
import type { Counts, TrafficChange } from '../../mail/trace/traffic/traffic.ts';

/** Mail since the frame before, in one direction. */
export interface Flow {
  messages: number;
  recipients: number;
  octets: number;
  delivered: number;
  deferred: number;
  /** Those that expired included. */
  bounced: number;
  /** Those in quarantine included. */
  held: number;
  rejected: number;
}

/** How the relay is; for who may see it. */
export interface RelayNow {
  disk: { free: number; full: boolean };
  /** Events that the trace has not taken yet. */
  events_pending: number;
  /** How long the oldest never-tried mail that could go has waited, milliseconds. */
  fresh_age_ms: number;
  /** Busy share of each thread, 0 to 1. */
  threads: { name: string; busy: number }[];
  /** Scans since the frame before. */
  scanners: { scanner: string; address: string; scans: number; unavailable: number; mean_ms: number | null }[];
  /** SMTP sessions that are open. */
  sessions: number;
  /** `even`: every recipient is accounted for. `unknown`: it could not look, or not yet. */
  reconciler: 'even' | 'fault' | 'unknown';
  alarms: number;
}

export interface Frame {
  /** ISO 8601. */
  at: string;
  /** Milliseconds since the frame before; counts are of this time. */
  ms: number;
  inbound: Flow;
  outbound: Flow;
  /** Refusals by the name of the reply, of both directions and of those that have none. */
  refusals: Record<string, number>;
  /** As it was looked at last, some seconds ago; null before the first look. */
  queue: QueueSurvey | null;
  relay?: RelayNow;
}

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
