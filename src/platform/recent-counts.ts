// What counters of all threads did lately: they only ever grow, so that a look now and then tells what was new in between.
// Kept in memory, in slots of five minutes over the last hour.

import type { Clock } from './clock.ts';

/** One counter, or one part of a histogram, with its labels. */
export interface RecentCount {
  name: string;
  labels: Readonly<Record<string, string>>;
  /** All of it, of all threads; of a gauge its value. */
  now: number;
  /** What was new in each slot, the oldest first. */
  slots: readonly number[];
}

export interface RecentHour {
  /** Begin of each slot, milliseconds since 1970; the last one is not over. */
  starts: readonly number[];
  counts: readonly RecentCount[];
}

export interface RecentCounts {
  /** The last hour as it is now; where a thread does not answer in time, as it was a minute ago. */
  read(): Promise<RecentHour>;
  close(): void;
}

export interface RecentCountsOptions {
  /** Snapshots of the metrics of all threads. */
  snapshots: () => Promise<readonly unknown[]>;
  /** Which metrics are kept, by name; of a histogram all of its parts. */
  names: readonly string[];
  clock: Pick<Clock, 'now'>;
  /** Default: every minute. */
  everyMs?: number;
}

export const SLOT_MS = 300_000;
export const SLOTS = 12;
const LOOK_MS = 60_000;

/** Begins to look. */
export function openRecentCounts(options: RecentCountsOptions): RecentCounts {
  return new Recent(options);
}

interface Kept {
  name: string;
  labels: Record<string, string>;
  now: number;
  /** By number of the slot since 1970. */
  slots: Map<number, number>;
}

class Recent implements RecentCounts {
  readonly #options: RecentCountsOptions;
  readonly #names: ReadonlySet<string>;
  readonly #kept = new Map<string, Kept>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  /** Threads that answered at most. */
  #threads = 0;

  constructor(options: RecentCountsOptions) {
    this.#options = options;
    this.#names = new Set(options.names);
    // What a thread that does not answer has counted comes with a later look.
    const look = () => void this.#look().catch(() => {});
    this.#timer = setInterval(look, options.everyMs ?? LOOK_MS).unref();
  }

  async read(): Promise<RecentHour> {
    await this.#look();
    const last = Math.floor(this.#options.clock.now() / SLOT_MS);
    const numbers = Array.from({ length: SLOTS }, (_, index) => last - SLOTS + 1 + index);
    return {
      starts: numbers.map((number) => number * SLOT_MS),
      counts: [...this.#kept.values()].map(({ name, labels, now, slots }) => ({
        name,
        labels,
        now,
        slots: numbers.map((number) => slots.get(number) ?? 0),
      })),
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const snapshots = await this.#options.snapshots();
    // What a thread has counted that is late would be taken for new at the next look.
    if (snapshots.length < this.#threads) return;
    this.#threads = snapshots.length;
    const sums = sumUp(snapshots, this.#names);
    const slot = Math.floor(this.#options.clock.now() / SLOT_MS);
    for (const [key, { name, labels, now }] of sums) {
      const kept = this.#kept.get(key) ?? { name, labels, now: 0, slots: new Map<number, number>() };
      // Less than before: a thread began anew, and what it counted since is lost for this once.
      kept.slots.set(slot, (kept.slots.get(slot) ?? 0) + Math.max(0, now - kept.now));
      kept.now = now;
      for (const old of kept.slots.keys()) if (old <= slot - SLOTS) kept.slots.delete(old);
      this.#kept.set(key, kept);
    }
  }
}

/** As the library writes a metric down. */
interface WrittenMetric {
  name: string;
  values: { value: number; labels: Record<string, string | number>; metricName?: string }[];
}

function sumUp(snapshots: readonly unknown[], names: ReadonlySet<string>): Map<string, Omit<Kept, 'slots'>> {
  const sums = new Map<string, Omit<Kept, 'slots'>>();
  for (const metric of snapshots.flat() as WrittenMetric[]) {
    if (!names.has(metric.name)) continue;
    for (const { value, labels: written, metricName: name = metric.name } of metric.values) {
      const labels = Object.fromEntries(Object.entries(written).map(([label, text]) => [label, String(text)]));
      const key = JSON.stringify([name, Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
      const sum = sums.get(key) ?? { name, labels, now: 0 };
      sum.now += value;
      sums.set(key, sum);
    }
  }
  return sums;
}

/** What was new in the last hour. */
export function lastHour({ slots }: Pick<RecentCount, 'slots'>): number {
  return slots.reduce((sum, count) => sum + count, 0);
}

/** The counters of this name whose labels are as given. */
export function countsOf(
  { counts }: RecentHour,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): RecentCount[] {
  const fits = (count: RecentCount) => Object.entries(labels).every(([label, value]) => count.labels[label] === value);
  return counts.filter((count) => count.name === name && fits(count));
}

/** Under how much (of its buckets) the share of what a histogram saw in the last hour lies; nothing where it saw none. */
export function quantileOf(hour: RecentHour, name: string, share: number): number | undefined {
  const buckets = countsOf(hour, `${name}_bucket`)
    .map((count) => ({
      under: count.labels['le'] === '+Inf' ? Infinity : Number(count.labels['le']),
      seen: lastHour(count),
    }))
    .sort((a, b) => a.under - b.under);
  const all = buckets.at(-1)?.seen ?? 0;
  if (all === 0) return undefined;
  const under = buckets.find(({ seen }) => seen >= share * all)?.under ?? Infinity;
  // Past the largest bucket nothing is known but that.
  return Number.isFinite(under) ? under : buckets.at(-2)?.under;
}
