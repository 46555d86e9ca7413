// Whose turn it is to be looked at. Nobody's thousand things keep another's waiting: of what is new each customer has its
// turn after the other, and of what is due none has more than its share running.

import type { StatementSync } from 'node:sqlite';
import type { ControlDatabase } from '../database/control-database.ts';
import type { SubjectName } from './subjects.ts';
import type { CheckSubjectRow } from './tables.ts';

/** What runs already, or may not begin now. */
export type Skip = (name: SubjectName) => boolean;

export interface DueTimes {
  now: number;
  /** What is due later than this was written by a clock that has been set back since, and is due too. */
  latest: number;
}

/** Rows of one look into the table, and such looks: each one leaves out who has its share by now. */
const ROWS = 500;
const FRESH_ROWS = 20;
const MOST_LOOKS = 10;

/** Picks what is due. Look-ups of microseconds, on the connection of the database. */
export class DueSubjects {
  readonly #new: StatementSync;
  readonly #next: StatementSync;
  readonly #strayed: StatementSync;
  readonly #oldest: StatementSync;
  #pivot = '';

  constructor({ raw }: ControlDatabase) {
    const columns = 'customer, kind, object, due, made_at, looked_at, pace';
    const others = 'customer not in (select value from json_each(?))';
    this.#new = raw.prepare(
      `select ${columns} from check_subject where due = 0 and customer > ?
       order by customer, kind, object limit ${FRESH_ROWS}`,
    );
    this.#next = raw.prepare(
      `select ${columns} from check_subject where due > 0 and due <= ? and ${others} order by due limit ?`,
    );
    this.#strayed = raw.prepare(`select ${columns} from check_subject where due > ? and ${others} limit ?`);
    this.#oldest = raw.prepare('select min(due) as due from check_subject where due > 0');
  }

  /** One that was never looked at or has changed, of one customer after the other. */
  fresh(skip: Skip): CheckSubjectRow | undefined {
    let again = true;
    for (let look = 0; look < MOST_LOOKS; look++) {
      const rows = this.#new.all(this.#pivot) as unknown as CheckSubjectRow[];
      const found = rows.find((row) => !skip(row));
      this.#pivot = (found ?? rows.at(-1))?.customer ?? '';
      if (found !== undefined) return found;
      if (rows.length > 0) continue;
      if (!again) return undefined;
      again = false;
    }
    return undefined;
  }

  /** Those whose time has come, the longest overdue first; of each customer no more than it has `room` for. */
  due(times: DueTimes, { skip, room }: { skip: Skip; room: (customer: string) => number }): CheckSubjectRow[] {
    const found = new Map<string, CheckSubjectRow>();
    const left = new Map<string, number>();
    const full = new Set<string>();
    for (let look = 0; look < MOST_LOOKS; look++) {
      const rows = this.#overdue(times, full);
      const before = full.size;
      for (const row of rows) {
        const key = `${row.customer} ${row.kind} ${row.object}`;
        if (full.has(row.customer) || found.has(key) || skip(row)) continue;
        const rest = left.get(row.customer) ?? room(row.customer);
        if (rest > 0) found.set(key, row);
        if (rest <= 1) full.add(row.customer);
        left.set(row.customer, rest - 1);
      }
      if (rows.length < ROWS || full.size === before) break;
    }
    return [...found.values()];
  }

  /** When the longest overdue one was due. */
  oldest(): number | undefined {
    return (this.#oldest.get()?.['due'] as number | null) ?? undefined;
  }

  #overdue({ now, latest }: DueTimes, without: ReadonlySet<string>): CheckSubjectRow[] {
    const customers = JSON.stringify([...without]);
    const rows = this.#next.all(now, customers, ROWS) as unknown as CheckSubjectRow[];
    if (rows.length >= ROWS) return rows;
    return [...rows, ...(this.#strayed.all(latest, customers, ROWS - rows.length) as unknown as CheckSubjectRow[])];
  }
}
