// Main's side of the trace thread.

import type { MessagePort } from 'node:worker_threads';
import type { ErasedInDay, EraseStep } from './erase-in-day.ts';
import type { TraceControlAnswer, TraceControlMessage, TraceRequest, TraceTotals, Watched } from './trace.ts';
import type { TrafficChange } from './traffic/traffic.ts';

/** What the retention did. */
export interface RetentionResult {
  dropped: string[];
}

export interface TraceClient {
  /** Sums at `seq` of the queue's outbox exactly; waits until the trace has come that far. */
  totals(at?: { seq: number; source?: string }): Promise<TraceTotals>;
  /** Drops the days that ended before `since` (milliseconds since 1970). */
  retain(since: number): Promise<RetentionResult>;
  /** Takes addresses out of a day, a step at a time: main flushes first. */
  erase(day: string, step: EraseStep): Promise<ErasedInDay>;
  /** Puts `<day>.db.clean`, a copy of the day, in its place; false where the day is another one than was copied. */
  replace(day: string, fingerprint: string): Promise<boolean>;
  /** Writes and syncs what is waiting. */
  flush(): Promise<void>;
  /** From now on the events of these customers are noted in the feeds of their days. */
  watch(watched: Watched): void;
  /** From now on `heard` is told what each batch brings; without it nobody is. */
  tellTraffic(heard?: (changes: TrafficChange[]) => void): void;
  /** Metrics of the thread, as `Metrics.snapshot` gives them. */
  metrics(): Promise<unknown>;
  /** Refusals of a relay thread that was started anew. */
  attachRelay(port: MessagePort): void;
  /** The outbox of a store thread that was started anew; takes the place of the one before. */
  attachStore(port: MessagePort): void;
  /** Writes what is waiting, closes the files, ends the thread's ports. */
  close(): Promise<void>;
}

/**
 * Joins main to a trace thread over its control port. A request rejects when the thread refuses it or goes away;
 * `onSetAside` is told of each day that had to be put aside, `onFed` of days whose feed has grown.
 */
export function createTraceClient(
  control: MessagePort,
  onSetAside: (notice: { day: string; file: string; reason: string }) => void = () => {},
  onFed: (days: string[]) => void = () => {},
): TraceClient {
  let onTraffic: ((changes: TrafficChange[]) => void) | undefined;
  const tell = (message: TraceControlMessage, transfer: MessagePort[] = []) => control.postMessage([message], transfer);
  const questions = createQuestions((key, request) => tell({ op: 'request', key, request }));
  const ask = <T>(request: TraceRequest) => questions.ask(request) as Promise<T>;
  control.on('message', (answers: TraceControlAnswer[]) => {
    for (const answer of answers) {
      if (answer.op === 'set-aside') {
        onSetAside({ day: answer.day, file: answer.file, reason: answer.reason });
        continue;
      }
      if (answer.op === 'traffic') {
        onTraffic?.(answer.changes);
        continue;
      }
      if (answer.op === 'fed') {
        onFed(answer.days);
        continue;
      }
      questions.answered(answer);
    }
  });
  control.once('close', () => questions.end());
  return {
    totals: (at) => ask<TraceTotals>({ kind: 'totals', ...at }),
    retain: (since) => ask<RetentionResult>({ kind: 'retain', since }),
    erase: (day, step) => ask<ErasedInDay>({ kind: 'erase', day, step }),
    replace: (day, fingerprint) => ask<boolean>({ kind: 'replace', day, fingerprint }),
    flush: () => ask<void>({ kind: 'flush' }),
    watch: (watched) => tell({ op: 'watch', watched }),
    tellTraffic: (heard) => {
      onTraffic = heard;
      tell({ op: 'tell-traffic', on: heard !== undefined });
    },
    metrics: () => ask<unknown>({ kind: 'metrics' }),
    attachRelay: (port) => tell({ op: 'relay', port }, [port]),
    attachStore: (port) => tell({ op: 'store', port }, [port]),
    close: async () => {
      await ask<void>({ kind: 'close' });
      control.close();
    },
  };
}

type Answered = Extract<TraceControlAnswer, { key: number }>;

/** What was asked and not answered yet; all of it is refused once the thread is gone. */
function createQuestions(send: (key: number, request: TraceRequest) => void): {
  ask(request: TraceRequest): Promise<unknown>;
  answered(answer: Answered): void;
  end(): void;
} {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastKey = 0;
  let ended = false;
  return {
    ask: (request) =>
      new Promise<unknown>((resolve, reject) => {
        if (ended) {
          reject(new Error('the trace thread is gone'));
          return;
        }
        lastKey += 1;
        waiting.set(lastKey, { resolve, reject });
        send(lastKey, request);
      }),
    answered(answer) {
      const asked = waiting.get(answer.key);
      waiting.delete(answer.key);
      if (answer.ok) asked?.resolve(answer.value);
      else asked?.reject(new Error(answer.message));
    },
    end() {
      ended = true;
      for (const asked of waiting.values()) asked.reject(new Error('the trace thread is gone'));
      waiting.clear();
    },
  };
}
