// Keeps the counts: written with each batch of the trace, in one transaction with the marks by which a repeat is known.
// What cannot be written stays in memory and goes with the next batch; a file that cannot be read, or is not there, is
// begun anew and counted from the days, a step at a time. The mail never waits for it.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Log } from '../../../platform/log.ts';
import type { MailEvent } from '../../report/events.ts';
import { isCorruption, listDays, openForWriting } from '../day-file.ts';
import { KeptDomains } from './kept-domains.ts';
import { type DayRecount, openRecount } from './recount.ts';
import { Tally } from './tally.ts';
import { COUNTED, TRAFFIC_FILE, type TrafficChange } from './traffic.ts';

const SCHEMA = readFileSync(new URL('../../../../migrations/trace/0001-traffic.sql', import.meta.url), 'utf8');
const BY_AGE = readFileSync(new URL('../../../../migrations/trace/0002-traffic-by-age.sql', import.meta.url), 'utf8');

/** Under load domains are written so often: most come again and again. A crash then loses so much of them, and of nothing else. */
const DOMAINS_EVERY_MS = 10_000;
/** A batch of no more events writes them too. */
const QUIET_EVENTS = 500;

/** A day that is counted anew is written after so many steps. */
const SAVED_STEPS = 50;

/** An event as it stands in a batch. Refusals have no `seq`. */
export interface CountedEvent {
  event: MailEvent;
  seq?: number;
  source: string;
}

export interface TrafficStore {
  /** Counts events of one day's file; those that were counted before are left out. Never throws. */
  count(day: string, events: readonly CountedEvent[]): void;
  /** Writes what was counted. Never throws. Answers what was new, where somebody asked to be told. */
  write(): TrafficChange[];
  /** From now on `write` answers what was new. */
  tell(on: boolean): void;
  /** Days are being counted anew. */
  readonly recounting: boolean;
  /** Counts days anew, for some milliseconds. Never throws. */
  recount(): void;
  /** Drops the hours before this time. */
  dropBefore(since: number): void;
  close(): void;
}

export interface TrafficStoreOptions {
  /** Folder of the days. */
  folder: string;
  /** How far each queue's outbox is in the days: what they hold is not counted a second time. */
  applied: () => ReadonlyMap<string, number>;
  now: () => number;
  log: Log;
}

/** Opens the counts beside the days. */
export function openTraffic(options: TrafficStoreOptions): TrafficStore {
  return new Store(options);
}

class Store implements TrafficStore {
  readonly #options: TrafficStoreOptions;
  #file: CountsFile;
  /** Not written yet. */
  readonly #tally = new Tally();
  readonly #applied = new Map<string, number>();
  /** Taken over once all days of a batch are counted: one row of the outbox may have events of several days. */
  readonly #seen = new Map<string, number>();
  #telling = false;
  /** Events since the last write. */
  #events = 0;
  #domainsAt = Number.NEGATIVE_INFINITY;
  /** Days not counted yet, the newest last: events that come for them are found in their file. */
  #pending: string[] = [];
  #running: DayRecount | undefined;
  #recounting = false;
  #steps = 0;

  constructor(options: TrafficStoreOptions) {
    this.#options = options;
    this.#file = this.#open();
  }

  get recounting(): boolean {
    return this.#recounting;
  }

  count(day: string, events: readonly CountedEvent[]): void {
    this.#events += events.length;
    const later = this.#pending.includes(day);
    const seen = new Map<string, number>();
    for (const { event, seq, source } of events) {
      if (seq !== undefined) {
        if (seq <= (this.#applied.get(source) ?? 0)) continue;
        seen.set(source, Math.max(seq, seen.get(source) ?? 0));
      }
      if (!later) this.#tally.add(event);
    }
    for (const [source, seq] of seen) this.#seen.set(source, Math.max(seq, this.#seen.get(source) ?? 0));
  }

  write(): TrafficChange[] {
    const changes = this.#telling ? this.#tally.changes() : [];
    for (const [source, seq] of this.#seen) this.#applied.set(source, seq);
    this.#seen.clear();
    const now = performance.now();
    const domains = this.#events <= QUIET_EVENTS || now - this.#domainsAt >= DOMAINS_EVERY_MS;
    if (domains) this.#domainsAt = now;
    this.#events = 0;
    this.#save({ domains });
    return changes;
  }

  tell(on: boolean): void {
    this.#telling = on;
  }

  recount(): void {
    if (!this.#recounting) return;
    try {
      this.#recountStep();
    } catch (err) {
      this.#options.log.error('a day was not counted anew', { err, day: this.#running?.day });
      this.#endDay();
    }
  }

  dropBefore(since: number): void {
    try {
      this.#file.dropBefore(since);
    } catch (err) {
      this.#failed(err);
    }
  }

  close(): void {
    this.#running?.close();
    this.#save({ domains: true });
    this.#file.close();
  }

  #save({ domains }: { domains: boolean }): void {
    try {
      this.#file.write(this.#tally, this.#applied, domains);
      this.#tally.clearHours();
      if (domains) this.#tally.clearDomains();
    } catch (err) {
      this.#failed(err);
    }
  }

  #failed(err: unknown): void {
    this.#options.log.error('traffic not counted', { err });
    if (!isCorruption(err)) return;
    try {
      this.#file.close();
    } catch {
      // It is damaged, and goes.
    }
    this.#remove();
    this.#tally.clearHours();
    this.#tally.clearDomains();
    this.#file = this.#open();
  }

  #open(): CountsFile {
    try {
      return this.#begin(new CountsFile(this.#path()));
    } catch (err) {
      if (!isCorruption(err)) throw err;
      this.#options.log.error('counts of the traffic begun anew', { err });
      this.#remove();
      return this.#begin(new CountsFile(this.#path()));
    }
  }

  #begin(file: CountsFile): CountsFile {
    this.#running?.close();
    this.#running = undefined;
    this.#applied.clear();
    this.#seen.clear();
    const days = listDays(this.#options.folder);
    if (file.isNew && days.length > 0) file.mark('recounting', 'yes');
    if (file.isNew) file.mark('begun', String(this.#options.now()));
    this.#recounting = file.marked('recounting');
    // A count that was interrupted begins anew: nothing says how far it came.
    if (this.#recounting) file.empty();
    this.#pending = this.#recounting ? days : [];
    const applied = this.#recounting ? this.#options.applied() : file.applied();
    for (const [source, seq] of applied) this.#applied.set(source, seq);
    return file;
  }

  #recountStep(): void {
    if (this.#running === undefined) {
      const day = this.#pending.pop();
      if (day === undefined) {
        this.#recounting = false;
        this.#file.unmark('recounting');
        this.#options.log.info('traffic counted anew');
        return;
      }
      // What comes from now on is counted as it comes; the file is read as it is now.
      this.#running = openRecount(this.#options.folder, day);
    }
    this.#steps += 1;
    const more = this.#running.step((event) => this.#tally.add(event));
    if (!more) this.#endDay();
    if (!more || this.#steps % SAVED_STEPS === 0) this.#save({ domains: true });
  }

  #endDay(): void {
    this.#running?.close();
    this.#running = undefined;
  }

  #path(): string {
    return join(this.#options.folder, TRAFFIC_FILE);
  }

  #remove(): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(this.#path() + suffix, { force: true });
  }
}

/** The file and its statements. */
class CountsFile {
  readonly isNew: boolean;
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #domains: KeptDomains;

  constructor(path: string) {
    this.#db = openForWriting(path, SCHEMA);
    this.#db.exec(BY_AGE);
    this.#sql = prepare(this.#db);
    this.#domains = new KeptDomains(this.#db);
    this.isNew = !this.marked('begun');
  }

  applied(): Map<string, number> {
    const rows = this.#db.prepare('SELECT source, seq FROM applied').all();
    return new Map(rows.map((row) => [String(row['source']), Number(row['seq'])]));
  }

  marked(name: string): boolean {
    return this.#db.prepare('SELECT 1 FROM about WHERE name = ?').get(name) !== undefined;
  }

  mark(name: string, value: string): void {
    this.#db.prepare('INSERT OR REPLACE INTO about (name, value) VALUES (?, ?)').run(name, value);
  }

  unmark(name: string): void {
    this.#db.prepare('DELETE FROM about WHERE name = ?').run(name);
  }

  empty(): void {
    this.#db.exec('BEGIN; DELETE FROM hour; DELETE FROM detail; DELETE FROM domain; DELETE FROM applied; COMMIT');
    this.#domains.forget();
  }

  dropBefore(since: number): void {
    this.#inTransaction(() => {
      for (const table of ['hour', 'detail', 'domain'])
        this.#db.prepare(`DELETE FROM ${table} WHERE at < ?`).run(since);
    });
    this.#domains.forget();
  }

  write(tally: Tally, applied: ReadonlyMap<string, number>, domains: boolean): void {
    this.#inTransaction(() => {
      this.#writeHours(tally);
      if (domains) this.#writeDomains(tally);
      for (const [source, seq] of applied) this.#sql.applied.run(source, seq);
    });
  }

  close(): void {
    this.#db.close();
  }

  #inTransaction(write: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.#db.exec('COMMIT');
    } catch (err) {
      this.#domains.forget();
      rollBack(this.#db);
      throw err;
    }
  }

  #writeHours(tally: Tally): void {
    const { hour, detail } = this.#sql;
    for (const { customer, at, direction, counts, bounces, refusals } of tally.hours()) {
      if (customer === undefined) continue;
      hour.run(customer, at, direction, ...COUNTED.map((name) => counts[name]));
      for (const [name, count] of bounces) detail.run(customer, at, direction, 'bounce', name, count);
      for (const [name, count] of refusals) detail.run(customer, at, direction, 'refusal', name, count);
    }
  }

  #writeDomains(tally: Tally): void {
    const domains = tally.domains((customer, at, domain) => this.#domains.nameOf(customer, at, domain));
    for (const { customer, at, domain, recipients, delivered, deferred, bounced } of domains) {
      this.#sql.domain.run(customer, at, domain, recipients, delivered, deferred, bounced);
    }
  }
}

type Statements = Record<'hour' | 'detail' | 'domain' | 'applied', StatementSync>;

function prepare(db: DatabaseSync): Statements {
  const places = COUNTED.map(() => '?').join(', ');
  const sums = COUNTED.map((name) => `${name} = ${name} + excluded.${name}`).join(', ');
  return {
    hour: db.prepare(`INSERT INTO hour (customer, at, direction, ${COUNTED.join(', ')}) VALUES (?, ?, ?, ${places})
      ON CONFLICT DO UPDATE SET ${sums}`),
    detail: db.prepare(`INSERT INTO detail (customer, at, direction, kind, name, count) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    domain: db.prepare(`INSERT INTO domain (customer, at, domain, recipients, delivered, deferred, bounced)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET recipients = recipients + excluded.recipients,
      delivered = delivered + excluded.delivered, deferred = deferred + excluded.deferred,
      bounced = bounced + excluded.bounced`),
    applied: db.prepare(`INSERT INTO applied (source, seq) VALUES (?, ?)
      ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`),
  };
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself (full disk, I/O error): there is nothing left to undo.
  }
}
