// One change of the store while it is made: several parts add to what it leaves behind.

import type { Transaction } from 'kysely';
import type { DirectoryChange } from '../../mail/authorise/directory.ts';
import type { Actor } from '../actor.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { Change, Changes } from '../changes.ts';
import type { ControlTables } from '../database/tables.ts';
import type { ControlEvent } from '../events/control-events.ts';

/** What a part of a change works with. */
export interface Step {
  trx: Transaction<ControlTables>;
  /** Of all rows of this change, milliseconds since 1970. */
  now: number;
  by: Actor;
  audit: AuditedChange[];
  directory: DirectoryChange[];
  events: ControlEvent[];
  /** Done in this order once the change is on disk and the mail path was told; must not wait for another change. */
  after: (() => Promise<void>)[];
}

/** Makes a change out of parts, in one transaction. What throws undoes all of it. */
export function makeStep<T>(changes: Changes, by: Actor, work: (step: Step) => Promise<T>): Promise<T> {
  return changes.make(by, async (trx, now): Promise<Change<T>> => {
    const step: Step = { trx, now, by, audit: [], directory: [], events: [], after: [] };
    const result = await work(step);
    const { audit, directory, events } = step;
    const after = async () => {
      for (const one of step.after) await one();
    };
    return { result, audit, directory, events, after };
  });
}
