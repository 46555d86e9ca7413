// A customer is suspended and goes on: one row says so, at once; then each message in the queue is told of, step by
// step, so that its trace shows why it waits. Mail that comes later is told of when it is enqueued.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CustomerId, QueueId } from '../../message.ts';
import type { MessageEvent } from '../../report/events.ts';
import type { StepResult } from '../engine.ts';
import type { OperatorVerb } from '../operations.ts';
import type { Changes } from './changes.ts';
import { prepareToSeal } from './sealing.ts';

export type SuspensionVerb = Extract<OperatorVerb, { customer: CustomerId }>;

/** The kind of hold that a suspension is. */
export const SUSPENDED = 'suspended';

const LAST_ROW = 'select max(row) as row from (select row from recipient where row > ? order by row limit ?)';

/** Each message once: at the first of its recipients that is still there. */
const MESSAGES = `
select m.id, m.row as message from recipient as r cross join message as m on m.row = r.row - r.position
where r.row > ?1 and r.row <= ?2 and r.row < ?3 and r.customer = ?4
and not exists (select 1 from recipient as e where e.row >= m.row and e.row < r.row) order by r.row`;

export class Suspensions {
  readonly #suspend: StatementSync;
  readonly #resume: StatementSync;
  readonly #last: StatementSync;
  readonly #lastRow: StatementSync;
  readonly #messages: StatementSync;
  readonly #toSeal: (message: number) => void;

  constructor(database: DatabaseSync) {
    this.#suspend = database.prepare(`
      insert into customer_pause (customer, since, note, operator, before_row)
      select ?1, ?2, ?3, ?4, ?5
      where not exists (select 1 from customer_pause where customer = ?1 and until is null)
      on conflict do update set until = null, note = excluded.note, operator = excluded.operator,
      before_row = excluded.before_row`);
    this.#resume = database.prepare(
      // Who ordered it stands in the trace, and goes with it; the times lengthen the life of what waited.
      'update customer_pause set until = ?1, before_row = ?2, note = null, operator = null where customer = ?3 and until is null',
    );
    this.#last = database.prepare(
      'select until, before_row from customer_pause where customer = ? order by since desc limit 1',
    );
    this.#lastRow = database.prepare(LAST_ROW);
    this.#messages = database.prepare(MESSAGES);
    this.#toSeal = prepareToSeal(database);
  }

  /** The first step changes the state; all of them tell of messages, a bounded number of rows each. */
  step(verb: SuspensionVerb, span: { after: number; rows: number }, changes: Changes): StepResult {
    const result: StepResult = { changed: 0, busy: 0, destinations: [] };
    if (span.after === 0 && !this.#change(verb, changes)) return result;
    const last = this.#last.get(verb.customer);
    // The opposite was said meanwhile: it tells of the rest.
    if (last === undefined || (last['until'] === null) !== (verb.verb === 'suspend')) return result;
    const to = this.#lastRow.get(span.after, span.rows)?.['row'];
    if (to === null || to === undefined) return result;
    const found = this.#messages.all(span.after, to, last['before_row'] ?? 0, verb.customer);
    for (const row of found) {
      changes.tell(suspensionEvent(verb, String(row['id']) as QueueId, changes.now));
      if (verb.verb === 'suspend') this.#toSeal(Number(row['message']));
    }
    const done = Number(to) >= Number(last['before_row']);
    return { ...result, changed: found.length, ...(!done && { next: Number(to) }) };
  }

  #change(verb: SuspensionVerb, changes: Changes): boolean {
    const { customer, by } = verb;
    const { changes: changed } =
      verb.verb === 'suspend'
        ? this.#suspend.run(customer, changes.now, verb.note ?? null, by ?? null, changes.nextRow)
        : this.#resume.run(changes.now, changes.nextRow, customer);
    return Number(changed) > 0;
  }
}

/** What a message of a suspended customer is told with. */
export function suspensionEvent(verb: SuspensionVerb, id: QueueId, at: number): MessageEvent {
  const type = verb.verb === 'suspend' ? 'message.held' : 'message.released';
  const event: MessageEvent = { type, at, customer: verb.customer, id, reason: SUSPENDED };
  if (verb.by !== undefined) event.by = verb.by;
  if (verb.verb === 'suspend' && verb.note !== undefined) event.note = verb.note;
  return event;
}
