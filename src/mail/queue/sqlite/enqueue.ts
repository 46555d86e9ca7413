import type { DatabaseSync } from 'node:sqlite';
import type { NewMessage } from '../queue.ts';
import { type Changes, HELD, QUARANTINED, QUEUED, type Status } from './changes.ts';
import type { Holds } from './holds.ts';
import { isSealedBody, prepareToSeal } from './sealing.ts';
import { suspensionEvent } from './suspensions.ts';

const INSERT_MESSAGE = `
insert into message (row, id, customer, sender, accepted_at, size, recipients, meta, body_file, body)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const INSERT_RECIPIENT = `
insert into recipient (row, position, status, attempts, due, customer, destination, address)
values (?, ?, ?, 0, ?, ?, ?, ?)`;

/** Makes the operation that writes a message with its recipients and gives its row. */
export function prepareEnqueue(
  database: DatabaseSync,
  holds: Holds,
): (message: NewMessage, changes: Changes) => number {
  const insertMessage = database.prepare(INSERT_MESSAGE);
  const toSeal = prepareToSeal(database);
  const insertRecipient = database.prepare(INSERT_RECIPIENT);
  return (message, changes) => {
    const { meta, body, recipients } = message;
    if (recipients.length === 0) throw new RangeError(`message ${meta.id} has no recipients`);
    const row = changes.nextRow;
    changes.nextRow += recipients.length;
    insertMessage.run(
      row,
      meta.id,
      meta.customer,
      meta.sender,
      Math.floor(meta.acceptedAt),
      meta.size,
      recipients.length,
      JSON.stringify(meta),
      body.kind === 'file' ? body.name : null,
      body.kind === 'inline' ? body.bytes : null,
    );
    const status = firstStatus(message);
    for (let i = 0; i < recipients.length; i++) {
      const recipient = recipients[i];
      if (recipient === undefined) continue;
      const { destination, address } = recipient;
      insertRecipient.run(row + i, i, status, changes.now, meta.customer, destination, address);
    }
    if (message.hold !== undefined) holds.begin(row, message.hold, changes.now);
    changes.count(meta.customer, status, recipients.length);
    changes.accepted += recipients.length;
    changes.events.push(...message.events);
    const paused = holds.isPaused(meta.customer);
    if ((paused || message.hold !== undefined) && !isSealedBody(body)) toSeal(row);
    if (paused) {
      changes.tell(suspensionEvent({ verb: 'suspend', customer: meta.customer }, meta.id, changes.now));
    }
    return row;
  };
}

function firstStatus(message: NewMessage): Status {
  if (message.hold === undefined) return QUEUED;
  return message.hold.kind === 'quarantine' ? QUARANTINED : HELD;
}
