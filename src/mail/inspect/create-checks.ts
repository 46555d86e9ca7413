// All checks of a relay thread, one line each, in the order in which the trace lists them.

import { isDeepStrictEqual } from 'node:util';
import type { Resolver } from '../../network/dns-answer.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Directory } from '../authorise/directory.ts';
import { createAuthenticationCheck } from './authentication/check.ts';
import { contentCheck, contentKey } from './checks/content.ts';
import { createScannerCounts, openScanners, type ScannerCounts } from './checks/open-scanners.ts';
import { sendersCheck } from './checks/senders.ts';
import { limitsWith } from './content/limits.ts';
import type { Check, Inspected } from './inspection.ts';
import { createInspectionMetrics, type InspectionMetrics } from './inspection-metrics.ts';
import { type MemoryKey, remembered, VerdictMemory } from './memory/verdict-memory.ts';
import { createDeaths, type Deaths } from './process/deaths.ts';
import { createInspectProcesses, type InspectProcesses } from './process/process-pool.ts';
import { isOwnAddress, operatorDomains } from './rules/own-address.ts';

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
  /** Contents that ended inspect processes or connections of scanners, and how often. */
  deaths: readonly (readonly [string, number])[];
  /** Another one; main tells all threads, this one too. */
  died: (digest: string) => void;
  /** Inspect processes do not start: so many tries have failed. */
  notStarted: (failures: number) => void;
  /** They do again. */
  startedAgain: () => void;
}

export interface Checks {
  /** As they are now. */
  readonly list: readonly Check[];
  /** The configuration was replaced in place: scanners that changed are in force for the next message. */
  reloaded(): void;
  /** This content ended an inspect process, or a scanner's connection, of some thread. */
  died(digest: string): void;
  /** Counts what was found. */
  inspected(inspected: Inspected, ms: number): void;
  /** The thread ends: connections and processes of checks go with it. */
  close(): void;
}

/** What the checks of a thread share, whichever scanners there are. */
interface Shared {
  options: ChecksOptions;
  deaths: Deaths;
  counted: InspectionMetrics;
  scans: ScannerCounts;
  processes: InspectProcesses;
}

/** Connections of scanners that are no longer named are kept for so long: what is being scanned ends there. */
const LONGEST_SCAN_MS = 120_000;

/** Makes the checks of a thread. */
export function createChecks(options: ChecksOptions): Checks {
  const { config, directory, resolver } = options;
  const counted = createInspectionMetrics(options.metrics);
  const shared: Shared = {
    options,
    counted,
    deaths: createDeaths(options.deaths),
    scans: createScannerCounts(options.log, options.metrics),
    processes: openProcesses(options, counted),
  };
  const { authentication, node } = config;
  const first = [
    sendersCheck(directory),
    createAuthenticationCheck({ resolver, hostname: node.hostname, config: authentication, threads: options.threads }),
  ];
  let opened = openContentChecks(shared);
  let list = [...first, ...opened.checks];
  if (options.thread === 0) sayWhatIsOn(options);
  return {
    get list() {
      return list;
    },
    reloaded() {
      if (isDeepStrictEqual(opened.scanners, scannersOf(config))) return;
      const before = opened;
      setTimeout(() => before.close(), LONGEST_SCAN_MS).unref();
      opened = openContentChecks(shared);
      list = [...first, ...opened.checks];
      if (isAlwaysTakenApart(config)) shared.processes.startAhead();
    },
    died: (digest) => void shared.deaths.add(digest),
    inspected: counted.inspected,
    close() {
      shared.processes.close();
      opened.close();
    },
  };
}

interface ContentChecks {
  /** What they were opened with. */
  scanners: Pick<Config, 'clamd' | 'rspamd'>;
  checks: readonly Check[];
  close(): void;
}

/** A copy: the configuration is replaced in place. */
function scannersOf({ clamd, rspamd }: Config): Pick<Config, 'clamd' | 'rspamd'> {
  return structuredClone({ clamd, rspamd });
}

/** The checks that look at the content, with the scanners that are configured now. */
function openContentChecks({ options, counted, deaths, processes, scans }: Shared): ContentChecks {
  const { clock, config, died, directory } = options;
  const named = scannersOf(config);
  const scanners = openScanners({ config: named, facts: directory, counted: scans, deaths, died });
  const content = contentCheck({
    facts: directory,
    processes,
    always: () => isAlwaysTakenApart(config),
    deadlineMs: () => config.inspect.deadline,
    limits: limitsWith(named.clamd),
    isOwnAddress: (customer, address) =>
      isOwnAddress({ directory, customer, operator: operatorDomains(config.operator) }, address),
    deaths,
    died,
    ...(scanners.scanBytes !== undefined && { scanBytes: scanners.scanBytes }),
  });
  const keepInMind = (check: Check, key: MemoryKey): Check => {
    const limits = { keptMs: () => config.inspect.remember, most: () => config.inspect.remembered };
    const memory = new VerdictMemory({ clock, ...limits, asked: (found) => counted.remembered(check.name, found) });
    return remembered(check, memory, key);
  };
  return {
    scanners: named,
    checks: [
      keepInMind(content, contentKey(directory, scanners.signatures)),
      ...scanners.checks.map(({ check, key }) => keepInMind(check, key)),
    ],
    close: () => scanners.close(),
  };
}

/**
 * Whether every message is taken apart; else those for which there are rules. A virus scanner alone sees a message as one
 * program would read it, and others read it in other ways.
 */
export function isAlwaysTakenApart({ inspect, clamd }: Pick<Config, 'inspect' | 'clamd'>): boolean {
  return inspect.enabled ?? clamd.length > 0;
}

/** Who runs a relay without scanners is to know that nobody looks for viruses and spam. */
function sayWhatIsOn({ config, log }: ChecksOptions): void {
  const { clamd, rspamd } = config;
  if (clamd.length === 0) log.warn('no virus scanner is configured: mail is not scanned for viruses');
  if (rspamd.length === 0) log.warn('no spam scanner is configured: mail is not rated');
}

function openProcesses(
  { clock, config, log, notStarted, startedAgain }: ChecksOptions,
  { processDied }: InspectionMetrics,
): InspectProcesses {
  const processes = createInspectProcesses({
    processes: config.inspect.processes,
    limits: () => ({ memory: config.inspect.memory, timeMs: config.inspect.time }),
    clock,
    log,
    notStarted,
    startedAgain,
    died(why) {
      log.warn('an inspect process ended over a message', { why });
      processDied(why);
    },
  });
  if (isAlwaysTakenApart(config)) processes.startAhead();
  return processes;
}
