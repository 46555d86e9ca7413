// Joins the front of a relay thread (accept/front) to what it asks: whose address it is, which lists have it, and main.

import { createResolver } from '../network/resolver.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { openConnectionRates } from './accept/front/connection-rates.ts';
import { type Dnsbl, openDnsbl } from './accept/front/dnsbl.ts';
import type { FrontOptions } from './accept/front/front.ts';
import type { Directory } from './authorise/directory.ts';
import type { Hosts } from './authorise/greylist/hosts.ts';
import type { FromRelay, RelayThreadData } from './relay-messages.ts';

export interface FrontParts {
  data: Pick<RelayThreadData, 'threads' | 'rates'>;
  config: Config;
  directory: Directory;
  hosts: Hosts;
  control: { send(message: FromRelay): void };
  log: Log;
  metrics: Metrics;
}

/** What the front is made of. */
export function frontOf(parts: FrontParts, dnsbl: Dnsbl): FrontOptions {
  const { config, control, data, directory, hosts } = parts;
  return {
    standing(ip) {
      if (directory.network(ip) !== undefined) return 'registered';
      return hosts.isKnown(ip) ? 'known' : 'stranger';
    },
    rates: openConnectionRates(data.rates),
    settings: () => config.strangers,
    threads: data.threads,
    fileFrom: config.queue.inline_body,
    dnsbl,
    load: (cause) => control.send({ op: 'load', ...(cause !== undefined && { cause }) }),
  };
}

/** DNS blocklists, which are tested from now on. */
export function openBlocklists({ config, control, data, log, metrics }: FrontParts): Dnsbl {
  const { dns, dnsbl } = config;
  const resolver = (cacheEntries?: number) =>
    createResolver({
      servers: dns.servers,
      trustAd: dns.trust_ad,
      timeoutMs: dns.timeout,
      clock: systemClock,
      ...(cacheEntries !== undefined && { cacheEntries }),
    });
  return openDnsbl({
    lists: dnsbl,
    threads: data.threads,
    resolver: resolver(),
    freshResolver: () => resolver(1),
    log,
    metrics,
    state: (zone, fault) => control.send({ op: 'dnsbl', zone, ...(fault !== undefined && { fault }) }),
  });
}
