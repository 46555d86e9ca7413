// Holds of messages and pauses of customers, and the time they add to the life of what waited.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { HoldReason } from '../queue.ts';

/** A suspension of a customer; without `until` it goes on. */
export interface Pause {
  since: number;
  until: number | null;
}

/** A message by its row, and whose it is. */
export interface HeldMessage {
  message: number;
  customer: string;
}

export class Holds {
  /** False saves two look-ups a settlement in a queue where nothing was ever held. */
  #any: boolean;
  readonly #pauses = new Map<string, Pause[]>();
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #kinds: StatementSync;
  readonly #startTime: StatementSync;
  readonly #stopTime: StatementSync;
  readonly #readTime: StatementSync;
  readonly #forgetHolds: StatementSync;
  readonly #forgetTime: StatementSync;
  readonly #readPauses: StatementSync;

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      'insert into hold (message, kind, note, operator, since) values (?, ?, ?, ?, ?) on conflict do nothing',
    );
    this.#delete = database.prepare('delete from hold where message = ? and kind = ?');
    this.#kinds = database.prepare('select kind from hold where message = ?');
    this.#startTime = database.prepare(
      'insert into held_time values (?1, ?2, 0) on conflict do update set since = coalesce(since, ?2)',
    );
    this.#stopTime = database.prepare('update held_time set ms = ms + ?2, since = null where message = ?1');
    this.#readTime = database.prepare('select since, ms from held_time where message = ?');
    this.#forgetHolds = database.prepare('delete from hold where message = ?');
    this.#forgetTime = database.prepare('delete from held_time where message = ?');
    this.#readPauses = database.prepare('select customer, since, until from customer_pause order by since');
    this.#any = database.prepare('select 1 from held_time union all select 1 from hold limit 1').get() !== undefined;
    this.loadPauses();
  }

  /** Adds a hold; false where one of its kind is there already. */
  begin(message: number, reason: HoldReason, now: number): boolean {
    this.#any = true;
    const { changes } = this.#insert.run(message, reason.kind, reason.note ?? null, reason.by ?? null, now);
    this.#startTime.run(message, now);
    return Number(changes) > 0;
  }

  /** Lifts a hold; false where there is none of its kind. */
  lift({ message, customer }: HeldMessage, kind: string, now: number): boolean {
    if (!this.#any || Number(this.#delete.run(message, kind).changes) === 0) return false;
    if (this.#kinds.get(message) !== undefined) return true;
    const since = this.#readTime.get(message)?.['since'];
    if (typeof since === 'number') this.#stopTime.run(message, this.#heldAlone(customer, since, now));
    return true;
  }

  kinds(message: number): string[] {
    return this.#any ? this.#kinds.all(message).map((row) => String(row['kind'])) : [];
  }

  /** The message is gone. */
  forget(message: number): void {
    if (!this.#any) return;
    this.#forgetHolds.run(message);
    this.#forgetTime.run(message);
  }

  /** Milliseconds by which the life of a message is longer, holds that last included. */
  heldMs(message: { row: number; customer: string; acceptedAt: number }, now: number): number {
    let held = 0;
    if (this.#any) {
      const time = this.#readTime.get(message.row);
      if (time !== undefined) held += Number(time['ms']);
      if (typeof time?.['since'] === 'number') held += this.#heldAlone(message.customer, time['since'], now);
    }
    return held + this.#paused(message.customer, message.acceptedAt, now);
  }

  /** Of the time that a hold lasted, what is not counted as a pause of the customer: both at once count once. */
  #heldAlone(customer: string, since: number, until: number): number {
    return Math.max(0, until - since - this.#paused(customer, since, until));
  }

  #paused(customer: string, from: number, to: number): number {
    let paused = 0;
    for (const { since, until } of this.#pauses.get(customer) ?? []) {
      paused += Math.max(0, Math.min(until ?? to, to) - Math.max(since, from));
    }
    return paused;
  }

  isPaused(customer: string): boolean {
    return this.#pauses.get(customer)?.at(-1)?.until === null;
  }

  pausedCustomers(): string[] {
    return [...this.#pauses.keys()].filter((customer) => this.isPaused(customer));
  }

  /** Reads the pauses again: after a commit, or a rollback, that may have changed them. */
  loadPauses(): void {
    this.#pauses.clear();
    for (const row of this.#readPauses.iterate()) {
      const customer = String(row['customer']);
      const pauses = this.#pauses.get(customer) ?? [];
      pauses.push({ since: Number(row['since']), until: row['until'] === null ? null : Number(row['until']) });
      this.#pauses.set(customer, pauses);
    }
  }
}
