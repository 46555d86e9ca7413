// One line in the log for each outcome: ids and places, no addresses of people.

import type { Log, LogFields } from '../../platform/log.ts';
import type { Attempt, Cause, Outcome } from '../message.ts';
import type { Work } from '../queue/queue.ts';

/** Writes the lines of one attempt. */
export function logOutcomes(log: Log, work: Work, outcomes: readonly Outcome[]): void {
  for (const [position, outcome] of outcomes.entries()) {
    if (outcome.kind === 'untouched') continue;
    const recipient = work.recipients[position];
    const fields: LogFields = { id: work.meta.id, customer: work.meta.customer, recipient: recipient?.index };
    if (log.debugging) fields['to'] = recipient?.address;
    addOutcome(fields, outcome);
    log.info(outcome.kind, fields);
  }
}

function addOutcome(fields: LogFields, outcome: Exclude<Outcome, { kind: 'untouched' }>): void {
  switch (outcome.kind) {
    case 'delivered':
      fields['code'] = outcome.reply.code;
      addAttempt(fields, outcome.attempt);
      return;
    case 'deferred':
    case 'bounced':
      addCause(fields, outcome.cause);
      addAttempt(fields, outcome.attempt);
      return;
    case 'expired':
      if (outcome.lastCause !== undefined) addCause(fields, outcome.lastCause);
      return;
    case 'held':
      fields['reason'] = outcome.hold.kind;
      return;
    case 'suppressed':
      return;
    default:
      outcome satisfies never;
  }
}

/** The remote's own words may name people, so only its codes are logged; the trace has the words. */
function addCause(fields: LogFields, cause: Cause): void {
  if (cause.from === 'us') {
    fields['cause'] = cause.cause;
    return;
  }
  fields['stage'] = cause.stage;
  fields['code'] = cause.reply.code;
  if (cause.reply.enhanced !== undefined) fields['enhanced'] = cause.reply.enhanced;
}

function addAttempt(fields: LogFields, attempt: Attempt | undefined): void {
  if (attempt === undefined) return;
  fields['host'] = attempt.host;
  fields['ip'] = attempt.ip;
  fields['from'] = attempt.from?.ip;
  fields['attempt'] = attempt.number;
  fields['ms'] = Math.round(attempt.durationMs);
}
