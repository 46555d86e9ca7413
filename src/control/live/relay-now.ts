// How the relay is from second to second: asked of its threads while somebody looks on, never by whoever waits.

import { busyShares, type ThreadLoad } from '../../platform/thread-load.ts';
import type { ServiceParts } from '../services.ts';
import type { RelayNow } from './frame.ts';

export type RelayNowParts = Pick<ServiceParts, 'store' | 'threadLoads' | 'threadMetrics' | 'activeAlarms' | 'alarms'>;

export interface RelayWatch {
  /** As it was found last, with what was new since this was asked before; nothing before the first look has ended. */
  now(): RelayNow | undefined;
  /** Begins a look, unless one is on its way. */
  look(): void;
}

/** As the library writes a metric down. */
interface WrittenMetric {
  name: string;
  values: { value: number; labels: Record<string, string | number> }[];
}

interface ScanSums {
  scanner: string;
  address: string;
  scans: number;
  unavailable: number;
  seconds: number;
}

/** Nothing is asked before the first `look`. */
export function watchRelay(parts: RelayNowParts): RelayWatch {
  let store: Pick<RelayNow, 'disk' | 'events_pending' | 'fresh_age_ms'> | undefined;
  let loads: ThreadLoad[] = [...parts.threadLoads()];
  let threads: RelayNow['threads'] = [];
  let scans: ScanSums[] | undefined;
  let scanners: RelayNow['scanners'] = [];
  let sessions = 0;
  let looking = false;

  const askStore = async () => {
    const { free, full, eventsPending, freshAgeMs } = await parts.store().health();
    store = { disk: { free, full }, events_pending: eventsPending, fresh_age_ms: freshAgeMs };
  };
  const askMetrics = async () => {
    const metrics = (await parts.threadMetrics()).flat() as WrittenMetric[];
    const sums = scansOf(metrics);
    scanners = addScans(scanners, sums, scans ?? sums);
    scans = sums;
    sessions = sumOf(metrics, 'easymail_smtp_sessions_open');
  };
  const ask = async () => {
    // A thread that is being started again answers next time.
    await Promise.allSettled([askStore(), askMetrics()]);
    looking = false;
  };
  return {
    look() {
      if (looking) return;
      looking = true;
      const next = [...parts.threadLoads()];
      threads = busyShares(loads, next);
      loads = next;
      void ask();
    },
    now() {
      if (store === undefined) return undefined;
      const now = {
        ...store,
        threads,
        scanners,
        sessions,
        reconciler: reconcilerState(parts),
        alarms: parts.activeAlarms().length,
      };
      scanners = scanners.map((one) => ({ ...one, scans: 0, unavailable: 0, mean_ms: null }));
      return now;
    },
  };
}

/** Whether every recipient is accounted for, as the last look found it. */
export function reconcilerState({ alarms }: Pick<ServiceParts, 'alarms'>): RelayNow['reconciler'] {
  const { last } = alarms();
  if (last === undefined) return 'unknown';
  if (last.reconciler.faults.length > 0) return 'fault';
  return last.reconciler.unknown.length > 0 ? 'unknown' : 'even';
}

function scansOf(metrics: readonly WrittenMetric[]): ScanSums[] {
  const sums = new Map<string, ScanSums>();
  const of = (labels: Record<string, string | number>) => {
    const [scanner, address] = [String(labels['scanner']), String(labels['address'] ?? '')];
    const known = sums.get(`${scanner} ${address}`) ?? { scanner, address, scans: 0, unavailable: 0, seconds: 0 };
    sums.set(`${scanner} ${address}`, known);
    return known;
  };
  for (const { name, values } of metrics) {
    for (const { value, labels } of values) {
      if (name === 'easymail_scan_seconds_total') of(labels).seconds += value;
      if (name !== 'easymail_scans_total') continue;
      of(labels).scans += value;
      if (labels['result'] === 'unavailable') of(labels).unavailable += value;
    }
  }
  return [...sums.values()];
}

/** What was new since the look before; a thread that began anew counts from nothing. */
function addScans(told: RelayNow['scanners'], now: ScanSums[], before: ScanSums[]): RelayNow['scanners'] {
  return now.map((sum) => {
    const same = ({ scanner, address }: { scanner: string; address: string }) =>
      scanner === sum.scanner && address === sum.address;
    const last = before.find(same);
    const waiting = told.find(same);
    const more = Math.max(0, sum.scans - (last?.scans ?? 0));
    const seconds = Math.max(0, sum.seconds - (last?.seconds ?? 0));
    return {
      scanner: sum.scanner,
      address: sum.address,
      scans: (waiting?.scans ?? 0) + more,
      unavailable: (waiting?.unavailable ?? 0) + Math.max(0, sum.unavailable - (last?.unavailable ?? 0)),
      mean_ms: more > 0 ? Math.round((seconds * 10_000) / more) / 10 : (waiting?.mean_ms ?? null),
    };
  });
}

function sumOf(metrics: readonly WrittenMetric[], name: string): number {
  const values = metrics.filter((metric) => metric.name === name).flatMap((metric) => metric.values);
  return values.reduce((sum, { value }) => sum + value, 0);
}
