// Recipients accepted and final over all days, those included that are gone: what the reconciler compares with the
// queue. The sums of a day live in its file; here lies a copy, for the time when that file can no longer be read.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../../platform/log.ts';
import { isCorruption, openForWriting } from './day-file.ts';
import { addChange, type DaySums, type DayWriter } from './day-writer.ts';
import type { CountChange } from './message-state.ts';
import type { TraceTotals } from './trace.ts';

const SCHEMA = readFileSync(new URL('../../../migrations/trace/0001-sums.sql', import.meta.url), 'utf8');
const FILE = 'sums.db';
/** Places of the outbox at which the sums are remembered: some minutes of commits under full load. */
const REMEMBERED = 20_000;

/** A day with what is counted in it. */
export interface KeptDay {
  day: string;
  writer: Pick<DayWriter, 'sums' | 'applied'>;
}

interface Place {
  source: string;
  totals: TraceTotals;
}

export interface TraceSums {
  /** Once, at the start: the days that are there. What is gone is added to them. */
  begin(days: readonly DaySums[]): void;
  /** Whether this file was counted as gone already: a stop came between the note and the removal. */
  isGone(name: string): boolean;
  /** A row of the outbox is applied, with what it changed. */
  applied(source: string, seq: number, change: CountChange): void;
  /** Keeps the copy of days that a batch has changed. */
  keep(days: KeptDay[]): void;
  /** A day goes; its sums stay, and how far it had come. Without `writer`, the copy counts. */
  gone(day: string, writer?: KeptDay['writer']): void;
  /** Rows of the outbox up to this one are counted with a file of this day that is gone. */
  countedGone(day: string, source: string): number;
  /** The sums at this place of the outbox; nothing where the trace has not come that far. */
  at(seq: number | undefined, source: string): TraceTotals | undefined;
  close(): void;
}

/** Opens the sums beside the days. A file that cannot be read is begun anew: only what is gone is forgotten with it. */
export function openTraceSums(folder: string, log: Log): TraceSums {
  const db = openOrRenew(join(folder, FILE), log);
  // A copy that is a little old does no harm, so it is not worth a sync.
  db.exec('PRAGMA synchronous = NORMAL');
  const now: CountChange = { accepted: 0, final: 0, duplicates: 0 };
  const places: Place[] = [];
  const last = new Map<string, number>();
  const goneDays = readGoneDays(db);
  const keepOne = prepareKeep(db);
  const isGone = db.prepare('SELECT 1 FROM gone WHERE name = ?');
  return {
    begin(days) {
      for (const row of db.prepare('SELECT accepted, final, duplicates FROM gone').all()) addChange(now, changeOf(row));
      for (const sums of days) addChange(now, sums);
    },
    isGone: (name) => isGone.get(name) !== undefined,
    applied(source, seq, change) {
      addChange(now, change);
      last.set(source, seq);
      places.push({ source, totals: { seq, ...now } });
      if (places.length > 2 * REMEMBERED) places.splice(0, REMEMBERED);
    },
    keep(days) {
      db.exec('BEGIN');
      for (const one of days) keepOne(one);
      db.exec('COMMIT');
    },
    gone(day, writer) {
      if (writer !== undefined) keepOne({ day, writer });
      addGoneDays(goneDays, db.prepare('SELECT day, applied FROM known WHERE day = ?').all(day));
      db.exec('PRAGMA synchronous = FULL; BEGIN');
      db.prepare('INSERT OR IGNORE INTO gone SELECT * FROM known WHERE day = ?').run(day);
      db.prepare('DELETE FROM known WHERE day = ?').run(day);
      db.exec('COMMIT; PRAGMA synchronous = NORMAL');
    },
    countedGone: (day, source) => goneDays.get(day)?.get(source) ?? 0,
    at(seq, source) {
      const reached = last.get(source) ?? 0;
      if (seq === undefined || (reached === 0 && seq === 0)) return { seq: reached, ...now };
      if (reached < seq) return undefined;
      const place = places.findLast((one) => one.source === source && one.totals.seq <= seq);
      return place?.totals ?? { seq: reached, ...now };
    },
    close: () => db.close(),
  };
}

function prepareKeep(db: DatabaseSync): (kept: KeptDay) => void {
  const keep = db.prepare(`INSERT INTO known (name, day, accepted, final, duplicates, applied) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET accepted = excluded.accepted, final = excluded.final,
    duplicates = excluded.duplicates, applied = excluded.applied`);
  return ({ day, writer: { sums, applied } }) => {
    const seqs = JSON.stringify(Object.fromEntries(applied));
    keep.run(sums.name, day, sums.accepted, sums.final, sums.duplicates, seqs);
  };
}

type GoneDays = Map<string, Map<string, number>>;

function readGoneDays(db: DatabaseSync): GoneDays {
  const days: GoneDays = new Map();
  addGoneDays(days, db.prepare('SELECT day, applied FROM gone').all());
  return days;
}

function addGoneDays(days: GoneDays, rows: Record<string, unknown>[]): void {
  for (const row of rows) {
    const day = String(row['day']);
    const seqs = days.get(day) ?? new Map<string, number>();
    for (const [source, seq] of Object.entries(JSON.parse(String(row['applied'])) as Record<string, number>)) {
      seqs.set(source, Math.max(seq, seqs.get(source) ?? 0));
    }
    days.set(day, seqs);
  }
}

function openOrRenew(path: string, log: Log): DatabaseSync {
  try {
    return openForWriting(path, SCHEMA);
  } catch (err) {
    if (!isCorruption(err)) throw err;
    log.error('sums of the trace begun anew', { err });
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    return openForWriting(path, SCHEMA);
  }
}

function changeOf(row: Record<string, unknown>): CountChange {
  return {
    accepted: Number(row['accepted']),
    final: Number(row['final']),
    duplicates: Number(row['duplicates']),
  };
}
