// From the outcomes of an attempt to what the queue is told: when to try again, what is over, the events, and the
// notice to the sender. Pure: time and chance are parameters.

import type { Outcome } from '../message.ts';
import type { ClaimedRecipient, NewMessage, Settlement, Work } from '../queue/queue.ts';
import { delayToldEvent, type RecipientEvent, recipientEvent } from './events.ts';
import type { NoticesMade } from './notices/notices.ts';

export interface SettleOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Wait before the next attempt in milliseconds, after so many failed ones (`queue/retry-schedule.ts`). */
  retryDelay: (attempts: number) => number;
  /** Life of a message in the queue, milliseconds; time held is added. */
  expireAfterMs: number;
  /** The notices made about this work. Absent: nobody is told, and nothing is noted of it. */
  notices?: NoticesMade;
  /** What came in for another customer. */
  takenIn?: NewMessage;
}

/**
 * The settlement of one piece of work. `outcomes` stand in the order of `work.recipients`; a missing one counts as
 * untouched. A deferral of a message whose life is over becomes `expired`; the last attempt falls on the end of life.
 */
export function settlementFor(work: Work, outcomes: readonly Outcome[], options: SettleOptions): Settlement {
  const endOfLife = endOfLifeOf(work, options.expireAfterMs);
  const settlement: Settlement = {
    row: work.row,
    id: work.meta.id,
    destination: work.destination,
    at: options.now,
    recipients: [],
    events: [],
    messages: [],
  };
  const { messages, notes } = options.notices ?? NO_NOTICES;
  settlement.messages.push(...messages);
  if (options.takenIn !== undefined) settlement.messages.push(options.takenIn);
  for (let i = 0; i < work.recipients.length; i++) {
    const recipient = work.recipients[i] as ClaimedRecipient;
    const told = outcomes[i] ?? UNTOUCHED;
    const outcome = withinLife(told, endOfLife, options.now);
    const dueAt = dueAfter(outcome, recipient.attempts, { endOfLife, options });
    const settled: Settlement['recipients'][number] = { row: recipient.row, outcome };
    if (dueAt !== undefined) settled.dueAt = dueAt;
    if (work.task === 'tell-delay') settled.delayTold = true;
    settlement.recipients.push(settled);
    const times = dueAt === undefined ? { at: options.now } : { at: options.now, nextAttemptAt: dueAt };
    // The last attempt is told of too, before the end that follows from it.
    if (told !== outcome) addEvent(settlement, recipientEvent(work.meta, recipient, told, { at: options.now }));
    const note = notes[i];
    const event = recipientEvent(work.meta, recipient, outcome, times);
    if (event !== undefined && note !== undefined) event.notice = note;
    addEvent(settlement, event);
    // A delay that nobody wanted to hear of is no event.
    if (note?.subject === 'delay' && 'id' in note) {
      addEvent(settlement, delayToldEvent(work.meta, recipient, note, options.now));
    }
  }
  return settlement;
}

const UNTOUCHED: Outcome = { kind: 'untouched' };
const NO_NOTICES: NoticesMade = { messages: [], notes: [] };

/** When attempts end, milliseconds since 1970. */
export function endOfLifeOf(work: Work, expireAfterMs: number): number {
  return work.meta.acceptedAt + expireAfterMs + work.heldMs;
}

function addEvent(settlement: Settlement, event: RecipientEvent | undefined): void {
  if (event !== undefined) settlement.events.push(JSON.stringify(event));
}

/** What an outcome is once the life of the message is looked at. */
export function withinLife(outcome: Outcome, endOfLife: number, now: number): Outcome {
  if (outcome.kind !== 'deferred' || now < endOfLife) return outcome;
  return { kind: 'expired', lastCause: outcome.cause };
}

function dueAfter(
  outcome: Outcome,
  attempts: number,
  life: { endOfLife: number; options: SettleOptions },
): number | undefined {
  if (outcome.kind !== 'deferred') return undefined;
  return Math.min(life.options.now + life.options.retryDelay(attempts + 1), life.endOfLife);
}
