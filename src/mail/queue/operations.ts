// What an operator can do to the queue. The verbs run in the store thread, in steps between commits; lists and single
// messages are read elsewhere (queue-read.ts).

import type { MessagePort } from 'node:worker_threads';
import { type Channel, openChannel } from '../../platform/channel.ts';
import type { CustomerId } from '../message.ts';
import type { QueueTotals } from './engine.ts';
import type { EnqueueAnswer, HoldReason, NewMessage, QueueQuery } from './queue.ts';

/** A change to all recipients (for hold and release: to their messages) that a query means. */
export type OperatorVerb =
  | { verb: 'hold'; query: QueueQuery; reason: HoldReason }
  /**
   * Lifts the hold of this kind; others stay. `only`: where it is a hold of the whole message, it is lifted for the
   * recipients that are meant, and becomes a hold of their own for the others.
   */
  | { verb: 'release'; query: QueueQuery; kind: string; by?: string; only?: true }
  /** Due now, whatever the schedule said; its destination gets a probe at once. */
  | { verb: 'retry'; query: QueueQuery; by?: string }
  /** Ends as `message.recipient.removed`. Nobody is told but the trace, which hears why. */
  | { verb: 'remove'; query: QueueQuery; by?: string; note?: string }
  /** Other hosts instead of the route, `name` or `name:port` each. */
  | { verb: 'reroute'; query: QueueQuery; hosts: string[]; by?: string }
  /** All mail of a customer waits, what comes later too; its life does not run out meanwhile. */
  | { verb: 'suspend'; customer: CustomerId; note?: string; by?: string }
  | { verb: 'resume'; customer: CustomerId; by?: string };

/** A verb that is done to what a query means. */
export type QueryVerb = Extract<OperatorVerb, { query: QueueQuery }>;

/** A few steps of a verb, so that whoever asks sees how far it is, may stop it, and may go on after a restart. */
export interface VerbPart {
  of: QueryVerb;
  /** Rows up to this one were looked at; 0 to begin. */
  after: number;
  /** The last row that is meant: what comes later is left alone. */
  until: number;
  /** Steps of this part. */
  steps: number;
}

/** What a part did. */
export interface PartResult extends VerbResult {
  /** Where the next part begins; absent when all is done. */
  next?: number;
}

/** Requests of main to the store thread. */
export type StoreRequest =
  | OperatorVerb
  | ({ verb: 'part' } & VerbPart)
  | { verb: 'counts' }
  | { verb: 'destinations'; after?: string; limit?: number; names?: readonly string[] }
  /**
   * While it is on, no file of a body is removed and no event is forgotten: what a copy of the queue names is there, and
   * what a copy of the trace lacks is in the copy of the queue that is made after it.
   */
  | { verb: 'keep'; on: boolean }
  | { verb: 'health' }
  | { verb: 'metrics' }
  | { verb: 'enqueue'; message: NewMessage };

export interface VerbResult {
  /** Recipients changed; of `suspend` and `resume`, messages told of in the first step. */
  changed: number;
  /** Recipients that matched and were left alone because an attempt is running. */
  busy: number;
}

/** One destination with work, or closed. */
export interface DestinationState {
  destination: string;
  /** The hosts behind it, once a relay thread has found out. */
  site: string | null;
  /** Recipients that wait; counting stops at `WAITING_COUNTED`. */
  waiting: number;
  /** Messages in the hands of relay threads, of the whole site. */
  in_flight: number;
  /** Messages of the site that may be in flight at once. */
  window: number;
  closed_until: string | null;
  last_reason: string | null;
}

/** Where the count of waiting recipients of a destination stops. */
export const WAITING_COUNTED = 1000;

/** What alarms look at. */
export interface StoreHealth {
  /** Free octets on the disk of the queue, and whether new mail is refused for it. */
  free: number;
  full: boolean;
  /** How long the oldest never-tried mail that could go has waited, milliseconds; 0 when none waits. */
  freshAgeMs: number;
  /** Events the trace has not taken yet. */
  eventsPending: number;
}

export interface StoreRequestFrame {
  key: number;
  request: StoreRequest;
}

export type StoreResponseFrame =
  | { key: number; ok: true; result: unknown }
  /** `message` is for the log and the operator. */
  | { key: number; ok: false; message: string };

/** Main's way to the store thread. Every call rejects with an Error when the store thread is gone or refuses. */
export interface StoreControl {
  apply: (verb: OperatorVerb) => Promise<VerbResult>;
  /** A part of a verb over many recipients. */
  applyPart: (part: VerbPart) => Promise<PartResult>;
  counts: () => Promise<QueueTotals>;
  /** Destinations in order of name, after the named one; 100 unless `limit` (1,000 at most) says otherwise; or `names`. */
  destinations: (page?: { after?: string; limit?: number; names?: readonly string[] }) => Promise<DestinationState[]>;
  /** Keeps what a copy needs, until it is told otherwise or the thread ends (`StoreRequest`). */
  keep: (on: boolean) => Promise<void>;
  health: () => Promise<StoreHealth>;
  /** Snapshot of the store thread's metrics, for `exposeMetrics`. */
  metrics: () => Promise<unknown>;
  /** Makes a message of the relay's own durable; only after `accepted` it is. The scheduler hands it out. */
  enqueue: (message: NewMessage) => Promise<EnqueueAnswer>;
  close: () => void;
}

/** Opens main's way to a store thread over a port that its `attachControl` got the other end of. */
export function createStoreControl(port: MessagePort): StoreControl {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextKey = 1;
  let gone = false;
  const fail = () => {
    gone = true;
    for (const { reject } of pending.values()) reject(new Error('the store thread is gone'));
    pending.clear();
  };
  const channel: Channel<StoreRequestFrame, StoreResponseFrame> = openChannel(
    port,
    (frames) => {
      for (const frame of frames) {
        const asker = pending.get(frame.key);
        pending.delete(frame.key);
        if (frame.ok) asker?.resolve(frame.result);
        else asker?.reject(new Error(frame.message));
      }
    },
    fail,
  );
  const ask = <T>(request: StoreRequest): Promise<T> => {
    if (gone) return Promise.reject(new Error('the store thread is gone'));
    const key = nextKey++;
    return new Promise<T>((resolve, reject) => {
      pending.set(key, { resolve: (value) => resolve(value as T), reject });
      channel.send({ key, request });
    });
  };
  return {
    apply: (verb) => ask(verb),
    applyPart: (part) => ask({ verb: 'part', ...part }),
    counts: () => ask({ verb: 'counts' }),
    destinations: (page = {}) => ask({ verb: 'destinations', ...page }),
    keep: (on) => ask({ verb: 'keep', on }),
    health: () => ask({ verb: 'health' }),
    metrics: () => ask({ verb: 'metrics' }),
    enqueue: (message) => ask({ verb: 'enqueue', message }),
    close: () => {
      channel.close();
      fail();
    },
  };
}
