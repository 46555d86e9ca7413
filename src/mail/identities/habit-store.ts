// Habits over a restart: a file of main's own, with those in memory that were heard of last. It is only a memory: without
// it senders are newcomers again, and nobody is locked or let go for that.

import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Log } from '../../platform/log.ts';
import { openOrReplace } from '../../platform/replaceable-file.ts';
import type { CustomerId } from '../message.ts';
import { type Habits, newHabits } from './habits.ts';
import { type Identity, type IdentityKind, identityKey } from './identity.ts';

/** An identity whose level is not `free`. */
export interface Limited {
  customer: CustomerId;
  identity: Identity;
  habits: Habits;
}

export interface HabitStore {
  /** Its habits, to be changed in place and then `changed`; those of a newcomer where nothing is known. */
  get(customer: CustomerId, identity: Identity, now: number): Habits;
  /** The same without making a newcomer. */
  find(customer: CustomerId, identity: Identity): Habits | undefined;
  /** They are written a little later. */
  changed(customer: CustomerId, identity: Identity, habits: Habits): void;
  /** All that are slowed or locked. */
  limited(): Limited[];
  /** Forgets this name of a customer, of every kind; without a name all of the customer. Answers how many there were. */
  forget(customer: CustomerId, name?: string): number;
  /** Forgets those that were not heard of since. */
  drop(before: number): void;
  /** Writes what is left. */
  close(): void;
}

export interface HabitStoreOptions {
  /** The file; made where it is not there. */
  path: string;
  log: Log;
}

const WRITE_MS = 5000;
/** Habits in memory; a row has some kilobytes at most. */
const KEPT_IN_MEMORY = 20_000;

/** Opens the file. A broken one is thrown away. Throws where none can be had. */
export function openHabitStore(options: HabitStoreOptions): HabitStore {
  return openOrReplace({ ...options, holds: 'habits of senders' }, () => new SqliteHabits(options));
}

interface Entry {
  customer: CustomerId;
  identity: Identity;
  habits: Habits;
}

class SqliteHabits implements HabitStore {
  readonly #options: HabitStoreOptions;
  readonly #db: DatabaseSync;
  readonly #read: StatementSync;
  /** The last heard of at the end. */
  #memory = new Map<string, Entry>();
  #unwritten = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HabitStoreOptions) {
    this.#options = options;
    this.#db = new DatabaseSync(options.path);
    // A power cut may take the last seconds. What is forgotten leaves no octets in the file.
    this.#db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on');
    this.#db.exec(`create table if not exists habit (
      customer text not null, kind text not null, name text not null, last integer not null, level text not null,
      habits text not null, primary key (customer, name, kind)) strict, without rowid;
      create index if not exists habit_by_last on habit (last);
      create index if not exists habit_by_level on habit (level) where level <> 'free'`);
    this.#read = this.#db.prepare('select habits from habit where customer = ? and name = ? and kind = ?');
  }

  get(customer: CustomerId, identity: Identity, now: number): Habits {
    return this.find(customer, identity) ?? this.#remember({ customer, identity, habits: newHabits(now) });
  }

  find(customer: CustomerId, identity: Identity): Habits | undefined {
    const key = keyOf(customer, identity);
    const known = this.#memory.get(key) ?? this.#unwritten.get(key);
    if (known !== undefined) return this.#remember(known);
    const text = this.#read.get(customer, identity.name, identity.kind)?.['habits'];
    if (typeof text !== 'string') return undefined;
    return this.#remember({ customer, identity, habits: JSON.parse(text) as Habits });
  }

  changed(customer: CustomerId, identity: Identity, habits: Habits): void {
    const entry = { customer, identity, habits };
    this.#remember(entry);
    this.#unwritten.set(keyOf(customer, identity), entry);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS).unref();
  }

  limited(): Limited[] {
    this.#write();
    const rows = this.#db.prepare("select customer, kind, name from habit where level <> 'free'").all();
    return rows.flatMap((row) => {
      const customer = String(row['customer']) as CustomerId;
      const identity = { kind: row['kind'] as IdentityKind, name: String(row['name']) };
      const habits = this.find(customer, identity);
      return habits === undefined ? [] : [{ customer, identity, habits }];
    });
  }

  forget(customer: CustomerId, name?: string): number {
    this.#write();
    for (const [key, entry] of this.#memory)
      if (entry.customer === customer && (name === undefined || entry.identity.name === name)) this.#memory.delete(key);
    const { changes } =
      name === undefined
        ? this.#db.prepare('delete from habit where customer = ?').run(customer)
        : this.#db.prepare('delete from habit where customer = ? and name = ?').run(customer, name);
    if (Number(changes) > 0) this.#db.exec('pragma wal_checkpoint(truncate)');
    return Number(changes);
  }

  drop(before: number): void {
    this.#write();
    this.#memory.clear();
    this.#db.prepare("delete from habit where last < ? and level <> 'locked'").run(before);
  }

  close(): void {
    this.#write();
    this.#db.close();
  }

  #remember(entry: Entry): Habits {
    const key = keyOf(entry.customer, entry.identity);
    this.#memory.delete(key);
    this.#memory.set(key, entry);
    for (const oldest of this.#memory.keys()) {
      if (this.#memory.size <= KEPT_IN_MEMORY) break;
      this.#memory.delete(oldest);
    }
    return entry.habits;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#unwritten;
    this.#unwritten = new Map();
    if (waiting.size === 0) return;
    try {
      this.#db.exec('begin');
      const put = this.#db.prepare(
        'insert or replace into habit (customer, kind, name, last, level, habits) values (?, ?, ?, ?, ?, ?)',
      );
      for (const { customer, identity, habits } of waiting.values())
        put.run(customer, identity.kind, identity.name, habits.last, habits.level.kind, JSON.stringify(habits));
      this.#db.exec('commit');
    } catch (err) {
      // They are still in memory, and come with their next change.
      this.#options.log.error('habits of senders not written', { err });
      if (this.#db.isTransaction) this.#db.exec('rollback');
    }
  }
}

function keyOf(customer: CustomerId, identity: Identity): string {
  return `${customer} ${identityKey(identity)}`;
}
