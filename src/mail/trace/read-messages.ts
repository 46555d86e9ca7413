// What main asks the read thread, and what it answers.

import type { CustomerId, QueueId } from '../message.ts';
import type { QueryVerb } from '../queue/operations.ts';
import type { QueueQuery } from '../queue/queue.ts';
import type { QueueGrouping } from '../queue/queue-groups.ts';
import type { HeldQuery } from '../queue/read-held.ts';
import type { ContentKeys } from '../queue/sealed-content.ts';
import { type QueryFault } from './query-faults.ts';
import type { TrafficQuery } from './traffic/traffic.ts';

/** What main gives the read thread at its start. */
export interface ReadThreadOptions {
  role: 'read';
  /** Folder of the trace's days. */
  traceFolder: string;
  /** The queue's file. */
  queueFile: string;
  /** They open content that is sealed. */
  contentKeys?: ContentKeys;
}

export type ReadRequest =
  | { kind: 'search'; query: string; limit: number; before?: string; sight?: TraceSight }
  /** The same, one line a recipient. `limit` counts messages, `most` lines of one message. */
  | {
      kind: 'search-rows';
      query: string;
      limit: number;
      most: number;
      before?: string;
      sight?: TraceSight;
      /** From when ages such as `2h` count, milliseconds since 1970. Default: now. */
      now?: number;
    }
  | { kind: 'trace-show'; id: QueueId }
  | { kind: 'queue-list'; query: QueueQuery; after?: string; limit: number }
  | { kind: 'queue-show'; id: QueueId }
  /** What a verb would be done to. */
  | { kind: 'queue-meant'; verb: QueryVerb; until?: number }
  | { kind: 'queue-groups'; query: QueueQuery; by: QueueGrouping; limit: number }
  /** Messages held for their content, the newest first. */
  | { kind: 'held-list'; query: HeldQuery; after?: string; limit: number }
  /** What waits, by age and destination: all of it, or a customer's. */
  | { kind: 'queue-survey'; customer?: CustomerId }
  /** Counts that are kept. */
  | { kind: 'traffic'; query: TrafficQuery }
  /** The beginning of the content of a queued message. */
  | { kind: 'queue-content'; id: QueueId; most: number }
  /**
   * Messages accepted before `acceptedBefore` without a final event for each recipient that are not in the queue.
   * `limit` counts messages looked at; `after` goes on from a page.
   */
  | { kind: 'lost'; acceptedBefore: number; limit: number; after?: string };

/** What of the trace the asker may see. */
export interface TraceSight {
  /** Messages of this customer alone. */
  customer?: CustomerId;
  /** Subjects are not shown, and not found. */
  subjects?: false;
}

/** Content of a queued message, as it was received; `bytes` are its beginning. */
export interface QueuedContent {
  bytes: Uint8Array;
  size: number;
}

/** A message with recipients that the trace knows as open and the queue does not have. */
export interface LostMessage {
  id: QueueId;
  /** How many of its recipients. */
  open: number;
}

export interface LostPage {
  lost: LostMessage[];
  /** Messages looked at. */
  looked: number;
  /** Where to go on; absent: all were looked at. */
  next?: string;
}

export type ReadAnswer<T> =
  | { kind: 'ok'; value: T }
  /** The question is at fault; `message` is for the asker. */
  | { kind: 'refused'; fault: QueryFault }
  /** Time ran out; nothing is known. */
  | { kind: 'deadline' }
  /** Our fault; the log knows why. */
  | { kind: 'failed'; message: string };
