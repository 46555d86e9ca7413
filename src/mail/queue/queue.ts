// The contract of the durable queue: what any engine (embedded SQLite now, PostgreSQL later) promises, and the
// messages that relay threads and the store thread exchange. `queue-contract.test.ts` is its test suite.

import type { Body, Cause, CustomerId, Direction, FailureScope, MessageMeta, Outcome, QueueId } from '../message.ts';

/** A recipient on its way into the queue. */
export interface NewRecipient {
  /** Forward path without angle brackets, exactly as the client gave it. */
  address: string;
  /** The queue's lane: the recipient's domain in lower-case A-labels. */
  destination: string;
}

/** A message to be made durable. `events` are finished JSON texts (report/events.ts), one a string. */
export interface NewMessage {
  meta: MessageMeta;
  body: Body;
  recipients: NewRecipient[];
  events: string[];
  /** Enters the queue held for this reason. */
  hold?: HoldReason;
}

/** Why something is held. Lifting one reason leaves the others. */
export interface HoldReason {
  /** `operator`, `suspended`, `content`, … : one hold of each kind a message. */
  kind: string;
  /** For people; shown in `queue show`. */
  note?: string;
  by?: string;
}

export type EnqueueResult =
  | {
      kind: 'accepted';
      row: number /** Recipients this thread may deliver at once, by index. */;
      claimed: ClaimedRecipient[];
    }
  /** Space is short: 452 4.3.1. */
  | { kind: 'full' }
  /** Anything else: 451 4.3.0; the log of the store thread knows why. */
  | { kind: 'failed' };

export interface ClaimedRecipient {
  /** Row of the recipient in the queue; unique on this node, may pass 2^31. */
  row: number;
  /** Position in the transaction, from 0. */
  index: number;
  address: string;
  destination: string;
  /** Attempts made before this one. */
  attempts: number;
  /** The sender was told that it is late. */
  delayTold: boolean;
  /** Why the last attempt failed, where there was one; its step (`stage`) is not kept. For notices. */
  lastCause?: Cause;
}

/**
 * What is to be done with claimed recipients. `deliver`: an attempt. `expire`: their life is over, settle as `expired`.
 * `tell-delay`: they wait longer than `notices.delay_after` and nobody was told: no attempt, settle as `untouched` with
 * `delayTold`. `end-suppressed`: held as `suppressed` for longer than `queue.suppressed_hold`: settle as `suppressed`.
 */
export type WorkTask = 'deliver' | 'expire' | 'tell-delay' | 'end-suppressed';

/** Claimed work: some recipients of one message, all of one destination, for one relay thread. */
export interface Work {
  /** Row of the message. */
  row: number;
  meta: MessageMeta;
  destination: string;
  recipients: ClaimedRecipient[];
  /** Name of the body's file, where it has one; else the body is in memory or in the queue's file. */
  bodyFile?: string;
  /** Milliseconds the message spent held; its life is longer by as much. */
  heldMs: number;
  task: WorkTask;
  /** Set by `reroute`: hosts to use instead of the route. */
  reroute?: string[];
}

/** What the queue needs of an outcome; how it came about is in the events. */
export type SettledOutcome =
  | { kind: 'delivered' /** No host was asked: it says nothing of the destination. */; takenIn?: true }
  | { kind: 'deferred'; cause: Cause; scope: FailureScope }
  | { kind: 'bounced'; cause: Cause }
  | { kind: 'expired' }
  | { kind: 'held'; hold: { kind: string; note?: string } }
  | { kind: 'suppressed' }
  | { kind: 'untouched' };

/** A settlement as it goes to the store thread. */
export type StoredSettlement = Omit<Settlement, 'recipients'> & {
  recipients: { row: number; outcome: SettledOutcome; dueAt?: number; delayTold?: true }[];
};

/** The end of an attempt for some recipients of one message. */
export interface Settlement {
  /** Row of the message. */
  row: number;
  id: QueueId;
  destination: string;
  /** When it was made by the relay thread's clock, milliseconds since 1970: `dueAt` counts from here. */
  at: number;
  recipients: {
    row: number;
    outcome: Outcome /** For `deferred`: not before, milliseconds since 1970. */;
    dueAt?: number;
    /** The sender is told that it is late, by a notice of this settlement or by none: it is not told again. */
    delayTold?: true;
  }[];
  events: string[];
  /** What follows from it, made durable in the same transaction: notices to the sender, mail that came in for another customer. */
  messages: NewMessage[];
}

/** What the relay thread learned about a destination while working on it. */
export interface DestinationNews {
  destination: string;
  /** The hosts behind it, as one name: destinations of the same site share limits. */
  site?: string;
  /** `open`: a message got through to a reply. `closed`: nothing can be delivered now. */
  state: 'open' | 'closed';
  /** Why it is closed, for `queue` and `explain`. */
  reason?: string;
  /** Connections allowed to this site in all, where the route names a number. */
  connections?: number;
}

/** Relay thread to store thread. Posted in arrays, one array a turn of the event loop. */
export type ToStore =
  /**
   * First after a start or a new store thread: rows of recipients still in this thread's hands. `client` names this
   * client of the queue for as long as its process lives, so that a settlement sent twice counts once.
   */
  | { op: 'hello'; thread: number; client: string; held: number[] }
  | { op: 'enqueue'; key: number; message: NewMessage /** False: leave it to the scheduler. */; claim: boolean }
  | { op: 'settle'; key: number; settlement: StoredSettlement }
  | { op: 'news'; news: DestinationNews }
  /** Of what this thread has in hand, by a row of its recipients: see `QueueClient.aside`. */
  | { op: 'aside'; row: number; aside: boolean }
  /** Room for work, in messages; replaces what was said before. */
  | { op: 'room'; messages: number };

/** Work as it is stored: what the message is stays text until the thread that needs it reads it. */
export type StoredWork = Omit<Work, 'meta'> & { meta: string };

/** An answer to `enqueue` without what the asker knows itself: `claimed` are indexes of recipients. */
export type EnqueueAnswer =
  | { kind: 'accepted'; row: number; claimed: number[] }
  | { kind: 'full' }
  | { kind: 'failed' };

/** Store thread to relay thread, in arrays likewise. */
export type FromStore =
  | { op: 'enqueued'; key: number; answer: EnqueueAnswer }
  | { op: 'settled'; key: number; ok: boolean }
  | { op: 'work'; work: StoredWork[] }
  /** True while new mail is to be refused with 452: space is kept back for settling. */
  | { op: 'full'; full: boolean };

/**
 * A relay thread's share of the connections allowed to a site. Every thread computes the same, so the sum over all
 * threads is exactly `limit` without anyone asking anyone.
 */
export function shareOfConnections(site: string, limit: number, thread: number, threads: number): number {
  let hash = 0;
  for (let i = 0; i < site.length; i++) hash = (Math.imul(hash, 31) + site.charCodeAt(i)) >>> 0;
  const position = (thread + hash) % threads;
  return Math.floor(limit / threads) + (position < limit % threads ? 1 : 0);
}

/** Which messages or recipients an operator means; empty fields match all. */
export interface QueueQuery {
  id?: QueueId;
  customer?: CustomerId;
  /** Address, or `@domain`. */
  from?: string;
  to?: string;
  destination?: string;
  status?: RecipientStatus;
  hold?: string;
  /** Why it was put off last, as `last_cause` says it, such as `no-address`. */
  cause?: string;
  direction?: Direction;
  /** Accepted at or after this time, and before that one; milliseconds since 1970. */
  since?: number;
  before?: number;
  /** Single recipients, by their rows. */
  rows?: readonly number[];
  /** Mail that would leave from one address of ours, as whoever knows the pools found it. */
  leaves?: LeavesFrom;
}

/** The queue keeps no address to send from: it is chosen at each attempt, from these facts of the mail alone. */
export interface LeavesFrom {
  /** For people. */
  address: string;
  /** `PATH` of all mail that leaves from there. */
  paths: readonly string[];
}

/** Statuses of a recipient that is still in the queue. */
export type RecipientStatus = 'queued' | 'deferred' | 'held' | 'quarantined';

export interface QueueCounts {
  queued: number;
  deferred: number;
  held: number;
  quarantined: number;
  events_pending: number;
}

/** A recipient as `queue list` shows it. */
export interface QueueEntry {
  /** Its row (`rowKey`): names this recipient alone, and never another. */
  key: string;
  id: QueueId;
  customer: CustomerId;
  direction: string;
  stream: string;
  from: string;
  to: string;
  destination: string;
  status: RecipientStatus;
  holds: string[];
  size: number;
  accepted_at: string;
  attempts: number;
  next_attempt_at: string | null;
  last_cause: string | null;
}
