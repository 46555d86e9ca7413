import type { DatabaseSync } from 'node:sqlite';
import type { NewMessage, SettledOutcome, StoredSettlement } from '../queue.ts';
import { describeCause } from './cause-text.ts';
import { type Changes, DEFERRED, HELD, type Status } from './changes.ts';
import type { RecipientHolds } from './recipient-holds.ts';
import type { Removal } from './removal.ts';

const CAUSE_CHARACTERS = 500;

/** What `prepareSettle` builds on. */
export interface SettleParts {
  enqueue: (message: NewMessage, changes: Changes) => number;
  removal: Removal;
  recipientHolds: RecipientHolds;
}

const READ_RECIPIENT = 'select status, customer, delay_told from recipient where row = ?';

const DEFER = `
update recipient set status = ?, attempts = attempts + 1, due = ?, last_cause = ? where row = ?`;

/** Makes the operation that writes outcomes. Rows that are gone are passed over, and so are their events. */
export function prepareSettle(
  database: DatabaseSync,
  parts: SettleParts,
): (settlement: StoredSettlement, changes: Changes) => void {
  const { removal, recipientHolds } = parts;
  const readRecipient = database.prepare(READ_RECIPIENT);
  const defer = database.prepare(DEFER);
  const setStatus = database.prepare('update recipient set status = ? where row = ?');
  const tell = database.prepare('update recipient set delay_told = 1 where row = ?');
  return (settlement, changes) => {
    const message = removal.find(settlement.row);
    if (message === undefined || message.id !== settlement.id) return;
    const missing = new Set<number>();
    let final = 0;
    for (const { row, outcome, dueAt, delayTold } of settlement.recipients) {
      if (outcome.kind === 'untouched' && delayTold === undefined) continue;
      const recipient = readRecipient.get(row);
      // Told already, by whoever had it in hand before: nobody is told twice.
      const repeated = outcome.kind === 'untouched' && Number(recipient?.['delay_told']) === 1;
      if (recipient === undefined || repeated) {
        missing.add(row - settlement.row);
        continue;
      }
      if (delayTold) tell.run(row);
      const status = Number(recipient['status']) as Status;
      let next = status;
      switch (outcome.kind) {
        case 'untouched':
          break;
        case 'deferred':
          next = status < HELD ? DEFERRED : status;
          defer.run(next, Math.ceil(dueAt ?? changes.now), describe(outcome), row);
          break;
        case 'held':
          next = status < HELD ? HELD : status;
          setStatus.run(next, row);
          recipientHolds.begin({ row, message: message.row, customer: message.customer }, outcome.hold, changes.now);
          break;
        default:
          removal.recipient(row, message.customer, status, changes);
          final += 1;
      }
      if (next !== status) move(changes, message.customer, status, next);
    }
    if (missing.size > 0 && missing.size === settlement.recipients.length) return;
    changes.events.push(...eventsWithout(missing, settlement.events));
    for (const message of settlement.messages) parts.enqueue(message, changes);
    if (final > 0) removal.messageIfDone(message, changes);
  };
}

function move(changes: Changes, customer: string, from: Status, to: Status): void {
  changes.count(customer, from, -1);
  changes.count(customer, to, 1);
}

/** A recipient that had its final event must not get a second one. */
function eventsWithout(missing: ReadonlySet<number>, events: string[]): string[] {
  if (missing.size === 0) return events;
  return events.filter((text) => {
    const { index } = JSON.parse(text) as { index?: number };
    return index === undefined || !missing.has(index);
  });
}

function describe(outcome: SettledOutcome & { kind: 'deferred' }): string {
  return describeCause(outcome.cause).slice(0, CAUSE_CHARACTERS);
}
