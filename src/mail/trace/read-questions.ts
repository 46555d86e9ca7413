// What a read thread answers: the trace's days and the queue's lists.

import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { groupQueue } from '../queue/queue-groups.ts';
import { countMeant } from '../queue/queue-meant.ts';
import { listQueue, showMessage } from '../queue/queue-read.ts';
import { readBeginning } from '../queue/read-beginning.ts';
import { listHeld } from '../queue/read-held.ts';
import { surveyQueue } from '../queue/survey.ts';
import { queryFault } from './query-faults.ts';
import type { LostPage, ReadAnswer, ReadRequest, ReadThreadOptions, TraceSight } from './read-messages.ts';
import type { TracePage, TraceRowPage } from './trace.ts';
import { parseTraceQuery } from './trace-query.ts';
import { openTraceReader, type SearchedPage, type TraceReader } from './trace-reader.ts';
import { readTraffic } from './traffic/read-traffic.ts';

/** A search stops looking after this time and says where it stopped: nobody waits long behind it. */
const SEARCH_MS = 150;
/** Largest page. */
const MOST_ENTRIES = 1000;

export interface Questions {
  /** Never throws. */
  answer(request: ReadRequest): ReadAnswer<unknown>;
  close(): void;
}

/** Opens files when the first question needs them. */
export function createQuestions(options: Omit<ReadThreadOptions, 'role'>): Questions {
  const trace = openTraceReader(options.traceFolder);
  let queue: DatabaseSync | undefined;
  const openQueue = () => {
    queue ??= new DatabaseSync(options.queueFile, { readOnly: true });
    return queue;
  };
  return {
    answer(request) {
      try {
        if (request.kind === 'traffic') return { kind: 'ok', value: readTraffic(options.traceFolder, request.query) };
        if (request.kind !== 'queue-content') return ask(request, trace, openQueue);
        const bodies = join(dirname(options.queueFile), 'bodies');
        const { id, most } = request;
        const beginning = { id, most, bodies, keys: options.contentKeys ?? [] };
        return { kind: 'ok', value: readBeginning(openQueue(), beginning) };
      } catch (err) {
        if (err instanceof RangeError)
          return { kind: 'refused', fault: queryFault('not-understood', { fault: err.message }) };
        return { kind: 'failed', message: err instanceof Error ? (err.stack ?? err.message) : String(err) };
      }
    },
    close() {
      trace.close();
      queue?.close();
    },
  };
}

function ask(
  request: Exclude<ReadRequest, { kind: 'queue-content' | 'traffic' }>,
  trace: TraceReader,
  openQueue: () => DatabaseSync,
): ReadAnswer<unknown> {
  switch (request.kind) {
    case 'search':
      return search(trace, request);
    case 'search-rows':
      return searchRows(trace, request);
    case 'trace-show':
      return { kind: 'ok', value: trace.show(request.id) };
    case 'queue-list': {
      const { query, after, limit } = request;
      return { kind: 'ok', value: listQueue(openQueue(), query, after === undefined ? { limit } : { after, limit }) };
    }
    case 'held-list': {
      const { query, after, limit } = request;
      return { kind: 'ok', value: listHeld(openQueue(), query, after === undefined ? { limit } : { after, limit }) };
    }
    case 'queue-survey':
      return { kind: 'ok', value: surveyQueue(openQueue(), { now: Date.now(), customer: request.customer }) };
    case 'queue-show':
      return { kind: 'ok', value: showMessage(openQueue(), request.id) };
    case 'queue-meant':
      return { kind: 'ok', value: countMeant(openQueue(), request.verb, request.until) };
    case 'queue-groups': {
      const { query, by, limit } = request;
      return { kind: 'ok', value: groupQueue(openQueue(), query, { by, limit }) };
    }
    case 'lost':
      return { kind: 'ok', value: findLost(trace, openQueue(), request) };
    default:
      return request satisfies never;
  }
}

function search(trace: TraceReader, request: Extract<ReadRequest, { kind: 'search' }>): ReadAnswer<TracePage> {
  const parsed = parseTraceQuery(request.query, Date.now());
  if (parsed.kind === 'fault') return { kind: 'refused', fault: parsed.fault };
  return { kind: 'ok', value: trace.search(parsed.query, pageOf(request)) };
}

function searchRows(
  trace: TraceReader,
  request: Extract<ReadRequest, { kind: 'search-rows' }>,
): ReadAnswer<TraceRowPage> {
  const parsed = parseTraceQuery(request.query, request.now ?? Date.now());
  if (parsed.kind === 'fault') return { kind: 'refused', fault: parsed.fault };
  return { kind: 'ok', value: trace.rows(parsed.query, { ...pageOf(request), most: request.most }) };
}

function pageOf({ limit, before, sight = {} }: { limit: number; before?: string; sight?: TraceSight }): SearchedPage {
  const until = performance.now() + SEARCH_MS;
  return {
    limit: Math.max(1, Math.min(Math.trunc(limit), MOST_ENTRIES)),
    goOn: () => performance.now() < until,
    ...sight,
    ...(before !== undefined && { before }),
  };
}

function findLost(trace: TraceReader, queue: DatabaseSync, request: Extract<ReadRequest, { kind: 'lost' }>): LostPage {
  const { acceptedBefore, limit, after } = request;
  const { messages, next } = trace.open(acceptedBefore, after === undefined ? { limit } : { limit, after });
  const lost = messages.flatMap(({ id, open }) => {
    const missing = open - (showMessage(queue, id)?.recipients.length ?? 0);
    return missing > 0 ? [{ id, open: missing }] : [];
  });
  return next === undefined ? { lost, looked: messages.length } : { lost, looked: messages.length, next };
}
