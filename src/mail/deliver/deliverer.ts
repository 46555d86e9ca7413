// Hands messages to receivers: one deliverer a relay thread.
//
// - A job waits for a connection to its site: an idle one, or room for a new one.
// - A new one goes to the first host that takes us in; where none does, the destination is closed, and jobs that wait
//   for the same come back untouched.
// - Before that, a site that has enough connections is waited for, and one that does not want this address of ours is
//   tried from another one of the customer's.
// - The recipients go over it in transactions; each gets its outcome and the conversation that led to it.

import { createSecureContext, rootCertificates } from 'node:tls';
import { ConnectionPool } from '../../network/connection-pool.ts';
import { Deadlines } from '../../network/deadlines.ts';
import { HostMemory } from '../../network/host-memory.ts';
import type { SmtpTimeouts } from '../../network/smtp-session.ts';
import { TlsSessions } from '../../network/tls-sessions.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Outcome } from '../message.ts';
import { type DestinationNews, shareOfConnections, type Work } from '../queue/queue.ts';
import type { RoutedHosts } from '../route/route.ts';
import type { SendingAddresses } from '../route/sending-address.ts';
import { AddressRefusals } from './address-refusals.ts';
import type { ContentSource } from './content.ts';
import { type DeliverMetrics, deliverMetrics } from './metrics.ts';
import { createNews } from './news.ts';
import { type MailHostNews, type ReachContext, type Reached, type ReachResult, reach } from './reach.ts';
import { SevenBit } from './seven-bit.ts';
import type { Signer } from './sign.ts';
import { Trouble } from './trouble.ts';
import { destinationsOf, Ways } from './ways.ts';

export interface DelivererOptions {
  /** Looked at anew for each use: a reload changes it in place. */
  delivery: Config['delivery'];
  /** Position of this relay thread, and how many there are: for its share of the connections. */
  thread: number;
  threads: number;
  /** Secret of the loop mark. */
  loopSecret: Uint8Array;
  /** Key of return paths of ours, and of the stamp that shows a forward. */
  returnKey: Uint8Array;
  signer: Signer;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** Called when something was learned about a destination; `closed` comes before the outcome of the job. */
  news: (news: DestinationNews) => void;
  /** Called when a customer's mail host is found down again, and when it is back. */
  mailHost: (news: MailHostNews) => void;
  /** PEM of further authorities for routes with `verify`; the system's are always trusted. */
  ca?: readonly string[];
}

export interface DeliveryJob {
  work: Work;
  route: RoutedHosts;
  addresses: SendingAddresses;
  /** Further addresses that the message may leave from, in order, for a site that does not want those. */
  otherAddresses?: () => SendingAddresses[];
  /** Asked once a connection stands, so that a dead destination costs no reading. */
  content: ContentSource;
}

export interface Deliverer {
  /** Outcomes in the order of `job.work.recipients`. Never rejects: what is unexpected defers. */
  deliver(job: DeliveryJob): Promise<Outcome[]>;
  /** A connection for a question instead of a message; the caller ends it. Never rejects. */
  open(route: RoutedHosts, addresses: SendingAddresses, timeouts: SmtpTimeouts): Promise<ReachResult>;
  /** What was told about destinations is told anew: for a store thread that has just started. */
  forgetNews(): void;
  /**
   * Jobs whose content was not sent yet come back untouched, the others wait for their answer, then connections are
   * closed with QUIT.
   */
  close(): Promise<void>;
}

/** What a job works with. */
export interface DeliverContext extends ReachContext {
  delivery: Config['delivery'];
  loopSecret: Uint8Array;
  returnKey: Uint8Array;
  signer: Signer;
  clock: Clock;
  log: Log;
  counted: DeliverMetrics;
  trouble: Trouble;
  sevenBit: SevenBit;
  refusals: AddressRefusals;
}

const GAUGES_MS = 5000;

/** Makes the deliverer of a relay thread. */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const { delivery } = options;
  const context = deliverContext(options);
  const pool = new ConnectionPool<Reached>(
    {
      get idleTimeoutMs() {
        return delivery.idle_timeout;
      },
      get messagesPerConnection() {
        return delivery.messages_per_connection;
      },
    },
    options.clock,
  );
  const news = createNews(options.news, options.clock);
  const gauges = setInterval(() => {
    const { connections, waiting } = pool.counts();
    context.counted.open.set(connections);
    context.counted.waiting.set(waiting);
  }, GAUGES_MS);
  gauges.unref();

  const ways = new Ways(pool, news, context);

  async function deliver(job: DeliveryJob): Promise<Outcome[]> {
    const { route, work } = job;
    const slots = shareOfConnections(route.site, route.connections, options.thread, options.threads);
    if (slots > 0) return ways.deliver(job, slots);
    // The store learns the site by it, and gives the work to a thread that has a share.
    for (const name of destinationsOf(job)) news.open(name, route);
    return work.recipients.map(() => ({ kind: 'untouched' }));
  }

  return {
    deliver,
    open: (route, addresses, timeouts) => reach(route, addresses, { ...context, timeouts }),
    forgetNews: () => news.forget(),
    close: async () => {
      clearInterval(gauges);
      context.deadlines.stopAll();
      await pool.close();
    },
  };
}

function deliverContext(options: DelivererOptions): DeliverContext {
  const { delivery, clock } = options;
  const authorities = options.ca === undefined ? {} : { ca: [...rootCertificates, ...options.ca] };
  return {
    delivery,
    loopSecret: options.loopSecret,
    returnKey: options.returnKey,
    signer: options.signer,
    clock,
    log: options.log,
    counted: deliverMetrics(options.metrics),
    trouble: new Trouble(),
    sevenBit: new SevenBit(),
    refusals: new AddressRefusals(clock),
    tlsSessions: new TlsSessions(),
    mailHost: options.mailHost,
    hosts: new HostMemory(clock),
    deadlines: new Deadlines(clock),
    timeouts: {
      get connectMs() {
        return delivery.connect_timeout;
      },
      get commandMs() {
        return delivery.command_timeout;
      },
      get dotMs() {
        return delivery.dot_timeout;
      },
      get contentMs() {
        return delivery.content_timeout;
      },
    },
    // Made once: reading the authorities takes milliseconds.
    tlsContext: createSecureContext({ minVersion: 'TLSv1.2', ...authorities }),
  };
}
