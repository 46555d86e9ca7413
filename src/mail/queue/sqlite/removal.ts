// How recipients leave the queue, and their message after the last of them.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Changes, Status } from './changes.ts';
import type { Holds } from './holds.ts';
import type { RecipientHolds } from './recipient-holds.ts';

/** What must be known of a message to end it. */
export interface EndingMessage {
  row: number;
  id: string;
  customer: string;
  recipients: number;
  bodyFile: string | null;
}

export class Removal {
  readonly #holds: Holds;
  readonly #recipientHolds: RecipientHolds;
  readonly #find: StatementSync;
  readonly #deleteRecipient: StatementSync;
  readonly #anyLeft: StatementSync;
  readonly #deleteMessage: StatementSync;

  constructor(database: DatabaseSync, { holds, recipientHolds }: { holds: Holds; recipientHolds: RecipientHolds }) {
    this.#holds = holds;
    this.#recipientHolds = recipientHolds;
    this.#find = database.prepare('select id, customer, recipients, body_file from message where row = ?');
    this.#deleteRecipient = database.prepare('delete from recipient where row = ?');
    this.#anyLeft = database.prepare('select 1 from recipient where row >= ? and row < ? limit 1');
    this.#deleteMessage = database.prepare('delete from message where row = ?');
  }

  find(row: number): EndingMessage | undefined {
    const found = this.#find.get(row);
    if (found === undefined) return undefined;
    return {
      row,
      id: String(found['id']),
      customer: String(found['customer']),
      recipients: Number(found['recipients']),
      bodyFile: found['body_file'] === null ? null : String(found['body_file']),
    };
  }

  recipient(row: number, customer: string, status: Status, changes: Changes): void {
    this.#deleteRecipient.run(row);
    this.#recipientHolds.forget(row);
    changes.count(customer, status, -1);
    changes.final += 1;
  }

  /** Content never outlives its last recipient: the row goes now, the file after the commit. */
  messageIfDone(message: EndingMessage, changes: Changes): void {
    if (message.recipients > 1 && this.#anyLeft.get(message.row, message.row + message.recipients) !== undefined)
      return;
    this.#deleteMessage.run(message.row);
    this.#holds.forget(message.row);
    if (message.bodyFile !== null) changes.bodies.push(message.bodyFile);
  }
}
