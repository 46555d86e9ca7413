// All checks of a relay thread, one line each, in the order in which the trace lists them.

import type { Resolver } from '../../network/dns-answer.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Directory } from '../authorise/directory.ts';
import { createAuthenticationCheck } from './authentication/check.ts';
import { contentCheck, contentKey } from './checks/content.ts';
import { openScanners } from './checks/open-scanners.ts';
import type { Check } from './inspection.ts';
import { remembered, VerdictMemory } from './memory/verdict-memory.ts';
import { createDeaths } from './process/deaths.ts';
import { createInspectProcesses, type InspectProcesses } from './process/process-pool.ts';

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
  /** Contents that ended inspect processes, and how often. */
  deaths: readonly (readonly [string, number])[];
  /** Another one; main tells all threads, this one too. */
  died: (digest: string) => void;
}

export interface Checks {
  readonly list: readonly Check[];
  /** This content ended an inspect process of some thread. */
  died(digest: string): void;
  /** The thread ends: connections and processes of checks go with it. */
  close(): void;
}

/** Makes the checks of a thread. */
export function createChecks(options: ChecksOptions): Checks {
  const { clock, config, directory, resolver } = options;
  const scanners = openScanners({ ...options, facts: directory });
  const { authentication, node } = config;
  const deaths = createDeaths(options.deaths);
  const processes = openProcesses(options);
  const content = contentCheck({
    facts: directory,
    processes,
    always: () => isAlwaysTakenApart(config),
    deadlineMs: config.inspect.deadline,
    deaths,
    died: options.died,
    ...(scanners.scanBytes !== undefined && { scanBytes: scanners.scanBytes }),
  });
  const memory = () =>
    new VerdictMemory({ clock, keptMs: () => config.inspect.remember, most: () => config.inspect.remembered });
  return {
    list: [
      createAuthenticationCheck({ resolver, id: authentication.id ?? node.hostname, config: authentication }),
      remembered(content, memory(), contentKey(directory)),
      ...scanners.checks.map(({ check, key }) => remembered(check, memory(), key)),
    ],
    died: (digest) => void deaths.add(digest),
    close() {
      processes.close();
      scanners.close();
    },
  };
}

/**
 * Whether every message is taken apart; else those for which there are rules. A virus scanner alone sees a message as one
 * program would read it, and others read it in other ways.
 */
export function isAlwaysTakenApart({ inspect, clamd }: Pick<Config, 'inspect' | 'clamd'>): boolean {
  return inspect.enabled ?? clamd.length > 0;
}

function openProcesses({ clock, config, log }: ChecksOptions): InspectProcesses {
  const processes = createInspectProcesses({
    processes: config.inspect.processes,
    limits: () => ({ memory: config.inspect.memory, timeMs: config.inspect.time }),
    clock,
    log,
  });
  if (isAlwaysTakenApart(config)) processes.startAhead();
  return processes;
}
