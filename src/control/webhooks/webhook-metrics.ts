// What the thread of the webhooks counts.

import type { Metrics } from '../../platform/metrics.ts';

export interface WebhookMetrics {
  /** An attempt, by its word in the log. */
  attempted(result: string): void;
  /** Events that found no room. */
  dropped(events: number): void;
  waiting(events: number): void;
}

/** Makes the handles. */
export function createWebhookMetrics(metrics: Metrics): WebhookMetrics {
  const attempts = metrics.counter(
    'easymail_webhook_attempts_total',
    'Attempts to send an event to a webhook, by result (docs/webhooks.md). taken: a 2xx. Each endpoint is its owner’s ' +
      'affair; worry when taken falls to nothing while the others grow: then the fault is on this side.',
    ['result'],
  );
  const dropped = metrics.counter(
    'easymail_webhook_dropped_total',
    'Events that found no room in the backlog of a webhook; they can be replayed. Worry at steady growth.',
  );
  const waiting = metrics.gauge(
    'easymail_webhook_waiting',
    'Events that wait for webhooks. Worry near webhooks.backlog_total.',
  );
  return {
    attempted: (result) => attempts.add(1, { result }),
    dropped: (events) => dropped.add(events),
    waiting: (events) => waiting.set(events),
  };
}
