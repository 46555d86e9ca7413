// The one way to change the control store: one at a time, in one transaction with its audit and its events; then the
// relay threads are told, in the order of the changes.

import type { Transaction } from 'kysely';
import type { DirectoryChange } from '../mail/authorise/directory.ts';
import type { Clock } from '../platform/clock.ts';
import type { Actor } from './actor.ts';
import { type AuditedChange, recordAudit } from './audit/audit.ts';
import type { ControlDatabase } from './database/control-database.ts';
import type { ControlTables } from './database/tables.ts';
import { type ControlEvent, recordEvents } from './events/control-events.ts';

/** What a change leaves behind besides its rows. */
export interface Change<T> {
  result: T;
  /** Empty only where nothing changed. */
  audit: readonly AuditedChange[];
  /** What the mail path hears once the change is on disk. */
  directory?: readonly DirectoryChange[];
  events?: readonly ControlEvent[];
  /** Done after the mail path was told, and before the next change. What fails here is not undone: repeat it at a start. */
  after?: () => Promise<void>;
}

export interface Changes {
  /**
   * Runs the work in a transaction of its own. It may throw (a Problem, as a rule): nothing is written then, and the
   * caller gets the error. `now` is the time that all its rows should carry.
   */
  make<T>(by: Actor, work: (trx: Transaction<ControlTables>, now: number) => Promise<Change<T>>): Promise<T>;
}

export interface ChangesOptions {
  database: ControlDatabase;
  clock: Clock;
  /** Work in turn with everything else that changes the store. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  publish: (changes: DirectoryChange[]) => Promise<void>;
  /** Told when events were written. */
  eventsWritten: () => void;
}

/** Makes the way to change the store. */
export function createChanges({ database, clock, inTurn, publish, eventsWritten }: ChangesOptions): Changes {
  return {
    make: (by, work) =>
      inTurn(async () => {
        const now = clock.now();
        const change = await database.db.transaction().execute(async (trx) => {
          const made = await work(trx, now);
          await recordAudit(trx, made.audit, { ...by, now });
          await recordEvents(trx, made.events ?? [], now);
          return made;
        });
        if (change.directory !== undefined && change.directory.length > 0) await publish([...change.directory]);
        if (change.events !== undefined && change.events.length > 0) eventsWritten();
        await change.after?.();
        return change.result;
      }),
  };
}
