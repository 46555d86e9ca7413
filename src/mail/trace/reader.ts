// Main's side of the read threads: lists and searches for people, with deadlines. The queue's lane is apart from the
// trace's: a heavy search delays no `queue list`; that of the counts from both: pages that show numbers wait for neither.

import type { Log } from '../../platform/log.ts';
import type { CustomerId, QueueId } from '../message.ts';
import type { QueryVerb } from '../queue/operations.ts';
import type { QueueEntry, QueueQuery } from '../queue/queue.ts';
import type { QueueGrouping, QueueGroups } from '../queue/queue-groups.ts';
import type { Meant } from '../queue/queue-meant.ts';
import type { QueuedMessage } from '../queue/queue-read.ts';
import type { HeldPage, HeldQuery } from '../queue/read-held.ts';
import type { ContentKeys } from '../queue/sealed-content.ts';
import type { QueueSurvey } from '../queue/survey.ts';
import { openReadLane, type ReadLane } from './read-lane.ts';
import type { LostPage, QueuedContent, ReadAnswer, ReadRequest, TraceSight } from './read-messages.ts';
import type { TraceMessage, TraceOn, TracePage, TraceRowPage } from './trace.ts';
import type { Traffic, TrafficQuery } from './traffic/traffic.ts';

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
  /** After so long a time it answers with what it has found, and says how far back it has looked. Default: the deadline. */
  withinMs?: number;
}

export interface RowsPage extends SearchPage {
  /** Lines of one message at most. */
  most: number;
  /** From when ages such as `2h` count, milliseconds since 1970. Default: now. */
  now?: number;
}

export interface Reader {
  /** Messages and refusals that match (docs: `trace-query.ts`), newest first. */
  search(query: string, page: SearchPage, deadlineMs?: number): Promise<ReadAnswer<TracePage>>;
  /** The same, one line a recipient: `limit` counts lines, and a message is not parted between two pages. */
  searchRows(query: string, page: RowsPage, deadlineMs?: number): Promise<ReadAnswer<TraceRowPage>>;
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
  /** What a verb would be done to; `until`: of rows up to this one. */
  queueMeant(verb: QueryVerb, until?: number, deadlineMs?: number): Promise<ReadAnswer<Meant>>;
  /** The largest parts of what a query means. */
  queueGroups(
    query: QueueQuery,
    wanted: { by: QueueGrouping; limit: number },
    deadlineMs?: number,
  ): Promise<ReadAnswer<QueueGroups>>;
  /** One message of the queue with its recipients; `undefined` where the queue does not have it. */
  queueShow(id: QueueId, deadlineMs?: number): Promise<ReadAnswer<QueuedMessage | undefined>>;
  /** The first `most` octets of a queued message; `undefined` where the queue does not have it. */
  queueContent(id: QueueId, most: number, deadlineMs?: number): Promise<ReadAnswer<QueuedContent | undefined>>;
  /** What waits, by age and destination: all of it, or a customer's. Takes as long as the queue is long. */
  queueSurvey(customer?: CustomerId, deadlineMs?: number): Promise<ReadAnswer<QueueSurvey>>;
  /** Counts that are kept, of a stretch of time. */
  traffic(query: TrafficQuery, deadlineMs?: number): Promise<ReadAnswer<Traffic>>;
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
  const counts = openReadLane(options);
  return {
    search: (query, page, deadlineMs = DEADLINE_MS) => searchEntries(trace, { query, page, deadlineMs }),
    searchRows: (query, page, deadlineMs = DEADLINE_MS) => searchRows(trace, { query, page, deadlineMs }),
    traceShow: (id, deadlineMs = DEADLINE_MS) => trace.ask({ kind: 'trace-show', id }, deadlineMs),
    queueList: (query, page, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-list', query, ...page }, deadlineMs),
    heldList: (query, page, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'held-list', query, ...page }, deadlineMs),
    queueMeant: (verb, until, deadlineMs = DEADLINE_MS) =>
      queue.ask({ kind: 'queue-meant', verb, ...(until !== undefined && { until }) }, deadlineMs),
    queueGroups: (query, wanted, deadlineMs = DEADLINE_MS) =>
      queue.ask({ kind: 'queue-groups', query, ...wanted }, deadlineMs),
    queueShow: (id, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-show', id }, deadlineMs),
    queueContent: (id, most, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-content', id, most }, deadlineMs),
    queueSurvey: (customer, deadlineMs = DEADLINE_MS) =>
      counts.ask({ kind: 'queue-survey', ...(customer !== undefined && { customer }) }, deadlineMs),
    traffic: (query, deadlineMs = DEADLINE_MS) => counts.ask({ kind: 'traffic', query }, deadlineMs),
    lost: (acceptedBefore, page, deadlineMs = DEADLINE_MS) =>
      queue.ask({ kind: 'lost', acceptedBefore, ...page }, deadlineMs),
    close: async () => {
      await Promise.all([trace.close(), queue.close(), counts.close()]);
    },
  };
}

/** What a list is asked for, and how its pages are put together. */
interface Asked<P extends TraceOn> {
  page: Pick<SearchPage, 'limit' | 'before'>;
  deadlineMs: number;
  /** After so long a time it answers with what it has found. */
  withinMs: number;
  request: (stretch: { limit: number; before?: string }) => ReadRequest;
  /** How many of the limit a stretch has used up. */
  join: (all: P, stretch: P) => { all: P; count: number };
  none: P;
}

/** Asks stretch after stretch until the page is full, the days are through, or time is up: then `next` goes on. */
async function searchOn<P extends TraceOn>(lane: ReadLane, asked: Asked<P>): Promise<ReadAnswer<P>> {
  const { page, deadlineMs, withinMs } = asked;
  const began = performance.now();
  let all = asked.none;
  let on: TraceOn = page.before === undefined ? {} : { next: page.before };
  for (let count = 0; ; ) {
    const limit = page.limit - count;
    const request = asked.request(on.next === undefined ? { limit } : { limit, before: on.next });
    const answer = await lane.ask<P>(request, Math.max(1, began + deadlineMs - performance.now()));
    if (answer.kind !== 'ok') {
      const isLater = answer.kind === 'deadline' && on.next !== page.before;
      return isLater ? { kind: 'ok', value: { ...all, ...on } } : answer;
    }
    ({ all, count } = asked.join(all, answer.value));
    const { next, searchedTo } = answer.value;
    if (next === undefined) return { kind: 'ok', value: all };
    on = searchedTo === undefined ? { next } : { next, searchedTo };
    if (count >= page.limit || performance.now() - began >= withinMs) return { kind: 'ok', value: { ...all, ...on } };
  }
}

function searchEntries(
  lane: ReadLane,
  { query, page, deadlineMs }: { query: string; page: SearchPage; deadlineMs: number },
): Promise<ReadAnswer<TracePage>> {
  const sight = page.sight === undefined ? {} : { sight: page.sight };
  return searchOn<TracePage>(lane, {
    page,
    deadlineMs,
    withinMs: page.withinMs ?? deadlineMs,
    request: (stretch) => ({ kind: 'search', query, ...stretch, ...sight }),
    join: (all, { entries }) => {
      const joined = [...all.entries, ...entries];
      return { all: { entries: joined }, count: joined.length };
    },
    none: { entries: [] },
  });
}

function searchRows(
  lane: ReadLane,
  { query, page, deadlineMs }: { query: string; page: RowsPage; deadlineMs: number },
): Promise<ReadAnswer<TraceRowPage>> {
  const sight = page.sight === undefined ? {} : { sight: page.sight };
  const now = page.now === undefined ? {} : { now: page.now };
  return searchOn<TraceRowPage>(lane, {
    page,
    deadlineMs,
    withinMs: page.withinMs ?? deadlineMs,
    request: (stretch) => ({ kind: 'search-rows', query, most: page.most, ...stretch, ...sight, ...now }),
    join: (all, { rows }) => {
      const joined = [...all.rows, ...rows];
      return { all: { rows: joined }, count: joined.length };
    },
    none: { rows: [] },
  });
}
