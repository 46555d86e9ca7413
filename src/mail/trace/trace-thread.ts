// The trace thread: takes the queue's outbox and the refusals of the relay threads, writes them to their days in
// batches, and tells the store thread what is synced. A batch that cannot be written stays; the outbox keeps it.

import { type MessagePort, workerData } from 'node:worker_threads';
import { type Channel, openChannel } from '../../platform/channel.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { createLog, type Log } from '../../platform/log.ts';
import { createMetrics, type Metrics } from '../../platform/metrics.ts';
import type { RejectedEvent } from '../report/events.ts';
import type {
  OutboxRow,
  OutboxSynced,
  TraceControlAnswer,
  TraceControlMessage,
  TraceRequest,
  TraceThreadOptions,
} from './trace.ts';
import { createTraceMetrics, type TraceMetrics } from './trace-metrics.ts';
import { openTraceWriter, type TraceWriter } from './trace-writer.ts';

/** Under load a batch is written when it holds this many events, else after a second. */
const BATCH = { ms: 1000, events: 8000 };

/** After a batch of fewer events the next waits less: syncs are few then, and people search for what they just sent. */
const QUIET = { ms: 250, events: 50 };

/** After a failed write: how long until it is tried again, milliseconds. */
const RETRY_MS = 1000;

/** Between two steps of counting days anew. */
const RECOUNT_PAUSE_MS = 20;

/** Refusals kept in memory while a write fails; more are counted and dropped. They have no promise behind them. */
const REFUSALS_WAITING = 20_000;

/** A running trace thread, for a caller in the same thread. */
export interface TraceThread {
  close(): Promise<void>;
}

/** What a test puts in the place of the thread's own. */
export interface TraceThreadTools {
  clock?: Clock;
  log?: Log;
}

interface Thread {
  writer: TraceWriter;
  log: Log;
  clock: Clock;
  metrics: Metrics;
  counts: TraceMetrics;
  batch: { ms: number; events: number };
  /** The last batch was a small one. */
  quiet: boolean;
  rows: OutboxRow[];
  refusals: RejectedEvent[];
  refusalsLost: number;
  waitingEvents: number;
  store: Channel<OutboxSynced, OutboxRow> | undefined;
  relays: Channel<never, RejectedEvent>[];
  waitingTotals: { request: Extract<TraceRequest, { kind: 'totals' }>; answer: (value: unknown) => void }[];
  timer: NodeJS.Timeout | undefined;
  recounting: NodeJS.Timeout | undefined;
  closed: boolean;
}

/** Starts the thread's work on the given ports: in a worker, or in a test without one. */
export function startTraceThread(options: TraceThreadOptions, tools: TraceThreadTools = {}): TraceThread {
  const log = tools.log ?? createLog({ level: options.logLevel, thread: 'trace' });
  const clock = tools.clock ?? systemClock;
  const metrics = createMetrics();
  const control = { post: (_answer: TraceControlAnswer) => {} };
  const writer = openTraceWriter({
    folder: options.folder,
    clock,
    log,
    onSetAside: (notice) => control.post({ op: 'set-aside', ...notice }),
    onFed: (days) => control.post({ op: 'fed', days }),
    onTraffic: (changes) => control.post({ op: 'traffic', changes }),
  });
  if (options.watched !== undefined) writer.watch(options.watched);
  const thread: Thread = {
    writer,
    log,
    clock,
    metrics,
    counts: createTraceMetrics(metrics),
    batch: options.batch ?? BATCH,
    quiet: true,
    rows: [],
    refusals: [],
    refusalsLost: 0,
    waitingEvents: 0,
    store: undefined,
    relays: [],
    waitingTotals: [],
    timer: undefined,
    recounting: undefined,
    closed: false,
  };
  serveControl(thread, options.control, control);
  if (options.store !== undefined) attachStore(thread, options.store);
  for (const port of options.relays) attachRelay(thread, port);
  recountSoon(thread);
  return { close: () => Promise.resolve(close(thread)) };
}

function serveControl(
  thread: Thread,
  port: MessagePort,
  control: { post: (answer: TraceControlAnswer) => void },
): void {
  const channel = openChannel<TraceControlAnswer, TraceControlMessage>(port, (messages) => {
    for (const message of messages) {
      if (message.op === 'relay') attachRelay(thread, message.port);
      else if (message.op === 'store') attachStore(thread, message.port);
      else if (message.op === 'watch') thread.writer.watch(message.watched);
      else if (message.op === 'tell-traffic') thread.writer.tellTraffic(message.on);
      else answerRequest(thread, channel, message);
    }
  });
  control.post = (answer) => channel.send(answer);
}

function attachStore(thread: Thread, port: MessagePort): void {
  thread.store?.close();
  // What the old store thread had handed over and is not written yet comes again from the new one.
  thread.rows = [];
  thread.waitingEvents = 0;
  thread.store = openChannel<OutboxSynced, OutboxRow>(port, (rows) => takeRows(thread, rows));
}

function takeRows(thread: Thread, rows: OutboxRow[]): void {
  for (const row of rows) {
    thread.rows.push(row);
    thread.waitingEvents += countLines(row.events);
  }
  schedule(thread);
}

function attachRelay(thread: Thread, port: MessagePort): void {
  const channel = openChannel<never, RejectedEvent>(port, (events) => {
    const room = REFUSALS_WAITING - thread.refusals.length;
    for (let i = 0; i < events.length && i < room; i++) thread.refusals.push(events[i] as RejectedEvent);
    if (events.length > room) thread.refusalsLost += events.length - Math.max(room, 0);
    schedule(thread);
  });
  thread.relays.push(channel);
}

function schedule(thread: Thread): void {
  if (thread.closed) return;
  if (thread.waitingEvents >= thread.batch.events) {
    clearTimeout(thread.timer);
    thread.timer = undefined;
    write(thread);
  } else {
    thread.timer ??= setTimeout(
      () => write(thread),
      thread.quiet ? Math.min(QUIET.ms, thread.batch.ms) : thread.batch.ms,
    );
  }
}

function write(thread: Thread): void {
  thread.timer = undefined;
  if (thread.rows.length === 0 && thread.refusals.length === 0) return;
  const began = thread.clock.monotonic();
  try {
    const result = thread.writer.write(thread.rows, thread.refusals);
    thread.quiet = result.events + result.refusals < QUIET.events;
    thread.counts.batchWritten(result, thread.clock.monotonic() - began);
    if (thread.refusalsLost > 0) thread.log.warn('refusals not traced', { count: thread.refusalsLost });
  } catch (err) {
    thread.counts.writeFailed();
    thread.log.error('trace not written', { err, rows: thread.rows.length });
    thread.timer = setTimeout(() => write(thread), RETRY_MS);
    return;
  }
  tellSynced(thread);
  // A file that could not be read was begun anew with this batch.
  if (thread.recounting === undefined) recountSoon(thread);
  thread.rows = [];
  thread.refusals = [];
  thread.refusalsLost = 0;
  thread.waitingEvents = 0;
  answerTotals(thread);
}

/** Counts of the traffic that are not there are made from the days, between the batches. */
function recountSoon(thread: Thread): void {
  if (thread.closed || !thread.writer.recounting) return;
  thread.recounting = setTimeout(() => {
    thread.recounting = undefined;
    thread.writer.recount();
    recountSoon(thread);
  }, RECOUNT_PAUSE_MS);
}

function tellSynced(thread: Thread): void {
  const last = new Map<string | undefined, number>();
  for (const row of thread.rows) last.set(row.source, Math.max(row.seq, last.get(row.source) ?? 0));
  for (const [source, synced] of last) {
    thread.store?.send(source === undefined ? { synced } : { synced, source });
  }
}

function answerRequest(
  thread: Thread,
  channel: Channel<TraceControlAnswer, TraceControlMessage>,
  message: Extract<TraceControlMessage, { op: 'request' }>,
): void {
  const answer = (value: unknown) => channel.send({ op: 'answer', key: message.key, ok: true, value });
  const refuse = (err: unknown) => {
    thread.log.error('trace request failed', { err, request: message.request.kind });
    channel.send({ op: 'answer', key: message.key, ok: false, message: `${message.request.kind} failed` });
  };
  try {
    const { request } = message;
    switch (request.kind) {
      case 'totals':
        thread.waitingTotals.push({ request, answer });
        answerTotals(thread);
        return;
      case 'retain':
        answer({ dropped: thread.writer.dropBefore(request.since) });
        return;
      case 'erase':
        answer(thread.writer.erase(request.day, request.step));
        return;
      case 'replace':
        answer(thread.writer.replace(request.day, request.fingerprint));
        return;
      case 'flush':
        write(thread);
        answer(undefined);
        return;
      case 'metrics':
        thread.metrics.snapshot().then(answer, refuse);
        return;
      case 'close':
        close(thread);
        answer(undefined);
        channel.flush();
        setImmediate(() => channel.close());
        return;
      default:
        request satisfies never;
    }
  } catch (err) {
    refuse(err);
  }
}

function answerTotals(thread: Thread): void {
  thread.waitingTotals = thread.waitingTotals.filter(({ request, answer }) => {
    const totals = thread.writer.totalsAt(request.seq, request.source);
    if (totals !== undefined) answer(totals);
    return totals === undefined;
  });
}

function close(thread: Thread): void {
  if (thread.closed) return;
  clearTimeout(thread.timer);
  write(thread);
  clearTimeout(thread.timer);
  clearTimeout(thread.recounting);
  thread.closed = true;
  thread.store?.flush();
  thread.store?.close();
  for (const relay of thread.relays) relay.close();
  thread.writer.close();
  thread.log.flush();
}

function countLines(text: string): number {
  if (text === '') return 0;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

const given = workerData as TraceThreadOptions | null;
if (given?.role === 'trace') startTraceThread(given);
