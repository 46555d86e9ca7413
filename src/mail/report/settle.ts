// From the outcomes of an attempt to what the queue is told: when to try again, what is over, the events, and the
// notice to the sender. Pure: time and chance are parameters.

import type { Outcome, QueueId } from '../message.ts';
import type { ClaimedRecipient, Settlement, Work } from '../queue/queue.ts';
import { bounceNotice, type FailedRecipient } from './bounce-notice.ts';
import { type RecipientEvent, recipientEvent } from './events.ts';

export interface SettleOptions {
  /** Milliseconds since 1970. */
  now: number;
  /** Wait before the next attempt in milliseconds, after so many failed ones (`queue/retry-schedule.ts`). */
  retryDelay: (attempts: number) => number;
  /** Life of a message in the queue, milliseconds; time held is added. */
  expireAfterMs: number;
  /** Name of this node, for the notice. */
  hostname: string;
  /** Gives a notice its id. */
  newId: () => QueueId;
  /** Header section of the message, for the notice: asked for only where there is one to make. */
  header?: () => Uint8Array | undefined;
}

/**
 * The settlement of one piece of work. `outcomes` stand in the order of `work.recipients`; a missing one counts as
 * untouched. A deferral of a message whose life is over becomes `expired`; the last attempt falls on the end of life.
 */
export function settlementFor(work: Work, outcomes: readonly Outcome[], options: SettleOptions): Settlement {
  const endOfLife = work.meta.acceptedAt + options.expireAfterMs + work.heldMs;
  const settlement: Settlement = {
    row: work.row,
    id: work.meta.id,
    destination: work.destination,
    recipients: [],
    events: [],
    notices: [],
  };
  const failed: FailedRecipient[] = [];
  for (let i = 0; i < work.recipients.length; i++) {
    const recipient = work.recipients[i] as ClaimedRecipient;
    const told = outcomes[i] ?? { kind: 'untouched' };
    const outcome = withinLife(told, endOfLife, options.now);
    const dueAt = dueAfter(outcome, recipient.attempts, { endOfLife, options });
    const settled: Settlement['recipients'][number] = { row: recipient.row, outcome };
    if (dueAt !== undefined) settled.dueAt = dueAt;
    if (work.task === 'tell-delay') settled.delayTold = true;
    settlement.recipients.push(settled);
    const times = dueAt === undefined ? { at: options.now } : { at: options.now, nextAttemptAt: dueAt };
    // The last attempt is told of too, before the end that follows from it.
    if (told !== outcome) addEvent(settlement, recipientEvent(work.meta, recipient, told, { at: options.now }));
    addEvent(settlement, recipientEvent(work.meta, recipient, outcome, times));
    const failure = failedRecipient(recipient.address, outcome);
    if (failure !== undefined) failed.push(failure);
  }
  addNotice(settlement, work, { failed, options });
  return settlement;
}

/** Outcomes of work that was handed out because its life is over. */
export function expiredOutcomes(work: Work): Outcome[] {
  return work.recipients.map(() => ({ kind: 'expired' }));
}

function addEvent(settlement: Settlement, event: RecipientEvent | undefined): void {
  if (event !== undefined) settlement.events.push(JSON.stringify(event));
}

function withinLife(outcome: Outcome, endOfLife: number, now: number): Outcome {
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

function failedRecipient(address: string, outcome: Outcome): FailedRecipient | undefined {
  if (outcome.kind !== 'bounced' && outcome.kind !== 'expired') return undefined;
  const failed: FailedRecipient = { address, kind: outcome.kind };
  const cause = outcome.kind === 'bounced' ? outcome.cause : outcome.lastCause;
  if (cause !== undefined) failed.cause = cause;
  if (outcome.kind === 'bounced' && outcome.attempt !== undefined) failed.lastAttemptAt = outcome.attempt.at;
  return failed;
}

function addNotice(
  settlement: Settlement,
  work: Work,
  about: { failed: FailedRecipient[]; options: SettleOptions },
): void {
  const { failed, options } = about;
  if (failed.length === 0 || work.meta.sender === '') return;
  const header = options.header?.();
  const notice = bounceNotice(work.meta, failed, {
    hostname: options.hostname,
    newId: options.newId,
    now: options.now,
    ...(header === undefined ? {} : { header }),
  });
  if (notice !== undefined) settlement.notices.push(notice);
}
