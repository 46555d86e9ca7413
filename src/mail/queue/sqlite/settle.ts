import type { DatabaseSync } from 'node:sqlite';
import type { Cause } from '../../message.ts';
import type { NewMessage, SettledOutcome, StoredSettlement } from '../queue.ts';
import { type Changes, DEFERRED, HELD, type Status } from './changes.ts';
import type { Removal } from './removal.ts';

const CAUSE_CHARACTERS = 500;

/** What `prepareSettle` builds on. */
export interface SettleParts {
  enqueue: (message: NewMessage, changes: Changes) => number;
  removal: Removal;
}

const READ_RECIPIENT = 'select status, customer from recipient where row = ?';

const DEFER = `
update recipient set status = ?, attempts = attempts + 1, due = ?, last_cause = ? where row = ?`;

/** Makes the operation that writes outcomes. Rows that are gone are passed over, and so are their events. */
export function prepareSettle(
  database: DatabaseSync,
  parts: SettleParts,
): (settlement: StoredSettlement, changes: Changes) => void {
  const readRecipient = database.prepare(READ_RECIPIENT);
  const defer = database.prepare(DEFER);
  return (settlement, changes) => {
    const message = parts.removal.find(settlement.row);
    if (message === undefined || message.id !== settlement.id) return;
    const missing = new Set<number>();
    let final = 0;
    for (const { row, outcome, dueAt } of settlement.recipients) {
      if (outcome.kind === 'untouched') continue;
      const recipient = readRecipient.get(row);
      if (recipient === undefined) {
        missing.add(row - settlement.row);
        continue;
      }
      const status = Number(recipient['status']) as Status;
      if (outcome.kind === 'deferred') {
        const next = status < HELD ? DEFERRED : status;
        defer.run(next, Math.ceil(dueAt ?? changes.now), describe(outcome), row);
        if (next !== status) move(changes, message.customer, status, next);
      } else {
        parts.removal.recipient(row, message.customer, status, changes);
        final += 1;
      }
    }
    if (missing.size > 0 && missing.size === settlement.recipients.length) return;
    changes.events.push(...eventsWithout(missing, settlement.events));
    for (const notice of settlement.notices) parts.enqueue(notice, changes);
    if (final > 0) parts.removal.messageIfDone(message, changes);
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

/** One line for `queue list`: what the remote said, or our own reason. */
export function describeCause(cause: Cause): string {
  if (cause.from === 'us') return cause.detail === undefined ? cause.cause : `${cause.cause}: ${cause.detail}`;
  const { code, enhanced, text } = cause.reply;
  return `${cause.host}: ${code} ${enhanced === undefined ? '' : `${enhanced} `}${text}`;
}
