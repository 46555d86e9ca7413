// Known hosts and first attempts over a restart: main writes what relay threads learn, a small file that may be lost
// without harm.

import { DatabaseSync } from 'node:sqlite';
import type { Log } from '../../../platform/log.ts';
import { openOrReplace } from '../../../platform/replaceable-file.ts';
import type { HostLimits, LearnedHost } from './host-memory.ts';

export interface HostStoreOptions {
  /** The file; made where it is not there. */
  path: string;
  /** Looked at anew for each use. */
  limits: () => HostLimits;
  now: () => number;
  log: Log;
}

export interface HostStore {
  /** What is kept, the youngest last. */
  all(): LearnedHost[];
  /** Takes what was learned; written a little later. */
  learned(learned: readonly LearnedHost[]): void;
  /** Writes what is left. */
  close(): void;
}

/** What is learned meanwhile is written together. */
const WRITE_MS = 2000;
/** What waits to be written at most: past it, a flood of first attempts is forgotten rather than kept in memory. */
const WAITING = 50_000;
/** How often what is too old or too many is thrown away. */
const PRUNE_WRITES = 100;

/** Opens the file. It is only a help: a broken one is thrown away, and where none can be had nothing is kept. */
export function openHostStore(options: HostStoreOptions): HostStore {
  try {
    return openOrReplace({ ...options, holds: 'known hosts' }, () => new SqliteHosts(options));
  } catch (err) {
    options.log.error('known hosts are not kept', { err });
    return { all: () => [], learned: () => {}, close: () => {} };
  }
}

class SqliteHosts implements HostStore {
  readonly #options: HostStoreOptions;
  readonly #db: DatabaseSync;
  #waiting: LearnedHost[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writes = 0;
  #closed = false;

  constructor(options: HostStoreOptions) {
    this.#options = options;
    this.#db = new DatabaseSync(options.path);
    // After a power cut the last seconds may be gone, which costs a few senders another attempt.
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = normal');
    this.#db.exec(`
      create table if not exists host (
        what text not null, key text not null, first integer not null, last integer not null, primary key (what, key)
      ) strict, without rowid;
      create index if not exists host_last on host (what, last)`);
    this.#prune();
  }

  all(): LearnedHost[] {
    this.#write();
    const rows = this.#db.prepare('select what, key, first, last from host order by last').all();
    return rows.map((row) => ({
      what: row['what'] as LearnedHost['what'],
      key: String(row['key']),
      first: Number(row['first']),
      last: Number(row['last']),
    }));
  }

  learned(learned: readonly LearnedHost[]): void {
    if (this.#waiting.length < WAITING) this.#waiting.push(...learned);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS).unref();
  }

  close(): void {
    this.#write();
    this.#closed = true;
    this.#db.close();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0 || this.#closed) return;
    try {
      this.#db.exec('begin');
      const put = this.#db.prepare('insert or replace into host (what, key, first, last) values (?, ?, ?, ?)');
      for (const { what, key, first, last } of waiting) put.run(what, key, first, last);
      this.#db.exec('commit');
      if (++this.#writes % PRUNE_WRITES === 0) this.#prune();
    } catch (err) {
      this.#options.log.error('known hosts not written', { err });
      if (this.#db.isTransaction) this.#db.exec('rollback');
    }
  }

  #prune(): void {
    const { passed, tried, passed_kept, retry_within } = this.#options.limits();
    this.#pruneKind('passed', passed_kept, passed);
    this.#pruneKind('tried', retry_within, tried);
  }

  #pruneKind(what: LearnedHost['what'], keptMs: number, most: number): void {
    this.#db.prepare('delete from host where what = ? and last < ?').run(what, this.#options.now() - keptMs);
    const count = Number(
      this.#db.prepare('select count(*) as count from host where what = ?').get(what)?.['count'] ?? 0,
    );
    if (count <= most) return;
    const oldest =
      'delete from host where what = ?1 and key in (select key from host where what = ?1 order by last limit ?2)';
    this.#db.prepare(oldest).run(what, count - most);
  }
}
