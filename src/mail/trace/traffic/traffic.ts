// What is counted of the mail, by hour, customer and direction: the contract between who counts (the trace thread) and
// who reads.

import type { CustomerId, Direction } from '../../message.ts';

/** Name of the file, beside the days. */
export const TRAFFIC_FILE = 'traffic.db';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Customer under whom all are counted together. */
export const ALL = '';

/** Columns of an hour. Recipients, unless the migration says otherwise. */
export const COUNTED = [
  'messages',
  'recipients',
  'octets',
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'suppressed',
  'removed',
  'held',
  'quarantined',
  'rejected',
  'complained',
  'late_bounces',
  'within_1s',
  'within_5s',
  'within_30s',
  'within_2m',
  'within_10m',
  'within_1h',
  'within_6h',
  'later',
] as const;
export type Counted = (typeof COUNTED)[number];
export type Counts = Record<Counted, number>;

/** Upper ends of the columns `within_…`, milliseconds; past the last it is `later`. */
export const DELAYS_MS = [1000, 5000, 30_000, 120_000, 600_000, HOUR_MS, 6 * HOUR_MS] as const;

/** '' where it is not known: connections that were refused before anybody said what for. */
export type CountedDirection = Direction | '';

/** What is asked of the counts. */
export interface TrafficQuery {
  /** Absent: all together. */
  customer?: CustomerId;
  direction?: Direction;
  /** Milliseconds since 1970; cut to whole hours. */
  from: number;
  to: number;
  by: 'hour' | 'day';
  /** Time zone of the days, as IANA names it. */
  zone: string;
}

/** The counts of one stretch of time. */
export interface TrafficBucket {
  /** Its beginning, ISO 8601. */
  at: string;
  counts: Counts;
  /** Messages that were accepted, by direction. */
  inbound: number;
  outbound: number;
}

export interface Traffic {
  buckets: TrafficBucket[];
  totals: Counts;
  /** The same, by direction. */
  inbound: Counts;
  outbound: Counts;
  /** Highest first. */
  bounces: { class: string; count: number }[];
  refusals: { reply: string; count: number }[];
  domains: TrafficDomain[];
  /** Recipients of domains past those that are kept apart, by name '' in the file. */
  other_domains: number;
  /** Days are being counted anew: counts still grow. */
  recounting: boolean;
}

export interface TrafficDomain {
  domain: string;
  recipients: number;
  delivered: number;
  deferred: number;
  bounced: number;
}

/** What one batch of events brought to one customer, in one direction: for those who look on. */
export interface TrafficChange {
  /** Absent: nobody's. */
  customer?: string;
  direction: CountedDirection;
  counts: Counts;
  /** Refusals by the name of the reply. */
  refusals: Record<string, number>;
}

/** Nothing of everything. */
export function noCounts(): Counts {
  return Object.fromEntries(COUNTED.map((name) => [name, 0])) as Counts;
}

/** Adds, in place. */
export function addCounts(to: Counts, more: Counts): void {
  for (const name of COUNTED) to[name] += more[name];
}
