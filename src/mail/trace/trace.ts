// The contract of the trace: what its two threads are given and what they answer. Days are UTC days of acceptance, one
// file each (`<YYYY-MM-DD>.db`); a refusal goes to the day on which it happened.

import type { MessagePort } from 'node:worker_threads';
import type { LogLevel } from '../../platform/log.ts';
import type { CustomerId, Direction, QueueId } from '../message.ts';
import type { BounceClass } from '../report/bounce-class.ts';
import type { MailEvent } from '../report/events.ts';
import type { EraseStep } from './erase-in-day.ts';
import type { TrafficChange } from './traffic/traffic.ts';

/** One commit of the queue: all events of that commit, one JSON text a line. */
export interface OutboxRow {
  /** Ascending, never used twice by the same `source`, also when the outbox was empty in between. */
  seq: number;
  events: string;
  /** Name of the queue that counts `seq`; a queue begun anew needs a new name. Default: the only one. */
  source?: string;
}

/** Trace thread to store thread, in arrays: all rows up to `seq` are on disk, synced, and may be deleted. */
export interface OutboxSynced {
  synced: number;
  source?: string;
}

/** What main gives the trace thread at its start. Ports go into the worker's transfer list too. */
export interface TraceThreadOptions {
  role: 'trace';
  /** Folder of the days. Made if missing. */
  folder: string;
  /** Arrays of OutboxRow come in, arrays of OutboxSynced go out. A later one comes by `attachStore`. */
  store?: MessagePort;
  /** Arrays of RejectedEvent come in. Later ones come by `attachRelay`. */
  relays: MessagePort[];
  /** Main's requests: give the other end to `createTraceClient`. */
  control: MessagePort;
  logLevel: LogLevel;
  /** Whose events are fed from the start on. Default: nobody's. */
  watched?: Watched;
  /** Longest wait before events are written, in milliseconds, and how many events are written at once at most. */
  batch?: { ms: number; events: number };
}

/** Whose events are noted in the feed of their day, in the order in which they come: everybody's, or these customers'. */
export type Watched = 'all' | readonly string[];

/** Main to trace thread. */
export type TraceRequest =
  /** Recipients accepted and final, once all rows up to `seq` are applied. */
  | { kind: 'totals'; seq?: number; source?: string }
  /** Drops the days that ended before this time, milliseconds since 1970. */
  | { kind: 'retain'; since: number }
  /** Takes addresses out of a day, a step at a time. */
  | { kind: 'erase'; day: string; step: EraseStep }
  /** Puts a clean copy of a day in its place. */
  | { kind: 'replace'; day: string; fingerprint: string }
  /** Writes what is waiting, now. */
  | { kind: 'flush' }
  | { kind: 'metrics' }
  | { kind: 'close' };

/** Sums over all days, dropped ones included, at one place of the outbox. */
export interface TraceTotals {
  /** Last row of the outbox that is counted. */
  seq: number;
  /** Recipients of all accepted messages. */
  accepted: number;
  /** Recipients that had a final event; a second one for the same recipient counts in `duplicates` only. */
  final: number;
  duplicates: number;
}

export type TraceControlMessage =
  | { op: 'request'; key: number; request: TraceRequest }
  | { op: 'relay'; port: MessagePort }
  | { op: 'store'; port: MessagePort }
  | { op: 'watch'; watched: Watched }
  /** Tell what each batch brings, or no longer. */
  | { op: 'tell-traffic'; on: boolean };

export type TraceControlAnswer =
  | { op: 'answer'; key: number; ok: true; value: unknown }
  | { op: 'answer'; key: number; ok: false; message: string }
  /** The feeds of these days have grown. */
  | { op: 'fed'; days: string[] }
  /** What a batch brought. */
  | { op: 'traffic'; changes: TrafficChange[] }
  /** A day could not be read and was put aside; an alarm. */
  | { op: 'set-aside'; day: string; file: string; reason: string };

/** Statuses of a recipient in the trace; `rejected` is a transaction that was refused. */
export const TRACE_STATUSES = [
  'queued',
  'deferred',
  'held',
  'quarantined',
  'delivered',
  'bounced',
  'expired',
  'suppressed',
  'removed',
  'rejected',
] as const;
export type TraceStatus = (typeof TRACE_STATUSES)[number];

/** One message, or one refusal, as a search lists it. */
export interface TraceEntry {
  /** Cursor of this entry: `before` for the next page, `<day>:<row>`. */
  cursor: string;
  /** Absent for a refusal. */
  id?: QueueId;
  /** ISO 8601. */
  at: string;
  customer?: CustomerId;
  direction?: Direction;
  from?: string;
  recipients: { address: string; status: TraceStatus }[];
  /** Recipients left out of `recipients`. */
  more_recipients?: number;
  ip?: string;
  size?: number;
  message_id?: string;
  subject?: string;
  /** Of a refusal: the reply. */
  reply?: string;
  /** Of a refusal that stands for many. */
  count?: number;
}

/** One recipient of a message, or one refusal, as a list shows it. */
export interface TraceRow {
  /** Of its message; several rows may share it. */
  cursor: string;
  id?: QueueId;
  /** Of the recipient in its message. */
  index?: number;
  /** ISO 8601: of the accept, or of the refusal. */
  at: string;
  customer?: CustomerId;
  direction?: Direction;
  from?: string;
  to?: string;
  status: TraceStatus;
  /** ISO 8601: of the last outcome. */
  changed_at?: string;
  /** Of the client. */
  ip?: string;
  size?: number;
  message_id?: string;
  subject?: string;
  /** What the spam check gave it. */
  score?: number;
  attempts?: number;
  /** Of the last attempt: the host, our address and its pool. */
  host?: string;
  sent_from?: string;
  pool?: string;
  /** Whose mail host that is, where it is another customer's. */
  mail_host_of?: CustomerId;
  /** What the remote said last; of a refusal our own reply. */
  reply?: string;
  /** Of a refusal of ours the name of its reply. */
  refusal?: string;
  /** Our own reason, where no remote said anything. */
  cause?: string;
  class?: BounceClass['class'];
  permanence?: BounceClass['permanence'];
  responsible?: BounceClass['responsible'];
  /** Recipients of the same message that fit and are left out after this one. */
  more?: number;
  /** Of a refusal that stands for many. */
  count?: number;
}

/** Where a list goes on. */
export interface TraceOn {
  /** Give it as `before` for what comes after this page; absent: nothing is left. */
  next?: string;
  /** With `next`: everything accepted later than this was looked at, milliseconds since 1970. */
  searchedTo?: number;
}

export interface TracePage extends TraceOn {
  entries: TraceEntry[];
}

export interface TraceRowPage extends TraceOn {
  rows: TraceRow[];
}

/** All that is known of one message, oldest event first. */
export interface TraceMessage {
  entry: TraceEntry;
  events: MailEvent[];
}
