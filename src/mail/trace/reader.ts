// Main's side of the read threads: lists and searches for people, with deadlines. node:sqlite cannot be interrupted, so
// a thread that is still busy at the deadline is terminated and another takes its place. The queue's lane is apart from
// the trace's: a heavy search delays no `queue list`.

import { Worker } from 'node:worker_threads';
import type { Log } from '../../platform/log.ts';
import type { QueueId } from '../message.ts';
import type { QueueEntry, QueueQuery } from '../queue/queue.ts';
import type { LostMessage, ReadAnswer, ReadRequest, ReadThreadOptions } from './read-messages.ts';
import type { TraceMessage, TracePage } from './trace.ts';

/** Time for one question, waiting included, where the caller names none. */
const DEADLINE_MS = 10_000;

export interface ReaderOptions {
  /** Folder of the trace's days. */
  traceFolder: string;
  /** The queue's file. */
  queueFile: string;
  log: Log;
}

/** A page of the queue. `next` is the `after` of the page that follows. */
export interface QueuePage {
  entries: QueueEntry[];
  next?: string;
}

export interface Reader {
  /** Messages and refusals that match (docs: `trace-query.ts`), newest first. */
  search(query: string, page: { limit: number; before?: string }, deadlineMs?: number): Promise<ReadAnswer<TracePage>>;
  /** All events of one message; `undefined` where the trace does not know it. */
  traceShow(id: QueueId, deadlineMs?: number): Promise<ReadAnswer<TraceMessage | undefined>>;
  queueList(
    query: QueueQuery,
    page: { limit: number; after?: string },
    deadlineMs?: number,
  ): Promise<ReadAnswer<QueuePage>>;
  /** One message of the queue with its recipients; `undefined` where the queue does not have it. */
  queueShow(id: QueueId, deadlineMs?: number): Promise<ReadAnswer<unknown>>;
  /** For the reconciler: see `ReadRequest`. */
  lost(acceptedBefore: number, limit: number, deadlineMs?: number): Promise<ReadAnswer<LostMessage[]>>;
  close(): Promise<void>;
}

interface Question {
  request: ReadRequest;
  answer: (answer: ReadAnswer<unknown>) => void;
  timer: NodeJS.Timeout;
}

interface Lane {
  ask<T>(request: ReadRequest, deadlineMs: number): Promise<ReadAnswer<T>>;
  close(): Promise<void>;
}

/** Starts the read threads at their first question. */
export function createReader(options: ReaderOptions): Reader {
  const trace = createLane(options);
  const queue = createLane(options);
  return {
    search: (query, page, deadlineMs = DEADLINE_MS) => trace.ask({ kind: 'search', query, ...page }, deadlineMs),
    traceShow: (id, deadlineMs = DEADLINE_MS) => trace.ask({ kind: 'trace-show', id }, deadlineMs),
    queueList: (query, page, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-list', query, ...page }, deadlineMs),
    queueShow: (id, deadlineMs = DEADLINE_MS) => queue.ask({ kind: 'queue-show', id }, deadlineMs),
    lost: (acceptedBefore, limit, deadlineMs = DEADLINE_MS) =>
      trace.ask({ kind: 'lost', acceptedBefore, limit }, deadlineMs),
    close: async () => {
      await Promise.all([trace.close(), queue.close()]);
    },
  };
}

/** One thread, one question at a time; the others wait here, so that a terminated thread takes only its own along. */
function createLane(options: ReaderOptions): Lane {
  const waiting: Question[] = [];
  let asked: Question | undefined;
  let worker: Worker | undefined;
  let closed = false;

  const settle = (question: Question, answer: ReadAnswer<unknown>) => {
    clearTimeout(question.timer);
    if (asked === question) asked = undefined;
    else waiting.splice(waiting.indexOf(question), 1);
    question.answer(answer);
    askNext();
  };
  const dropWorker = () => {
    const old = worker;
    worker = undefined;
    old?.removeAllListeners();
    // An error that comes from a thread on its way out has no one to tell.
    old?.on('error', () => {});
    return old?.terminate() ?? Promise.resolve(0);
  };
  const fail = (message: string) => {
    options.log.error('read thread failed', { reason: message, request: asked?.request.kind });
    void dropWorker();
    if (asked !== undefined) settle(asked, { kind: 'failed', message: 'the search failed; the log knows why' });
  };
  const start = () => {
    const given: ReadThreadOptions = { role: 'read', traceFolder: options.traceFolder, queueFile: options.queueFile };
    const started = new Worker(new URL('./read-thread.ts', import.meta.url), { workerData: given });
    started.unref();
    started.on('message', (answer: ReadAnswer<unknown>) => {
      if (asked !== undefined) settle(asked, answer);
    });
    started.on('error', (err) => fail(err instanceof Error ? (err.stack ?? err.message) : String(err)));
    started.on('exit', (code) => fail(`ended with ${code}`));
    return started;
  };
  const askNext = () => {
    if (asked !== undefined || closed) return;
    asked = waiting.shift();
    if (asked === undefined) return;
    worker ??= start();
    worker.postMessage(asked.request);
  };
  const deadline = (question: Question) => {
    if (question === asked) {
      options.log.warn('read thread ended at the deadline of its question', { request: question.request.kind });
      void dropWorker();
    }
    settle(question, { kind: 'deadline' });
  };
  return {
    ask: <T>(request: ReadRequest, deadlineMs: number) =>
      new Promise<ReadAnswer<T>>((resolve) => {
        if (closed) {
          resolve({ kind: 'failed', message: 'the relay is stopping' });
          return;
        }
        const question: Question = {
          request,
          answer: (answer) => resolve(answer as ReadAnswer<T>),
          timer: setTimeout(() => deadline(question), deadlineMs),
        };
        waiting.push(question);
        askNext();
      }),
    close: async () => {
      closed = true;
      await dropWorker();
      for (const question of [...(asked === undefined ? [] : [asked]), ...waiting]) {
        settle(question, { kind: 'failed', message: 'the relay is stopping' });
      }
    },
  };
}
