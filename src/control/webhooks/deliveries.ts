// What waits for webhooks, and the log of it: one file, the thread of the webhooks its one writer. It is not synced at
// each commit: what a loss of power takes back is read and sent again, with the same ids.

import { readFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const SCHEMA = readFileSync(new URL('../../../migrations/webhooks/0001-deliveries.sql', import.meta.url), 'utf8');
/** Attempts that a delivery's log keeps. */
const LOGGED_ATTEMPTS = 20;
/** Rows that one step of tidying takes, so that deliveries do not wait for it. */
const TIDY_ROWS = 2000;
/** Webhooks whose logs one step of tidying looks at. */
const SHORTENED_AT_ONCE = 500;

/** Name of the events of the control store among the sources; the others are days of the trace. */
export const CONTROL_SOURCE = 'control';

/** An event on its way to one webhook. */
export interface NewDelivery {
  webhook: string;
  event: string;
  type: string;
  customer: string | null;
  source: string;
  row: number;
  line: number;
  at: number;
}

export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export interface Delivery extends NewDelivery {
  id: number;
  made_at: number;
  state: DeliveryState;
  due: number;
  attempts: number;
  log: AttemptLine[];
  ended_at: number | null;
}

/** One attempt: when, the status (0: none), what came of it in a word, milliseconds. */
export type AttemptLine = readonly [at: number, status: number, result: string, ms: number];

/** What an attempt made of a delivery. */
export interface Settlement {
  id: number;
  attempt: AttemptLine;
  /** Where it is tried again, when; else it ended so. */
  next: { due: number } | { state: 'delivered' | 'failed' };
}

export interface DeliveryQuery {
  webhook: string;
  state?: DeliveryState;
  type?: string;
  since?: number;
  until?: number;
  /** Those before this one. */
  before?: number;
  limit: number;
}

/** Opens the file, makes it where it is missing, begun at `now`. Throws what SQLite says. */
export function openDeliveries(path: string, now: number): Deliveries {
  return new Deliveries(path, now);
}

/** See the top of the file. */
export class Deliveries {
  readonly db: DatabaseSync;
  /** When the file was made: what happened before is not sent, whoever made its webhook before. */
  readonly begun: number;
  readonly #sql = new Map<string, StatementSync>();
  readonly #waiting = new Map<string, number>();
  #total = 0;
  /** The last webhook whose log was looked at. */
  #shortened = '';
  /** Changes of the counts in the transaction that runs: taken back with it. */
  #counted: [string, number][] | undefined;

  constructor(path: string, now: number) {
    this.db = new DatabaseSync(path);
    this.db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000');
    if (this.db.prepare('pragma user_version').get()?.['user_version'] === 0) {
      this.db.exec(`begin immediate; ${SCHEMA}; pragma user_version = 1; commit`);
      this.run("insert into about (name, value) values ('begun', ?)", [String(now)]);
    }
    this.begun = Number(this.all("select value from about where name = 'begun'")[0]?.['value']);
    for (const row of this.db
      .prepare("select webhook, count(*) as n from delivery where state = 'waiting' group by webhook")
      .all()) {
      this.#count(String(row['webhook']), Number(row['n']));
    }
  }

  /** Runs the work in one transaction. */
  inTransaction<T>(work: () => T): T {
    this.db.exec('begin immediate');
    const counted: [string, number][] = [];
    this.#counted = counted;
    try {
      const result = work();
      this.db.exec('commit');
      this.#counted = undefined;
      return result;
    } catch (error) {
      this.#counted = undefined;
      for (const [webhook, change] of counted) this.#count(webhook, -change);
      // A full disk may have ended it already.
      if (this.db.isTransaction) this.db.exec('rollback');
      throw error;
    }
  }

  run(sql: string, values: readonly SQLInputValue[] = []): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  all(sql: string, values: readonly SQLInputValue[] = []): Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  /** How far a source was read; nothing where it was not. */
  cursor(source: string): number | undefined {
    const row = this.all('select seq from cursor where source = ?', [source])[0];
    return row === undefined ? undefined : Number(row['seq']);
  }

  setCursor(source: string, seq: number): void {
    this.run('insert into cursor (source, seq) values (?, ?) on conflict do update set seq = excluded.seq', [
      source,
      seq,
    ]);
  }

  /** Deliveries that wait for a webhook. */
  waiting(webhook: string): number {
    return this.#waiting.get(webhook) ?? 0;
  }

  /** Deliveries that wait, and for how many webhooks. */
  backlog(): { total: number; webhooks: number } {
    return { total: this.#total, webhooks: this.#waiting.size };
  }

  /** Adds one, due now. One that is there already is left; `again`: one that ended begins anew. */
  add(one: NewDelivery, now: number, again = false): boolean {
    const { webhook, event, type, customer, source, row, line, at } = one;
    const conflict = again
      ? `on conflict (webhook, event) do update set state = 'waiting', due = excluded.due, made_at = excluded.made_at,
          attempts = 0, ended_at = null where state <> 'waiting'`
      : 'on conflict do nothing';
    const added = this.run(
      `insert into delivery (webhook, event, type, customer, source, row, line, at, made_at, state, due)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?) ${conflict}`,
      [webhook, event, type, customer, source, row, line, at, now, now],
    );
    if (added > 0) this.#count(webhook, 1);
    return added > 0;
  }

  /** Those that are due, oldest first, without those in `running`; `leastTried`: those of the fewest attempts first. */
  due(
    webhook: string,
    now: number,
    { limit, running, leastTried }: { limit: number; running: ReadonlySet<number>; leastTried: boolean },
  ): Delivery[] {
    const rows = this.all(
      `select * from delivery where webhook = ? and state = 'waiting' and due <= ?
        order by ${leastTried ? 'attempts, due' : 'due'} limit ?`,
      [webhook, now, limit + running.size],
    );
    return rows
      .filter((row) => !running.has(Number(row['id'])))
      .slice(0, limit)
      .map(deliveryOf);
  }

  /** When the next one is due; nothing where none waits. */
  nextDue(webhook: string): number | undefined {
    const row = this.all(`select min(due) as due from delivery where webhook = ? and state = 'waiting'`, [webhook])[0];
    return row?.['due'] === null || row === undefined ? undefined : Number(row['due']);
  }

  /** Everything that waits for the webhook is due now: it answers again. */
  makeDue(webhook: string, now: number): void {
    this.run(`update delivery set due = ? where webhook = ? and state = 'waiting' and due > ?`, [now, webhook, now]);
  }

  /** Writes what came of attempts. */
  settle(settlements: readonly Settlement[]): void {
    this.inTransaction(() => {
      for (const settlement of settlements) this.#settleOne(settlement);
    });
  }

  #settleOne({ id, attempt, next }: Settlement): void {
    const row = this.all('select webhook, log from delivery where id = ?', [id])[0];
    // Its webhook was removed meanwhile.
    if (row === undefined) return;
    const log = JSON.stringify([...logOf(row['log']), attempt].slice(-LOGGED_ATTEMPTS));
    if ('due' in next) {
      this.run('update delivery set due = ?, attempts = attempts + 1, log = ? where id = ?', [next.due, log, id]);
      return;
    }
    const changed = this.run(
      `update delivery set state = ?, attempts = attempts + 1, log = ?, ended_at = ? where id = ? and state = 'waiting'`,
      [next.state, log, attempt[0], id],
    );
    if (changed > 0) this.#count(String(row['webhook']), -1);
  }

  /** Newest first. */
  list({ webhook, state, type, since, until, before, limit }: DeliveryQuery): Delivery[] {
    const wanted: [string, SQLInputValue | undefined][] = [
      ['webhook = ?', webhook],
      ['state = ?', state],
      ['type = ?', type],
      ['at >= ?', since],
      ['at < ?', until],
      ['id < ?', before],
    ];
    const given = wanted.filter((one): one is [string, SQLInputValue] => one[1] !== undefined);
    const where = given.map(([sql]) => sql).join(' and ');
    const values: SQLInputValue[] = given.map(([, value]) => value);
    const rows = this.all(`select * from delivery where ${where} order by id desc limit ?`, [...values, limit]);
    return rows.map(deliveryOf);
  }

  find(webhook: string, id: number): Delivery | undefined {
    const row = this.all('select * from delivery where webhook = ? and id = ?', [webhook, id])[0];
    return row === undefined ? undefined : deliveryOf(row);
  }

  /** Sends one again that ended, or at once one that waits. */
  sendAgain(webhook: string, id: number, now: number): boolean {
    const found = this.find(webhook, id);
    if (found === undefined) return false;
    this.run(
      `update delivery set state = 'waiting', due = ?, made_at = ?, attempts = 0, ended_at = null where id = ?`,
      [now, now, id],
    );
    if (found.state !== 'waiting') this.#count(webhook, 1);
    return true;
  }

  /** Those that failed and happened in the period begin anew, some of them at a time; answers how many did. */
  sendFailedAgain(webhook: string, { since, until }: { since: number; until: number }, now: number): number {
    const changed = this.run(
      `update delivery set state = 'waiting', due = ?, made_at = ?, attempts = 0, ended_at = null
        where webhook = ? and state = 'failed' and at >= ? and at < ?`,
      [now, now, webhook, since, until],
    );
    this.#count(webhook, changed);
    return changed;
  }

  /** Gives up what waited longer than its life, drops what ended before; answers whether more is left. */
  tidy({ now, lifeMs, keptMs, keptRows }: { now: number; lifeMs: number; keptMs: number; keptRows: number }): boolean {
    const old = this.all(`select id, webhook from delivery where state = 'waiting' and made_at < ? limit ?`, [
      now - lifeMs,
      TIDY_ROWS,
    ]);
    this.settle(
      old.map((row) => ({ id: Number(row['id']), attempt: [now, 0, 'expired', 0], next: { state: 'failed' } })),
    );
    const gone = this.run(
      'delete from delivery where id in (select id from delivery where ended_at < ? order by ended_at limit ?)',
      [now - keptMs, TIDY_ROWS],
    );
    return old.length === TIDY_ROWS || gone === TIDY_ROWS || this.#shorten(keptRows);
  }

  /** The logs of busy webhooks are cut to their newest rows, those of some webhooks at a time. */
  #shorten(keptRows: number): boolean {
    for (let looked = 0; looked < SHORTENED_AT_ONCE; looked++) {
      const webhook = this.#after(this.#shortened);
      if (webhook === undefined) {
        this.#shortened = '';
        return false;
      }
      if (this.#cut(webhook, keptRows)) return true;
      this.#shortened = webhook;
    }
    return false;
  }

  /** True where more is to be cut. */
  #cut(webhook: string, keptRows: number): boolean {
    // By the index alone: nearly all have far fewer.
    const most = this.all('select id from delivery where webhook = ? order by id desc limit 1 offset ?', [
      webhook,
      keptRows + this.waiting(webhook),
    ]);
    if (most.length === 0) return false;
    const last = this.all(
      `select id from delivery where webhook = ? and state <> 'waiting' order by id desc limit 1 offset ?`,
      [webhook, keptRows],
    )[0];
    if (last === undefined) return false;
    const gone = this.run(
      `delete from delivery where id in
        (select id from delivery where webhook = ? and id <= ? and state <> 'waiting' limit ?)`,
      [webhook, Number(last['id']), TIDY_ROWS],
    );
    return gone === TIDY_ROWS;
  }

  /** Webhooks that something is kept of. */
  webhooks(): string[] {
    const all: string[] = [];
    for (let webhook = this.#after(''); webhook !== undefined; webhook = this.#after(webhook)) all.push(webhook);
    return all;
  }

  /** The next webhook that has deliveries: a look-up each, however many deliveries there are. */
  #after(webhook: string): string | undefined {
    const next = this.all('select min(webhook) as next from delivery where webhook > ?', [webhook])[0]?.['next'];
    return typeof next === 'string' ? next : undefined;
  }

  /** Everything of a webhook that was removed. */
  forget(webhook: string): void {
    this.inTransaction(() => {
      for (const table of ['delivery', 'health', 'replay'])
        this.run(`delete from ${table} where webhook = ?`, [webhook]);
    });
    this.#count(webhook, -this.waiting(webhook));
  }

  close(): void {
    this.#sql.clear();
    this.db.close();
  }

  #count(webhook: string, change: number): void {
    this.#counted?.push([webhook, change]);
    const now = this.waiting(webhook) + change;
    if (now > 0) this.#waiting.set(webhook, now);
    else this.#waiting.delete(webhook);
    this.#total += change;
  }

  #statement(sql: string): StatementSync {
    let statement = this.#sql.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.#sql.set(sql, statement);
    }
    return statement;
  }
}

function deliveryOf(row: Record<string, unknown>): Delivery {
  return { ...(row as unknown as Delivery), log: logOf(row['log']) };
}

function logOf(text: unknown): AttemptLine[] {
  return typeof text === 'string' ? (JSON.parse(text) as AttemptLine[]) : [];
}
