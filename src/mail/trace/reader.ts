// Main's side of the read threads: lists and searches for people, with deadlines. The queue's lane is apart from the
// trace's: a heavy search delays no `queue list`.

import type { Log } from '../../platform/log.ts';
import type { QueueId } from '../message.ts';
import type { QueueEntry, QueueQuery } from '../queue/queue.ts';
import type { QueuedMessage } from '../queue/queue-read.ts';
import type { HeldPage, HeldQuery } from '../queue/read-held.ts';
import type { ContentKeys } from '../queue/sealed-content.ts';
import { openReadLane, type ReadLane } from './read-lane.ts';
import type { LostPage, QueuedContent, ReadAnswer, ReadRequest, TraceSight } from './read-messages.ts';
import type { TraceEntry, TraceMessage, TracePage } from './trace.ts';

/** Time for one question, waiting included, where the caller names none. */
const DEADLINE_MS = 10_000;

export interface ReaderOptions {
  /** Folder of the trace's days. */
  traceFolder: string;
  /** The queue's file. */
  queueFile: string;
  /** They open content that is sealed. */
  contentKeys?: ContentKeys;
  log: Log;
}

/** A page of the queue. `next` is the `after` of the page that follows. */
export interface QueuePage {
  entries: QueueEntry[];
  next?: string;
}

export interface SearchPage {
  limit: number;
  before?: string;
  /** Default: everything. */
  sight?: TraceSight;
}

export interface Reader {
  /** Messages and refusals that match (docs: `trace-query.ts`), newest first. */
  search(query: string, page: SearchPage, deadlineMs?: number): Promise<ReadAnswer<TracePage>>;
  /** All events of one message; `undefined` where the trace does not know it. */
  traceShow(id: QueueId, deadlineMs?: number): Promise<ReadAnswer<TraceMessage | undefined>>;
  queueList(
    query: QueueQuery,
    page: { limit: number; after?: string },
    deadlineMs?: number,
  ): Promise<ReadAnswer<QueuePage>>;
  /** Messages held for their content, the newest first. */
  heldList(
    query: HeldQuery,
    page: { limit: number; after?: string },
    deadlineMs?: number,
  ): Promise<ReadAnswer<HeldPage>>;
  /** One message of the queue with its recipients; `undefined` where the queue does not have it. */
  queueShow(id: QueueId, deadlineMs?: number): Promise<ReadAnswer<QueuedMessage | undefined>>;
  /** The first `most` octets of a queued message; `undefined` where the queue does not have it. */
  queueContent(id: QueueId, most: number, deadlineMs?: number): Promise<ReadAnswer<QueuedContent | undefined>>;
  /** For the reconciler: see `ReadRequest`. */
  lost(
    acceptedBefore: number,
    page: { limit: number; after?: string },
    deadlineMs?: number,
  ): Promise<ReadAnswer<LostPage>>;
  close(): Promise<void>;
}

/** Starts the read threads at their first question. */
export function createReader(options: ReaderOptions): Reader {
  const trace = openReadLane(options);
  const queue = openReadLane(options);
  return {
    search: (query, page, deadlineMs = DEADLINE_MS) => searchOn(trace, { query, page, deadlineMs }),
    traceShow: (id, deadlineMs = DEADLINE_MS) => trace.ask({ kind: 'trace-show', id }, deadlineMs),
    queueList: (query, page, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-list', query, ...page }, deadlineMs),
    heldList: (query, page, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'held-list', query, ...page }, deadlineMs),
    queueShow: (id, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-show', id }, deadlineMs),
    queueContent: (id, most, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-content', id, most }, deadlineMs),
    lost: (acceptedBefore, page, deadlineMs = DEADLINE_MS) =>
      queue.ask({ kind: 'lost', acceptedBefore, ...page }, deadlineMs),
    close: async () => {
      await Promise.all([trace.close(), queue.close()]);
    },
  };
}

/** Asks stretch after stretch until the page is full, the days are through, or time is up: then `next` goes on. */
async function searchOn(
  lane: ReadLane,
  asked: { query: string; page: SearchPage; deadlineMs: number },
): Promise<ReadAnswer<TracePage>> {
  const { query, page, deadlineMs } = asked;
  const until = performance.now() + deadlineMs;
  const entries: TraceEntry[] = [];
  let before = page.before;
  for (;;) {
    const request: ReadRequest = { kind: 'search', query, limit: page.limit - entries.length };
    if (before !== undefined) request.before = before;
    if (page.sight !== undefined) request.sight = page.sight;
    const answer = await lane.ask<TracePage>(request, Math.max(1, until - performance.now()));
    if (answer.kind !== 'ok') return answer.kind === 'deadline' && before !== page.before ? goOnAt(before) : answer;
    entries.push(...answer.value.entries);
    before = answer.value.next;
    if (before === undefined) return { kind: 'ok', value: { entries } };
    if (entries.length >= page.limit || performance.now() >= until) return goOnAt(before);
  }
  function goOnAt(next: string | undefined): ReadAnswer<TracePage> {
    return { kind: 'ok', value: next === undefined ? { entries } : { entries, next } };
  }
}
