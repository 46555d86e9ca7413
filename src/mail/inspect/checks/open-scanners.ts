// The scanners of a relay thread, as the configuration names them, with what is counted and logged of them.

import { createVirusScanner } from '../../../network/clamd/virus-scanner.ts';
import { createSpamScanner } from '../../../network/rspamd/spam-scanner.ts';
import { clamdOf, rspamdOf } from '../../../network/scanner-config.ts';
import type { ScannerNews } from '../../../network/scanner-health.ts';
import type { Config } from '../../../platform/config/schema.ts';
import type { Log } from '../../../platform/log.ts';
import type { Metrics } from '../../../platform/metrics.ts';
import type { Check, InspectedMessage } from '../inspection.ts';
import type { MemoryKey } from '../memory/verdict-memory.ts';
import type { Deaths } from '../process/deaths.ts';
import type { ProtectionFacts } from '../protection.ts';
import type { CheckResult } from '../verdict.ts';
import { createChokedOn } from './choked-on.ts';
import { SPAM, spamCheck, spamKey } from './spam.ts';
import { scanBytes, VIRUS, type VirusCheckOptions, virusCheck, virusKey } from './virus.ts';

export interface ScannersOptions {
  config: Pick<Config, 'clamd' | 'rspamd'>;
  facts: ProtectionFacts;
  counted: ScannerCounts;
  deaths: Deaths;
  /** A scanner broke off over this content, or took too long: counted here, and by the other threads. */
  died: (digest: string) => void;
}

export interface Scanners {
  /** One a kind of scanner that is configured, with what two messages must have in common to share its result. */
  checks: readonly { check: Check; key: MemoryKey }[];
  /** Gives octets to the virus scanner; absent where there is none. */
  scanBytes?: (message: InspectedMessage, bytes: Uint8Array) => Promise<CheckResult>;
  /** Names the signatures that the virus scanner has now; empty where there is none. */
  signatures: () => string;
  close(): void;
}

interface Opened {
  check: Check;
  key: MemoryKey;
  close(): void;
}

/** What is counted and logged of scanners, whichever they are. */
export interface ScannerCounts {
  answered: (
    scanner: ScannerNews['scanner'],
    answer: { address: string | undefined; result: string },
    ms: number,
  ) => void;
  news: (news: ScannerNews) => void;
}

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** Opens what is configured. */
export function openScanners(options: ScannersOptions): Scanners {
  const { config } = options;
  const virus = config.clamd.length === 0 ? undefined : openVirus(options);
  const spam = config.rspamd.length === 0 ? undefined : openSpam(options);
  const checks = [virus, spam].filter((one) => one !== undefined);
  return {
    checks,
    signatures: virus?.signatures ?? (() => ''),
    ...(virus !== undefined && { scanBytes: virus.scanBytes }),
    close() {
      for (const check of checks) check.close();
    },
  };
}

/** Made once a thread: scanners may be replaced. */
export function createScannerCounts(log: Log, metrics: Metrics): ScannerCounts {
  const scans = metrics.counter(
    'easymail_scans_total',
    'Contents given to a scanner (`clamd`, `rspamd`), by its address (empty: none was asked) and result. Worry about `unavailable`: such mail has to come again, or is held.',
    ['scanner', 'address', 'result'],
  );
  const took = metrics.counter(
    'easymail_scan_seconds_total',
    'Seconds that these scans took, by scanner and address.',
    ['scanner', 'address'],
  );
  const seconds = {
    clamd: metrics.histogram(
      'easymail_clamd_seconds',
      'Time until the virus scanner answered, from the end of data. Worry past some seconds: senders wait for so long.',
      SECONDS,
    ),
    rspamd: metrics.histogram(
      'easymail_rspamd_seconds',
      'Time until the spam scanner answered, from the end of data. Worry near the timeout of [[rspamd]].',
      SECONDS,
    ),
  };
  return {
    answered(scanner, { address = '', result }, ms) {
      scans.add(1, { scanner, address, result });
      took.add(ms / 1000, { scanner, address });
      seconds[scanner].observe(ms / 1000);
    },
    news: ({ scanner, address, state, detail }) => {
      if (state === 'up') log.info('scanner answers', { scanner, address });
      else log.warn('scanner does not answer', { scanner, address, detail });
    },
  };
}

function openVirus({
  config,
  counted: { answered, news },
  deaths,
  died,
}: ScannersOptions): Opened & Required<Pick<Scanners, 'scanBytes' | 'signatures'>> {
  const scanner = createVirusScanner({ scanners: config.clamd.map(clamdOf), news });
  const options: VirusCheckOptions = {
    scanner,
    answered: ({ kind, scanner: address }, ms) => answered('clamd', { address, result: kind }, ms),
    chokedOn: createChokedOn({ check: VIRUS, deaths, died, states: () => scanner.states() }),
  };
  return {
    check: virusCheck(options),
    key: virusKey(scanner),
    signatures: () => scanner.signatures(),
    scanBytes: (message, bytes) => scanBytes(options, message, bytes),
    close: () => scanner.close(),
  };
}

function openSpam({ config, facts, counted: { answered, news }, deaths, died }: ScannersOptions): Opened {
  const scanner = createSpamScanner({ scanners: config.rspamd.map(rspamdOf), news });
  const check = spamCheck({
    scanner,
    facts,
    chokedOn: createChokedOn({ check: SPAM, deaths, died, states: () => scanner.states() }),
    answered: (answer, ms) => {
      const result = answer.kind === 'scored' ? answer.action : 'unavailable';
      answered('rspamd', { address: answer.scanner, result }, ms);
    },
  });
  return { check, key: spamKey(facts), close: () => scanner.close() };
}
