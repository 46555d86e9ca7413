// Who did what in quarantine: kept for people in a table of its own, and in the audit.

import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { Actor } from '../actor.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { Changes } from '../changes.ts';
import { makeStep, type Step } from '../customers/step.ts';
import type { QuarantineAct } from './tables.ts';

/** Rows of one statement; SQLite takes 32,766 values. */
const ROWS = 1000;

/** What is done to one message. */
export interface Act {
  message: Pick<HeldMessage, 'id' | 'customer'>;
  recipients: number;
}

/** Within a change: notes what is done, each message by itself; `audit` stands for all of them. */
export async function noteActs(
  { trx, now, by, audit }: Step,
  action: QuarantineAct,
  acts: readonly Act[],
  entry: AuditedChange,
): Promise<void> {
  audit.push(entry);
  const rows = acts.map(({ message, recipients }) => ({
    at: now,
    who: by.who,
    customer: message.customer,
    message: message.id,
    action,
    recipients,
    reason: by.reason ?? null,
  }));
  for (let at = 0; at < rows.length; at += ROWS) {
    await trx
      .insertInto('quarantine_action')
      .values(rows.slice(at, at + ROWS))
      .execute();
  }
}

/** The entry of the audit for one message. */
export function auditOf(action: QuarantineAct, { message, recipients }: Act): AuditedChange {
  return {
    action: `quarantine.${action}`,
    object: `message ${message.id}`,
    customer: message.customer,
    before: null,
    after: { recipients },
  };
}

/** Notes what is about to be done to one message: what cannot be noted is not done. */
export function noteAct(changes: Changes, by: Actor, action: QuarantineAct, act: Act): Promise<void> {
  return makeStep(changes, by, (step) => noteActs(step, action, [act], auditOf(action, act)));
}
