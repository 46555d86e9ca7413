// Known recipients over a restart: main writes what relay threads learn, a small file that may be lost without harm.

import { DatabaseSync } from 'node:sqlite';
import type { Log } from '../../../platform/log.ts';
import { openOrReplace } from '../../../platform/replaceable-file.ts';
import type { Learned } from './known-recipients.ts';

export interface RecipientStoreOptions {
  /** The file; made where it is not there. */
  path: string;
  /** Looked at anew for each use. */
  limits: () => { known: number; known_kept: number };
  now: () => number;
  log: Log;
}

export interface RecipientStore {
  /** What is kept, the youngest last. */
  all(): Learned[];
  /** Takes what was learned; written a little later. */
  learned(learned: readonly Learned[]): void;
  /** What is kept of an address of a customer: when its mail hosts were asked. */
  known(customer: string, address: string): { at: number }[];
  /** Forgets an address of a customer; answers how many entries went. Threads forget it at its time. */
  forget(customer: string, address: string): number;
  /** Writes what is left. */
  close(): void;
}

/** What is learned meanwhile is written together. */
const WRITE_MS = 2000;
/** How often what is too old or too many is thrown away. */
const PRUNE_WRITES = 500;

/** Opens the file. It is only a help: a broken one is thrown away, and where none can be had nothing is kept. */
export function openRecipientStore(options: RecipientStoreOptions): RecipientStore {
  try {
    return openOrReplace({ ...options, holds: 'known recipients' }, () => new SqliteStore(options));
  } catch (err) {
    options.log.error('known recipients are not kept', { err });
    return { all: () => [], learned: () => {}, known: () => [], forget: () => 0, close: () => {} };
  }
}

class SqliteStore implements RecipientStore {
  readonly #options: RecipientStoreOptions;
  readonly #db: DatabaseSync;
  #waiting: Learned[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writes = 0;
  #closed = false;

  constructor(options: RecipientStoreOptions) {
    this.#options = options;
    this.#db = new DatabaseSync(options.path);
    // After a power cut the last seconds may be gone, which costs a few questions.
    // What is forgotten leaves no octets in the file.
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on');
    this.#db.exec(
      'create table if not exists recipient (key text primary key, what text not null, at integer not null) strict, without rowid',
    );
    this.#prune();
  }

  all(): Learned[] {
    this.#write();
    const rows = this.#db.prepare('select key, what, at from recipient order by at').all();
    return rows.map((row) => ({
      key: String(row['key']),
      what: row['what'] as Learned['what'],
      at: Number(row['at']),
    }));
  }

  learned(learned: readonly Learned[]): void {
    this.#waiting.push(...learned);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS).unref();
  }

  known(customer: string, address: string): { at: number }[] {
    this.#write();
    return this.#keysOf(customer, address).map(({ at }) => ({ at }));
  }

  forget(customer: string, address: string): number {
    this.#write();
    const keys = this.#keysOf(customer, address);
    const remove = this.#db.prepare('delete from recipient where key = ?');
    for (const { key } of keys) remove.run(key);
    if (keys.length > 0) this.#db.exec('pragma wal_checkpoint(truncate)');
    return keys.length;
  }

  /** A key is the customer, its mail hosts and the address, with blanks between (`recipientKey`). */
  #keysOf(customer: string, address: string): { key: string; at: number }[] {
    const [first, last] = [`${customer} `, ` ${address.toLowerCase()}`];
    const rows = this.#db
      .prepare('select key, at from recipient where key >= ? and key < ? and substr(lower(key), -length(?)) = ?')
      .all(first, `${customer}!`, last, last);
    return rows.map((row) => ({ key: String(row['key']), at: Number(row['at']) }));
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
      const put = this.#db.prepare('insert or replace into recipient (key, what, at) values (?, ?, ?)');
      const remove = this.#db.prepare('delete from recipient where key = ?');
      for (const { key, what, at } of waiting) {
        // Who is not there is asked for again soon anyway.
        if (what === 'unknown') remove.run(key);
        else put.run(key, what, at);
      }
      this.#db.exec('commit');
      if (++this.#writes % PRUNE_WRITES === 0) this.#prune();
    } catch (err) {
      this.#options.log.error('known recipients not written', { err });
      if (this.#db.isTransaction) this.#db.exec('rollback');
    }
  }

  #prune(): void {
    const { known, known_kept } = this.#options.limits();
    const { now } = this.#options;
    this.#db.prepare('delete from recipient where at < ?').run(now() - known_kept);
    const count = Number(this.#db.prepare('select count(*) as count from recipient').get()?.['count'] ?? 0);
    if (count <= known) return;
    const oldest = 'delete from recipient where key in (select key from recipient order by at limit ?)';
    this.#db.prepare(oldest).run(count - known);
  }
}
