import type { CounterHandle, GaugeHandle, HistogramHandle, Metrics } from '../../platform/metrics.ts';
import { createMetrics } from '../../platform/metrics.ts';

/** What the store thread counts. */
export interface QueueMetrics {
  commits: CounterHandle<never>;
  commitSeconds: HistogramHandle;
  groupSize: HistogramHandle;
  enqueued: CounterHandle<'result'>;
  settled: CounterHandle<never>;
  claimed: CounterHandle<'how'>;
  recipients: GaugeHandle<'status'>;
  eventsPending: GaugeHandle<never>;
  freeOctets: GaugeHandle<never>;
  faults: CounterHandle<'kind'>;
}

/** Makes the metrics of the queue. */
export function queueMetrics(metrics: Metrics = createMetrics()): QueueMetrics {
  return {
    commits: metrics.counter('easymail_queue_commits_total', 'Transactions of the queue, each with one sync.'),
    commitSeconds: metrics.histogram(
      'easymail_queue_commit_seconds',
      'Time of one transaction with its sync. Worry when the upper tenth passes 0.1: the disk holds up every 250.',
      [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    ),
    groupSize: metrics.histogram(
      'easymail_queue_commit_requests',
      'Requests served by one transaction: grows with load and with slow disks.',
      [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    ),
    enqueued: metrics.counter(
      'easymail_queue_enqueues_total',
      'Messages asked to be kept. `full`: refused with 452 for lack of space; `failed`: 451, the log says why: worry.',
      ['result'],
    ),
    settled: metrics.counter('easymail_queue_settlements_total', 'Outcomes written.'),
    claimed: metrics.counter(
      'easymail_queue_claims_total',
      'Messages given to relay threads. `fresh`: left with the thread that took it in; `work`: read back from disk.',
      ['how'],
    ),
    recipients: metrics.gauge(
      'easymail_queue_recipients',
      'Recipients in the queue. Worry when `queued` grows and does not come back.',
      ['status'],
    ),
    eventsPending: metrics.gauge(
      'easymail_queue_events_pending',
      'Events the trace has not taken. Worry when it grows for minutes.',
    ),
    freeOctets: metrics.gauge(
      'easymail_queue_disk_free_bytes',
      'Free space on the disk of the queue. Below queue.low_water new mail gets 452.',
    ),
    faults: metrics.counter(
      'easymail_queue_faults_total',
      'Transactions undone. `full`: no space; `failed`: see the log, worry at any; `broken` ends the process.',
      ['kind'],
    ),
  };
}
