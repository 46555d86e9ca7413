// What delivery counts.

import type { CounterHandle, GaugeHandle, HistogramHandle, Metrics } from '../../platform/metrics.ts';

export interface DeliverMetrics {
  connections: CounterHandle<'result'>;
  open: GaugeHandle<never>;
  waiting: GaugeHandle<never>;
  seconds: HistogramHandle;
}

/** Makes the metrics of delivery; call it once a thread. */
export function deliverMetrics(metrics: Metrics): DeliverMetrics {
  return {
    connections: metrics.counter(
      'easymail_delivery_connections_total',
      'Connections to receivers: `open`, `open_tls`, `reused`, `failed` (no host took us), `crowded` (refused while others stand: there are too many for the site). Worry when `failed` is not rare.',
      ['result'],
    ),
    open: metrics.gauge(
      'easymail_delivery_connections',
      'Connections to receivers now, idle ones too. Worry when it stays at its highest while the queue grows.',
    ),
    waiting: metrics.gauge(
      'easymail_delivery_waiting',
      'Messages waiting for a free connection to their site. Worry when it only grows.',
    ),
    seconds: metrics.histogram(
      'easymail_delivery_seconds',
      'Time of an attempt from its begin to its outcome. Worry when most take longer than a few seconds.',
      [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300, 1200],
    ),
  };
}
