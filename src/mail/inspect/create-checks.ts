// All checks of a relay thread, one line each, in the order in which the trace lists them.

import type { Resolver } from '../../network/dns-answer.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Directory } from '../authorise/directory.ts';
import { createAuthenticationCheck } from './authentication/check.ts';
import type { Check } from './inspection.ts';

/** What checks are made of. */
export interface ChecksOptions {
  /** Sections are replaced in place when the configuration is reloaded. */
  config: Config;
  /** Number of this relay thread, from 0, and how many there are. */
  thread: number;
  threads: number;
  directory: Directory;
  resolver: Resolver;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

export interface Checks {
  readonly list: readonly Check[];
  /** The thread ends: connections and processes of checks go with it. */
  close(): void;
}

/** Makes the checks of a thread. */
export function createChecks({ config, resolver }: ChecksOptions): Checks {
  const { authentication, node } = config;
  return {
    list: [createAuthenticationCheck({ resolver, id: authentication.id ?? node.hostname, config: authentication })],
    close() {},
  };
}
