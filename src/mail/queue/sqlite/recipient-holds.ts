// Holds of single recipients, and the time they add to a life beyond what the holds of the whole message add.

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { HoldReason } from '../queue.ts';
import type { Holds } from './holds.ts';
import { prepareToSeal } from './sealing.ts';

/** Where a recipient belongs. */
export interface RecipientPlace {
  row: number;
  message: number;
  customer: string;
}

export class RecipientHolds {
  /** False saves look-ups in a queue where no recipient was ever held alone. */
  #any: boolean;
  readonly #holds: Holds;
  readonly #toSeal: (message: number) => void;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #kinds: StatementSync;
  readonly #startTime: StatementSync;
  readonly #stopTime: StatementSync;
  readonly #readTime: StatementSync;
  readonly #acceptedAt: StatementSync;
  readonly #forgetHolds: StatementSync;
  readonly #forgetTime: StatementSync;

  constructor(database: DatabaseSync, holds: Holds) {
    this.#holds = holds;
    this.#toSeal = prepareToSeal(database);
    this.#insert = database.prepare(
      'insert into recipient_hold (recipient, kind, note, since) values (?, ?, ?, ?) on conflict do nothing',
    );
    this.#delete = database.prepare('delete from recipient_hold where recipient = ? and kind = ?');
    this.#kinds = database.prepare('select kind from recipient_hold where recipient = ?');
    this.#startTime = database.prepare(`
      insert into recipient_held_time values (?1, ?2, ?3, 0)
      on conflict do update set since = ?2, message_ms = ?3 where since is null`);
    this.#stopTime = database.prepare('update recipient_held_time set ms = ?, since = null where recipient = ?');
    this.#readTime = database.prepare('select since, message_ms, ms from recipient_held_time where recipient = ?');
    this.#acceptedAt = database.prepare('select accepted_at from message where row = ?');
    this.#forgetHolds = database.prepare('delete from recipient_hold where recipient = ?');
    this.#forgetTime = database.prepare('delete from recipient_held_time where recipient = ?');
    this.#any =
      database.prepare('select 1 from recipient_held_time union all select 1 from recipient_hold limit 1').get() !==
      undefined;
  }

  /** Adds a hold; false where one of its kind is there already. */
  begin(recipient: RecipientPlace, reason: HoldReason, now: number): boolean {
    this.#any = true;
    const { changes } = this.#insert.run(recipient.row, reason.kind, reason.note ?? null, now);
    this.#startTime.run(recipient.row, now, this.#messageMs(recipient, now));
    this.#toSeal(recipient.message);
    return Number(changes) > 0;
  }

  /** Lifts a hold; false where there is none of its kind. */
  lift(recipient: RecipientPlace, kind: string, now: number): boolean {
    if (!this.#any || Number(this.#delete.run(recipient.row, kind).changes) === 0) return false;
    if (!this.isHeld(recipient.row)) this.#stopTime.run(this.#heldMs(recipient, now), recipient.row);
    return true;
  }

  isHeld(row: number): boolean {
    return this.kinds(row).length > 0;
  }

  /** Kinds of the holds of this recipient alone. */
  kinds(row: number): string[] {
    return this.#any ? this.#kinds.all(row).map((hold) => String(hold['kind'])) : [];
  }

  /** Milliseconds held alone: while its message was not held too. `messageMs` is what the message was held. */
  heldMs(row: number, now: number, messageMs: number): number {
    return this.#any ? heldAlone(this.#readTime.get(row), now, messageMs) : 0;
  }

  /** The recipient is gone. */
  forget(row: number): void {
    if (!this.#any) return;
    this.#forgetHolds.run(row);
    this.#forgetTime.run(row);
  }

  #heldMs(recipient: RecipientPlace, now: number): number {
    return heldAlone(this.#readTime.get(recipient.row), now, this.#messageMs(recipient, now));
  }

  #messageMs({ message, customer }: RecipientPlace, now: number): number {
    const acceptedAt = Number(this.#acceptedAt.get(message)?.['accepted_at'] ?? now);
    return this.#holds.heldMs({ row: message, customer, acceptedAt }, now);
  }
}

/** Of the time since the hold began, what the message was held meanwhile is counted there. */
function heldAlone(time: Record<string, SQLOutputValue> | undefined, now: number, messageMs: number): number {
  if (time === undefined) return 0;
  const ms = Number(time['ms']);
  if (time['since'] === null) return ms;
  return ms + Math.max(0, now - Number(time['since']) - (messageMs - Number(time['message_ms'])));
}
