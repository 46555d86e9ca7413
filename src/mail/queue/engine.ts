// What the store thread asks of an engine: one batch is one transaction and one sync. The embedded SQLite is one,
// another may stand under the same suite (queue-contract.test.ts). Claims are not the engine's: they live in memory.

import type { Body, CustomerId, QueueId } from '../message.ts';
import type { OperatorVerb } from './operations.ts';
import type { NewMessage, QueueCounts, StoredSettlement, StoredWork } from './queue.ts';

/** Embedded engines answer at once, engines behind a network later. */
export type MaybePromise<T> = T | Promise<T>;

/** Rows of recipients that are in some thread's hands. */
export interface ClaimedRows {
  has(row: number): boolean;
}

/** A settlement with what tells it from the same one sent again. Keys of a client grow. */
export interface KeyedSettlement {
  client: string;
  key: number;
  settlement: StoredSettlement;
}

/** A verb over many rows goes on in steps; this is one. */
export interface VerbStep {
  verb: OperatorVerb;
  /** Rows of recipients up to this one were looked at; 0 to begin. */
  after: number;
  /** Rows to look at in this step. */
  rows: number;
  /** The last row that is meant; absent: all. */
  until?: number;
}

export interface QueueBatch {
  /** The queue's time, milliseconds since 1970. */
  now: number;
  settlements: readonly KeyedSettlement[];
  enqueues: readonly NewMessage[];
  step?: VerbStep;
  /** Contents to be replaced by what they were sealed to. */
  seals?: readonly SealedContent[];
  /** Outbox rows up to this one are synced in the trace. */
  traced?: number;
  /** Clients of the queue that still are there; what is remembered of others is dropped. */
  clients?: readonly string[];
  claimed: ClaimedRows;
  /** One request that fails takes only itself along: slower, used after a batch failed. */
  apart: boolean;
}

export interface StepResult {
  /** Where the next step begins; absent when the verb is done. */
  next?: number;
  /** Recipients changed. */
  changed: number;
  /** Recipients that matched, but were in flight. */
  busy: number;
  /** Destinations that may have work now. */
  destinations: string[];
  /** The oldest message that was released, by its row: its time goes on. */
  released?: number;
}

export interface BatchResult {
  /** Row of each message, in order; undefined where it failed alone. */
  enqueued: (number | undefined)[];
  /** Whether each settlement is durable, in order. */
  settled: boolean[];
  step?: StepResult;
  /** Whether each content was replaced, in order: not where the message is in flight, free or gone by now. */
  sealed: boolean[];
  outbox?: OutboxRow;
  /** Files of bodies whose message is gone; to be removed now. */
  bodies: string[];
  /** What went wrong with single requests, for the log. */
  failures: unknown[];
}

/** Events of one commit, a JSON text a line. */
export interface OutboxRow {
  seq: number;
  count: number;
  events: string;
}

/** A wish for ready recipients of one destination, fair over customers. */
export interface ClaimRequest {
  destination: string;
  /** `fresh`: never tried. `deferred`: due by `now`. */
  lane: 'fresh' | 'deferred';
  now: number;
  /** Messages wanted at most. */
  messages: number;
  /** The customer served last; the next in order goes first. */
  after: string;
  claimed: ClaimedRows;
  paused: ReadonlySet<string>;
}

export interface ClaimAnswer {
  work: StoredWork[];
  /** The customer served last. */
  customer: string;
  /** Nothing else is ready in this lane now. */
  exhausted: boolean;
}

export interface DueRequest {
  destination: string;
  now: number;
  claimed: ClaimedRows;
  paused: ReadonlySet<string>;
}

export interface ExpiryRequest {
  now: number;
  /** Row of the message to go on after; 0 to begin. */
  after: number;
  /** Messages to look at. */
  limit: number;
  claimed: ClaimedRows;
}

export interface ExpiryAnswer {
  work: StoredWork[];
  /** Where to go on; absent when no older message is left. */
  next?: number;
}

export interface DelayRequest {
  now: number;
  /** How long a message may wait before its sender is told, milliseconds; time held comes on top. */
  lateAfterMs: number;
  /** Row of the recipient to go on after; 0 to begin. */
  after: number;
  /** Rows of recipients to look at, and work wanted, at most. */
  rows: number;
  limit: number;
  claimed: ClaimedRows;
}

export interface DelayAnswer {
  /** With the task `tell-delay`. */
  work: StoredWork[];
  /** Where to go on. */
  after: number;
  /** All that is behind is younger. */
  done: boolean;
  /** Messages passed over that must be looked at again, and when: in flight now, or late later for having been held. */
  again: { message: number; at: number }[];
}

export interface SuppressedRequest {
  now: number;
  /** Those held since then or before. */
  heldSince: number;
  after?: HoldPlace;
  limit: number;
  claimed: ClaimedRows;
}

/** Place of a hold in the order of time. */
export interface HoldPlace {
  since: number;
  recipient: number;
}

export interface SuppressedAnswer {
  /** With the task `end-suppressed`. */
  work: StoredWork[];
  /** Where to go on; absent when no older hold is left. */
  next?: HoldPlace;
}

export interface ToSealRequest {
  /** Row of the message to go on after; 0 to begin. */
  after: number;
  /** Messages to look at, and octets of content to give, at most; one content may be larger. */
  messages: number;
  octets: number;
  claimed: ClaimedRows;
}

/** A message noted as one whose content is to be sealed. */
export interface ToSeal {
  row: number;
  id?: QueueId;
  /** As it lies; absent where nothing is to be sealed any more, which a commit is to be told of all the same. */
  body?: Body;
}

export interface ToSealAnswer {
  found: ToSeal[];
  /** Where to go on; absent when all were looked at. */
  next?: number;
}

/** What the content of a message was sealed to; a file is synced. Without a body: nothing was to be sealed. */
export interface SealedContent {
  row: number;
  body?: Body;
}

/** Counts kept with every commit. `accepted - final` is what is in the queue: the reconciler relies on it. */
export interface QueueTotals extends QueueCounts {
  /** Recipients accepted since the queue was made, notices included. */
  accepted: number;
  /** Recipients that reached their final event since then. */
  final: number;
  /** Last row of the outbox at the commit that these counts are of. */
  seq: number;
}

export interface QueueEngine {
  /**
   * All of the batch, durable when this returns. Settlements come first: they free space. Throws a QueueFault, and
   * then nothing of the batch is kept.
   */
  commit(batch: QueueBatch): MaybePromise<BatchResult>;
  /** Ready recipients, by message. Changes nothing. */
  claim(request: ClaimRequest): MaybePromise<ClaimAnswer>;
  /** Destinations with waiting recipients, in order, after the named one. Costs by answer, not by rows. */
  destinations(after: string, limit: number): MaybePromise<string[]>;
  /** When the first deferred recipient of a destination falls due, claimed rows and paused customers left out. */
  nextDue(request: DueRequest): MaybePromise<number | undefined>;
  /** Messages whose life is over, oldest first. */
  expired(request: ExpiryRequest): MaybePromise<ExpiryAnswer>;
  /** Messages that wait longer than their senders should go without a word, oldest first. */
  delayed(request: DelayRequest): MaybePromise<DelayAnswer>;
  /** The same of one message; `after`, `rows` and `limit` do not count. */
  delayedMessage(row: number, request: DelayRequest): MaybePromise<DelayAnswer>;
  /** Recipients held for nothing but `suppressed`, and for too long. Those of suspended customers wait. */
  suppressed(request: SuppressedRequest): MaybePromise<SuppressedAnswer>;
  /** Held contents that are not sealed, but for those in flight. Changes nothing. */
  toSeal(request: ToSealRequest): MaybePromise<ToSealAnswer>;
  /** Which of these rows still wait, and where they belong. */
  locate(rows: readonly number[]): MaybePromise<{ row: number; message: number; destination: string }[]>;
  /** Recipients of a destination that wait, counted up to `limit`. */
  waiting(destination: string, limit: number): MaybePromise<number>;
  /** Events not acknowledged by the trace, after `seq`, at most about `octets` of them (one row at least). */
  outbox(seq: number, octets: number): MaybePromise<OutboxRow[]>;
  /** Customers whose queued mail is held. */
  paused(): MaybePromise<CustomerId[]>;
  totals(): MaybePromise<QueueTotals>;
  /** When the newest message was accepted, milliseconds since 1970; 0 where there is none. Asked once, at start. */
  latest(): number;
  /** Whether a message with this body's file is in the queue, or with the plain file that this one may be the seal of. */
  hasBody(name: string): MaybePromise<boolean>;
  close(): MaybePromise<void>;
}

/**
 * `full`: no space, nothing was written. `broken`: what the disk holds is unknown, the process must end. `failed`:
 * anything else.
 */
export type QueueFaultCode = 'full' | 'broken' | 'failed';

/** Why a batch was not kept. */
export class QueueFault extends Error {
  readonly code: QueueFaultCode;

  constructor(code: QueueFaultCode, cause: unknown) {
    super(`queue: ${code}`, { cause });
    this.name = 'QueueFault';
    this.code = code;
  }
}
