// Metrics of the trace thread.

import type { Metrics } from '../../platform/metrics.ts';

/** What one batch did. */
export interface BatchResult {
  events: number;
  /** Events of rows that had been written before (a restart in between). */
  repeated: number;
  refusals: number;
  /** Events that no reader of ours understood; they are kept as text. */
  unreadable: number;
  days: number;
  /** Age of the oldest event at the time of writing, milliseconds. */
  lagMs: number;
}

export interface TraceMetrics {
  batchWritten(result: BatchResult, ms: number): void;
  writeFailed(): void;
}

/** Makes the trace thread's metrics. */
export function createTraceMetrics(metrics: Metrics): TraceMetrics {
  const events = metrics.counter(
    'easymail_trace_events_total',
    'Events written to the trace. Worry when mail moves and this stands still.',
  );
  const refusals = metrics.counter('easymail_trace_refusals_total', 'Refusals written to the trace one by one.');
  const failures = metrics.counter(
    'easymail_trace_write_failures_total',
    'Batches that could not be written; they are tried again. Worry at any steady growth: see docs/runbooks/trace.md.',
  );
  const duration = metrics.histogram(
    'easymail_trace_batch_seconds',
    'Time to write and sync one batch. Worry when most take longer than a second: the disk is too slow.',
    [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  const lag = metrics.gauge(
    'easymail_trace_lag_seconds',
    'Age of the oldest event in the last batch. Normal is under 2; worry above 60: searches miss recent mail.',
  );
  return {
    batchWritten(result, ms) {
      events.add(result.events);
      refusals.add(result.refusals);
      duration.observe(ms / 1000);
      lag.set(result.lagMs / 1000);
    },
    writeFailed: () => failures.add(1),
  };
}
