// The API, health and metrics, joined to what they ask.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isWithin } from '../control/access/client-network.ts';
import type { RelayStatus } from '../control/api/context.ts';
import type { TlsFiles } from '../control/api/listeners.ts';
import { openPortalFiles } from '../control/api/portal-files.ts';
import { startApi } from '../control/api/server.ts';
import type { Control } from '../control/control.ts';
import { type ExplainParts, explain } from '../control/explain/explain.ts';
import type { SandboxDesk } from '../control/sandbox/sandbox-desk.ts';
import type { Services } from '../control/services.ts';
import type { ConfigSource } from '../control/settings/settings-in-force.ts';
import { lockedSender } from '../mail/identities/senders.ts';
import type { QueueId } from '../mail/message.ts';
import { createReturns } from '../mail/returns.ts';
import { ownHosts } from '../mail/route/own-hosts.ts';
import { routeRecipient } from '../mail/route/route-recipient.ts';
import { chooseAddresses } from '../mail/route/sending-address.ts';
import type { Reader } from '../mail/trace/reader.ts';
import { openTraceReader } from '../mail/trace/trace-reader.ts';
import { createResolver } from '../network/resolver.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';
import { inTime } from '../platform/in-time.ts';
import type { Log } from '../platform/log.ts';
import { exposeMetrics, type Metrics } from '../platform/metrics.ts';
import { openFirewall } from './firewall.ts';
import { createProcessMetrics } from './process-metrics.ts';
import type { Threads } from './threads.ts';

/** Where `npm run portal` puts what it builds. */
const PORTAL = resolve(import.meta.dirname, '../../portal/dist');
/** A thread that is slower is left out. */
const METRICS_MS = 2000;

export interface HttpOptions {
  config: Config;
  control: Control;
  threads: Threads;
  reader: Reader;
  services: Services;
  metrics: Metrics;
  log: Log;
  /** Absent where there is a configuration. */
  sandbox?: SandboxDesk;
  settings: () => ConfigSource;
  /** Key of return paths of ours. */
  returnKey: Uint8Array;
  status: () => RelayStatus;
  drain: () => void;
}

/** The API's listeners while they run. */
export interface Http {
  /** Reads the certificate again, from these files. Throws where it cannot be used; the old one stays. */
  reloadCertificate(http: Config['http']): void;
  close(): Promise<void>;
}

/** Starts the API's socket and the HTTP listener. Rejects where one cannot be opened. */
export async function startHttp(options: HttpOptions): Promise<Http> {
  const { config, control, threads, reader, log, sandbox, settings, status } = options;
  warnOfPlainHttp(config.http, log);
  const parts = explainParts(options);
  const tls = readCertificate(config.http);
  const { version, hostname } = status();
  const lookAtProcess = createProcessMetrics(options.metrics, { version, hostname });
  const api = await startApi({
    socketPath: join(config.node.data_dir, 'api.sock'),
    http: config.http,
    clock: systemClock,
    log,
    ...(tls !== undefined && { tls }),
    context: {
      control,
      reader,
      store: () => threads.store,
      explain: (question) => explain(parts, question),
      sendingAddresses: (...question) => parts.addresses(...question),
      firewall: openFirewall(config, () => settings().read.delivery, control),
      services: options.services,
      drain: options.drain,
      status,
      settings,
      ...(sandbox !== undefined && { sandbox }),
    },
    ready: () => notReady(options),
    portal: openPortalFiles(PORTAL, config.http.url),
    metrics: () => allMetrics(options, lookAtProcess),
  });
  return {
    reloadCertificate(http) {
      const files = readCertificate(http);
      if (files !== undefined) api.replaceCertificate(files);
    },
    close: () => api.close(),
  };
}

function readCertificate({ certificate }: Config['http']): TlsFiles | undefined {
  if (certificate === undefined) return undefined;
  return { cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) };
}

/** Passwords, keys and sessions of people elsewhere would go over the network for all to read. */
function warnOfPlainHttp({ address, url, certificate, trusted_proxies }: Config['http'], log: Log): void {
  if (isLoopback(address.host)) return;
  if (!url.startsWith('https:')) {
    log.warn('http.url is not https: keys and sessions can be read on their way; see docs/api.md', { url });
  } else if (certificate === undefined && trusted_proxies.length === 0) {
    log.warn('http.url is https, but the listener has no certificate and knows no proxy in front; see docs/api.md');
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || isWithin(host, ['127.0.0.0/8', '::1/128']);
}

function explainParts(options: HttpOptions): ExplainParts {
  const { config, control, returnKey, settings } = options;
  const { directory } = control;
  const resolver = createResolver({
    servers: config.dns.servers,
    trustAd: config.dns.trust_ad,
    timeoutMs: config.dns.timeout,
    clock: systemClock,
  });
  const trace = openTraceReader(join(config.node.data_dir, 'trace'));
  const accepted = (id: QueueId) => trace.accepted(id);
  const { node, listener } = config;
  const own = ownHosts({ config: () => ({ ...settings().read, node, listener }), directory, resolver });
  return {
    directory,
    // Anew for each question: what is asked does not count as mail against the rates.
    own: () => createReturns({ config, directory, key: returnKey, now: systemClock.now, accepted }).own,
    listeners: config.listener,
    closed: () => closedFor(options),
    ended: () => ({ hostname: config.node.hostname, termination: settings().read.termination }),
    route: (domain) => {
      const { route: routes, delivery } = settings().read;
      return routeRecipient(domain, { directory, resolver, routes, delivery, own });
    },
    limited: (message) => lockedSender(directory, message, systemClock.now),
    addresses: (request) => chooseAddresses({ ...request, hostname: config.node.hostname }, directory),
  };
}

async function allMetrics({ threads, services, metrics }: HttpOptions, look: () => void): Promise<string> {
  look();
  const webhooks = inTime(services.webhooks.metrics(), METRICS_MS);
  const snapshots = [...(await threads.metrics()), await metrics.snapshot(), await webhooks];
  return exposeMetrics(snapshots.filter((snapshot) => snapshot !== undefined));
}

/** As the relay threads have it. A store thread that does not answer is being started again: mail waits for it at its end. */
async function closedFor({ status, threads }: HttpOptions): Promise<'draining' | 'disk' | undefined> {
  if (status().state === 'draining') return 'draining';
  const health = await threads.store.health().catch(() => undefined);
  return health?.full === true ? 'disk' : undefined;
}

async function notReady({ status, threads }: HttpOptions): Promise<string[]> {
  const { state } = status();
  if (state !== 'ready') return [`the relay is ${state}`];
  const health = await threads.store.health().catch(() => undefined);
  if (health === undefined) return ['the store thread does not answer'];
  return health.full ? ['disk space is short: new mail gets 452'] : [];
}
