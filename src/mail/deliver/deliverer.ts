// Hands messages to receivers: one deliverer a relay thread.

import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Outcome } from '../message.ts';
import type { DestinationNews, Work } from '../queue/queue.ts';
import type { RoutedHosts } from '../route/route.ts';
import type { SendingAddresses } from '../route/sending-address.ts';
import type { ContentSource } from './content.ts';

export interface DelivererOptions {
  delivery: Config['delivery'];
  /** Position of this relay thread, and how many there are: for its share of the connections. */
  thread: number;
  threads: number;
  /** Secret of the loop mark. */
  loopSecret: Uint8Array;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Called when something was learned about a destination; `closed` comes before the outcome of the job. */
  news: (news: DestinationNews) => void;
  /** PEM of further authorities for routes with `verify`; the system's are always trusted. */
  ca?: readonly string[];
}

export interface DeliveryJob {
  work: Work;
  route: RoutedHosts;
  addresses: SendingAddresses;
  /** Asked once a connection stands, so that a dead destination costs no reading. */
  content: ContentSource;
}

export interface Deliverer {
  /** Outcomes in the order of `job.work.recipients`. Never rejects: what is unexpected defers. */
  deliver(job: DeliveryJob): Promise<Outcome[]>;
  /** Jobs that wait for a connection come back untouched, running ones end, then connections are closed with QUIT. */
  close(): Promise<void>;
}

/** Makes the deliverer of a relay thread. */
export function createDeliverer(_options: DelivererOptions): Deliverer {
  return {
    deliver: async (job) =>
      job.work.recipients.map(() => ({
        kind: 'deferred',
        cause: { from: 'us', cause: 'internal' },
        scope: 'destination',
      })),
    close: async () => {},
  };
}
