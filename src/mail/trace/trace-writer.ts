// Moves rows of the outbox and refusals to the files of their days. Given twice, a row counts once; given until
// `write` returns, none is lost. A day that cannot be read is put aside and begun anew, so the mail never waits for it.

import { mkdirSync } from 'node:fs';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { timeOfId } from '../queue/queue-id.ts';
import type { RejectedEvent } from '../report/events.ts';
import { dayFingerprint } from './copy-day.ts';
import {
  boundsOfDay,
  dayOf,
  isCorruption,
  listDays,
  openDay,
  removeDay,
  removeSetAside,
  replaceDay,
  setDayAside,
} from './day-file.ts';
import {
  addChange,
  createDayWriter,
  type DayBatchResult,
  type DaySums,
  type DayWriter,
  type PlacedEvent,
} from './day-writer.ts';
import type { ErasedInDay, EraseStep } from './erase-in-day.ts';
import type { CountChange } from './message-state.ts';
import { readEvent } from './read-event.ts';
import type { OutboxRow, TraceTotals, Watched } from './trace.ts';
import type { BatchResult } from './trace-metrics.ts';
import { openTraceSums, type TraceSums } from './trace-sums.ts';
import type { TrafficChange } from './traffic/traffic.ts';
import { openTraffic, type TrafficStore } from './traffic/traffic-store.ts';

/** Days held open for writing: today, and those whose mail still waits. */
const OPEN_DAYS = 8;
/** The name of the queue where a row names none. */
const ONLY_SOURCE = '';

export interface TraceWriterOptions {
  folder: string;
  clock: Clock;
  log: Log;
  /** A day could not be read; `file` is where it lies now. */
  onSetAside: (notice: { day: string; file: string; reason: string }) => void;
  /** Told, after they are synced, which days have new rows in their feed. */
  onFed?: (days: string[]) => void;
  /** Told what each batch brought, once `tellTraffic` was asked for it. */
  onTraffic?: (changes: TrafficChange[]) => void;
}

export interface TraceWriter {
  /** Writes and syncs. Throws if that failed; what was written before stays, and giving all again is right. */
  write(rows: readonly OutboxRow[], refusals: readonly RejectedEvent[]): BatchResult;
  /** From now on the events of these customers are noted in the feeds. Nobody's until it is said. */
  watch(watched: Watched): void;
  /** Drops days that ended (and were begun) before `since`, and files of such days that were put aside; answers their names. */
  dropBefore(since: number): string[];
  /** Takes addresses out of a day; nothing is found where there is no such day. */
  erase(day: string, step: EraseStep): ErasedInDay;
  /** Puts a clean copy in the place of a day; false (and the copy is removed) where it is a copy of another state. */
  replace(day: string, fingerprint: string): boolean;
  /** See `TraceRequest`. Nothing where the trace has not come as far as `seq`. */
  totalsAt(seq?: number, source?: string): TraceTotals | undefined;
  /** Tells what each batch brings, from now on or no longer. */
  tellTraffic(on: boolean): void;
  /** Days are being counted anew: call `recount` until it says no. */
  readonly recounting: boolean;
  /** Counts days anew, for some milliseconds. */
  recount(): void;
  close(): void;
}

interface DayWork {
  events: PlacedEvent[];
  unreadable: { seq: number; text: string }[];
}

/** Opens the trace for writing; there is one writer of a folder. */
export function openTraceWriter(options: TraceWriterOptions): TraceWriter {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  return new Writer(options, openTraceSums(options.folder, options.log));
}

class Writer implements TraceWriter {
  readonly #options: TraceWriterOptions;
  readonly #sums: TraceSums;
  /** What rows have changed that are not counted yet: where one day was written and the next failed, they come again. */
  readonly #uncounted = new Map<string, CountChange>();
  /** Least recently used first. */
  readonly #open = new Map<string, DayWriter>();
  #watched: 'all' | ReadonlySet<string> = new Set();
  readonly #traffic: TrafficStore;
  /** How far each queue's outbox is in the days. */
  readonly #applied = new Map<string, number>();

  constructor(options: TraceWriterOptions, sums: TraceSums) {
    this.#options = options;
    this.#sums = sums;
    this.#readSums();
    const { folder, log, clock } = options;
    this.#traffic = openTraffic({ folder, log, now: clock.now, applied: () => this.#applied });
  }

  /** Once, at the start: what each day counts. */
  #readSums(): void {
    const days: DaySums[] = [];
    for (const day of listDays(this.#options.folder)) {
      const writer = this.#openOrRenew(day);
      for (const [source, seq] of writer.applied) this.#reached(source, seq);
      if (this.#sums.isGone(writer.sums.name)) this.#remove(day);
      else days.push({ ...writer.sums });
    }
    this.#sums.begin(days);
  }

  #reached(source: string, seq: number): void {
    this.#applied.set(source, Math.max(seq, this.#applied.get(source) ?? 0));
  }

  get recounting(): boolean {
    return this.#traffic.recounting;
  }

  recount(): void {
    this.#traffic.recount();
  }

  tellTraffic(on: boolean): void {
    this.#traffic.tell(on);
  }

  write(rows: readonly OutboxRow[], refusals: readonly RejectedEvent[]): BatchResult {
    const now = this.#options.clock.now();
    const result: BatchResult = { events: 0, repeated: 0, refusals: refusals.length, unreadable: 0, days: 0, lagMs: 0 };
    const work = new Map<string, DayWork>();
    let oldest = now;
    for (const row of rows) oldest = Math.min(oldest, this.#place(row, work, now));
    for (const event of refusals) {
      const placed = { event, text: JSON.stringify(event), source: ONLY_SOURCE };
      workOf(work, dayOf(event.at)).events.push(placed);
    }
    const fed: string[] = [];
    for (const [day, one] of work) {
      const written = this.#writeDay(day, one);
      if (written.fed === true) fed.push(day);
      result.events += written.events;
      result.repeated += written.repeated;
      result.unreadable += one.unreadable.length;
      for (const { source, seq, change } of written.changes) addChange(changeOf(this.#uncounted, source, seq), change);
    }
    result.days = work.size;
    result.lagMs = now - oldest;
    this.#count(rows, [...work.keys()]);
    for (const [day, { events }] of work) this.#traffic.count(day, events);
    const changes = this.#traffic.write();
    if (changes.length > 0) this.#options.onTraffic?.(changes);
    if (fed.length > 0) this.#options.onFed?.(fed);
    return result;
  }

  watch(watched: Watched): void {
    this.#watched = watched === 'all' ? watched : new Set(watched);
  }

  dropBefore(since: number): string[] {
    const dropped: string[] = [];
    for (const day of listDays(this.#options.folder)) {
      if (boundsOfDay(day).end >= since) break;
      const writer = this.#openOrRenew(day);
      // A day that was dropped and then heard of again keeps those events for the whole retention.
      if (boundsOfDay(dayOf(writer.begun)).end >= since) continue;
      this.#sums.gone(day, writer);
      this.#remove(day);
      dropped.push(day);
      this.#options.log.info('trace day dropped', { day });
    }
    this.#traffic.dropBefore(since);
    for (const file of removeSetAside(this.#options.folder, since)) {
      dropped.push(file);
      this.#options.log.info('trace day that was put aside dropped', { file });
    }
    return dropped;
  }

  erase(day: string, step: EraseStep): ErasedInDay {
    if (!listDays(this.#options.folder).includes(day)) return { changed: 0, open: [], watched: [] };
    return this.#openOrRenew(day).erase(step);
  }

  replace(day: string, fingerprint: string): boolean {
    const { folder } = this.#options;
    this.#open.get(day)?.close();
    this.#open.delete(day);
    return replaceDay(folder, day, dayFingerprint(folder, day) === fingerprint);
  }

  totalsAt(seq?: number, source = ONLY_SOURCE): TraceTotals | undefined {
    return this.#sums.at(seq, source);
  }

  close(): void {
    for (const writer of this.#open.values()) writer.close();
    this.#open.clear();
    this.#traffic.close();
    this.#sums.close();
  }

  /** Puts the events of a row to their days; answers the time of the oldest. */
  #place(row: OutboxRow, work: Map<string, DayWork>, now: number): number {
    let oldest = now;
    if (row.events === '') return oldest;
    for (const text of row.events.split('\n')) {
      const event = readEvent(text);
      if (event === undefined) {
        workOf(work, dayOf(now)).unreadable.push({ seq: row.seq, text });
        this.#options.log.error('event not readable', { seq: row.seq });
        continue;
      }
      const placed = { event, text, seq: row.seq, source: row.source ?? ONLY_SOURCE };
      workOf(work, dayOf(event.type === 'message.rejected' ? event.at : timeOfId(event.id))).events.push(placed);
      if (event.at < oldest) oldest = event.at;
    }
    return oldest;
  }

  #writeDay(day: string, work: DayWork): DayBatchResult {
    const { unreadable } = work;
    let events = this.#notCountedGone(day, work.events);
    const repeated = work.events.length - events.length;
    if (events.length + unreadable.length === 0) return { events: 0, repeated, changes: [] };
    let result: DayBatchResult;
    try {
      result = this.#openOrRenew(day).write(events, unreadable);
    } catch (err) {
      if (!isCorruption(err)) throw err;
      this.#setAside(day, err);
      events = this.#notCountedGone(day, events);
      result = this.#openOrRenew(day).write(events, unreadable);
    }
    return { ...result, repeated: result.repeated + repeated };
  }

  /** A file that is gone knew some of these; it was dropped, or put aside, before the outbox heard that it had them. */
  #notCountedGone(day: string, events: PlacedEvent[]): PlacedEvent[] {
    return events.filter(({ seq, source }) => seq === undefined || seq > this.#sums.countedGone(day, source));
  }

  #count(rows: readonly OutboxRow[], days: string[]): void {
    for (const row of rows) {
      const source = row.source ?? ONLY_SOURCE;
      this.#reached(source, row.seq);
      const key = `${row.seq} ${source}`;
      this.#sums.applied(source, row.seq, this.#uncounted.get(key) ?? NO_CHANGE);
      this.#uncounted.delete(key);
    }
    const known = days.flatMap((day) => {
      const writer = this.#open.get(day);
      return writer === undefined ? [] : [{ day, writer }];
    });
    this.#sums.keep(known);
  }

  #openOrRenew(day: string): DayWriter {
    const open = this.#open.get(day);
    if (open !== undefined) {
      this.#open.delete(day);
      this.#open.set(day, open);
      return open;
    }
    let writer: DayWriter;
    try {
      writer = this.#openFile(day);
    } catch (err) {
      if (!isCorruption(err)) throw err;
      this.#setAside(day, err);
      writer = this.#openFile(day);
    }
    this.#open.set(day, writer);
    this.#closeLeastUsed();
    return writer;
  }

  #openFile(day: string): DayWriter {
    const db = openDay(this.#options.folder, day, this.#options.clock.now());
    try {
      return createDayWriter(db, (customer) =>
        this.#watched === 'all' ? true : customer !== undefined && this.#watched.has(customer),
      );
    } catch (err) {
      db.close();
      throw err;
    }
  }

  #closeLeastUsed(): void {
    for (const [day, writer] of this.#open) {
      if (this.#open.size <= OPEN_DAYS) return;
      writer.close();
      this.#open.delete(day);
    }
  }

  #setAside(day: string, err: unknown): void {
    const open = this.#open.get(day);
    this.#open.delete(day);
    try {
      open?.close();
    } catch (closing) {
      this.#options.log.warn('damaged trace day not closed', { day, err: closing });
    }
    const file = setDayAside(this.#options.folder, day, this.#options.clock.now());
    this.#sums.gone(day);
    this.#options.log.error('trace day put aside', { day, file, err });
    this.#options.onSetAside({ day, file, reason: err instanceof Error ? err.message : String(err) });
  }

  #remove(day: string): void {
    this.#open.get(day)?.close();
    this.#open.delete(day);
    removeDay(this.#options.folder, day);
  }
}

const NO_CHANGE: CountChange = { accepted: 0, final: 0, duplicates: 0 };

function workOf(work: Map<string, DayWork>, day: string): DayWork {
  let found = work.get(day);
  if (found === undefined) {
    found = { events: [], unreadable: [] };
    work.set(day, found);
  }
  return found;
}

function changeOf(changes: Map<string, CountChange>, source: string, seq: number): CountChange {
  const key = `${seq} ${source}`;
  let found = changes.get(key);
  if (found === undefined) {
    found = { accepted: 0, final: 0, duplicates: 0 };
    changes.set(key, found);
  }
  return found;
}
