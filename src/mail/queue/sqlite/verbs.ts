// Operator verbs, a bounded step of each at a time.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Direction, QueueId } from '../../message.ts';
import type { MessageEvent, RecipientEvent } from '../../report/events.ts';
import type { ClaimedRows, StepResult, VerbStep } from '../engine.ts';
import type { QueryVerb } from '../operations.ts';
import type { QueueQuery } from '../queue.ts';
import { type Changes, DEFERRED, HELD, QUARANTINED, QUEUED, type Status } from './changes.ts';
import type { Holds } from './holds.ts';
import { isHeldByRow, meantBy, queryOf } from './matching.ts';
import type { RecipientHolds } from './recipient-holds.ts';
import type { Removal } from './removal.ts';
import { prepareToSeal } from './sealing.ts';
import { Suspensions } from './suspensions.ts';

/** Rows changed in one step at most, so that no commit waits long for a verb. */
const CHANGES_A_STEP = 500;

/** Rows to look at in one step: those behind `after`, up to `until` where that is named. */
interface Span {
  after: number;
  rows: number;
  until?: number;
}

interface Range {
  after: number;
  to: number;
  more: boolean;
}

interface Matched {
  row: number;
  message: number;
  position: number;
  status: Status;
  customer: string;
  destination: string;
  address: string;
  /** Row of the last recipient that the message had. */
  lastOfMessage: number;
  id: QueueId;
  sender: string;
  direction: Direction;
}

export interface VerbParts {
  holds: Holds;
  recipientHolds: RecipientHolds;
  removal: Removal;
}

export class Verbs {
  readonly #database: DatabaseSync;
  readonly #holds: Holds;
  readonly #recipientHolds: RecipientHolds;
  readonly #removal: Removal;
  readonly #lastRow: StatementSync;
  readonly #lastHeldRow: StatementSync;
  readonly #rowsOf: StatementSync;
  readonly #setStatus: StatementSync;
  readonly #retry: StatementSync;
  readonly #reroute: StatementSync;
  readonly #toSeal: (message: number) => void;
  readonly #suspensions: Suspensions;

  constructor(database: DatabaseSync, parts: VerbParts) {
    this.#database = database;
    this.#holds = parts.holds;
    this.#recipientHolds = parts.recipientHolds;
    this.#removal = parts.removal;
    this.#lastRow = database.prepare(
      'select max(row) as row from (select row from recipient where row > ? order by row limit ?)',
    );
    this.#lastHeldRow = database.prepare(`
      select max(row) as row from
      (select row from recipient indexed by held where row > ? and status >= 2 order by row limit ?)`);
    this.#rowsOf = database.prepare(`
      select r.row, r.status, r.attempts, r.address from recipient as r join message as m on m.row = ?1
      where r.row >= m.row and r.row < m.row + m.recipients`);
    this.#setStatus = database.prepare('update recipient set status = ? where row = ?');
    this.#retry = database.prepare('update recipient set due = ? where row = ?');
    this.#reroute = database.prepare('update recipient set destination = ?, reroute = ?, due = ? where row = ?');
    this.#toSeal = prepareToSeal(database);
    this.#suspensions = new Suspensions(database);
  }

  step({ verb, ...span }: VerbStep, changes: Changes, claimed: ClaimedRows): StepResult {
    switch (verb.verb) {
      case 'suspend':
      case 'resume':
        return this.#suspensions.step(verb, span, changes);
      default:
        return this.#overRows(verb, span, changes, claimed);
    }
  }

  #overRows(verb: QueryVerb, span: Span, changes: Changes, claimed: ClaimedRows): StepResult {
    const range = this.#range(queryOf(verb), span);
    if (range === undefined) return { changed: 0, busy: 0, destinations: [] };
    const found = this.#matched(verb, { ...range, limit: CHANGES_A_STEP });
    const matched = this.#wholeMessages(verb, found);
    const result = this.#apply(verb, matched, changes, claimed);
    const last = found.length === CHANGES_A_STEP ? matched.at(-1)?.row : range.more ? range.to : undefined;
    return last === undefined ? result : { ...result, next: last };
  }

  #range(query: QueueQuery, { after, rows, until = Number.MAX_SAFE_INTEGER }: Span): Range | undefined {
    if (query.id !== undefined) {
      const found = this.#database.prepare('select row, recipients from message where id = ?').get(query.id);
      if (found === undefined) return undefined;
      const first = Number(found['row']);
      return { after: Math.max(after, first - 1), to: first + Number(found['recipients']) - 1, more: false };
    }
    if (query.rows !== undefined) return { after, to: Math.min(until, Math.max(0, ...query.rows)), more: false };
    const last = (isHeldByRow(query) ? this.#lastHeldRow : this.#lastRow).get(after, rows)?.['row'];
    if (last === null || last === undefined) return undefined;
    return { after, to: Math.min(Number(last), until), more: Number(last) < until };
  }

  #matched(verb: QueryVerb, range: { after: number; to: number; limit: number }): Matched[] {
    const held = isHeldByRow(queryOf(verb));
    const condition = meantBy(verb);
    return this.#database
      .prepare(`
        select r.row, m.row as message, r.position, r.status, r.customer, r.destination, r.address,
          m.id, m.sender, m.row + m.recipients - 1 as lastOfMessage, json_extract(m.meta, '$.direction') as direction
        from recipient as r ${held ? 'indexed by held' : ''}
        cross join message as m on m.row = r.row - r.position
        where ${held ? 'r.status >= 2 and' : ''} r.row > ? and r.row <= ? and ${condition.sql} order by r.row limit ?`)
      .all(range.after, range.to, ...condition.values, range.limit) as unknown as Matched[];
  }

  /** A hold is a message's: the step that begins or lifts it sees all of its recipients, or some would be forgotten. */
  #wholeMessages(verb: QueryVerb, matched: Matched[]): Matched[] {
    const last = matched.at(-1);
    if (last === undefined || (verb.verb !== 'hold' && verb.verb !== 'release')) return matched;
    const rest = { after: last.row, to: last.lastOfMessage, limit: -1 };
    return last.row === last.lastOfMessage ? matched : [...matched, ...this.#matched(verb, rest)];
  }

  #apply(verb: QueryVerb, matched: Matched[], changes: Changes, claimed: ClaimedRows): StepResult {
    if (verb.verb === 'hold') return this.#hold(verb, matched, changes);
    if (verb.verb === 'release') return this.#release(verb, matched, changes);
    const free = matched.filter(({ row }) => !claimed.has(row));
    const result = { changed: free.length, busy: matched.length - free.length, destinations: new Set<string>() };
    if (verb.verb === 'remove') this.#remove(verb, free, changes);
    else if (verb.verb === 'retry') {
      for (const one of free) this.#retryOne(verb, one, changes, result.destinations);
    } else {
      for (const one of free) this.#rerouteOne(verb, one, changes, result.destinations);
    }
    return { ...result, destinations: [...result.destinations] };
  }

  #hold(verb: QueryVerb & { verb: 'hold' }, matched: Matched[], changes: Changes): StepResult {
    let changed = 0;
    for (const [message, recipients] of Map.groupBy(matched, (one) => one.message)) {
      const [first] = recipients;
      if (first === undefined || !this.#holds.begin(message, verb.reason, changes.now)) continue;
      this.#restatus(message, first.customer, changes);
      this.#toSeal(message);
      changes.tell(holdEvent(verb, first, changes.now));
      changed += recipients.length;
    }
    return { changed, busy: 0, destinations: [] };
  }

  /** A hold of the message is lifted for all of it, one of a recipient for those that are meant. */
  #release(verb: QueryVerb & { verb: 'release' }, matched: Matched[], changes: Changes): StepResult {
    const result: StepResult = { changed: 0, busy: 0, destinations: [] };
    const destinations = new Set<string>();
    for (const [message, recipients] of Map.groupBy(matched, (one) => one.message)) {
      const [first] = recipients;
      if (first === undefined) continue;
      if (verb.only === true) this.#keepOthers(verb.kind, recipients, changes);
      const whole = this.#holds.lift(first, verb.kind, changes.now);
      if (whole) changes.tell(holdEvent(verb, first, changes.now));
      const alone = recipients.filter((one) => this.#recipientHolds.lift(one, verb.kind, changes.now));
      for (const one of alone) {
        changes.tell({
          ...recipientEvent('message.recipient.released', one, verb.by, changes.now),
          reason: verb.kind,
        });
      }
      const released = whole ? recipients : alone;
      if (released.length === 0) continue;
      this.#restatus(message, first.customer, changes);
      result.changed += released.length;
      result.released ??= message;
      for (const { destination } of released) destinations.add(destination);
    }
    return { ...result, destinations: [...destinations] };
  }

  /** Before a hold of the message is lifted for some: the other recipients that wait keep it as one of their own. */
  #keepOthers(kind: string, meant: readonly Matched[], changes: Changes): void {
    const [first] = meant;
    if (first === undefined || !this.#holds.kinds(first.message).includes(kind)) return;
    const rows = new Set(meant.map(({ row }) => row));
    const { message, customer, id, sender, direction } = first;
    for (const found of this.#rowsOf.all(message)) {
      const row = Number(found['row']);
      if (rows.has(row)) continue;
      this.#recipientHolds.begin({ row, message, customer }, { kind }, changes.now);
      const one = { customer, id, sender, direction, position: row - message, address: String(found['address']) };
      changes.tell({ ...recipientEvent('message.recipient.held', one, undefined, changes.now), reason: kind });
    }
  }

  /** The holds of a message, and a recipient's own, decide the status. */
  #restatus(message: number, customer: string, changes: Changes): void {
    const kinds = this.#holds.kinds(message);
    const held = statusOf(kinds);
    for (const found of this.#rowsOf.all(message)) {
      const row = Number(found['row']);
      const before = Number(found['status']) as Status;
      const free = Number(found['attempts']) > 0 ? DEFERRED : QUEUED;
      const status = held ?? statusOf(this.#recipientHolds.kinds(row)) ?? free;
      if (status === before) continue;
      this.#setStatus.run(status, row);
      changes.count(customer, before, -1);
      changes.count(customer, status, 1);
    }
  }

  #remove(verb: QueryVerb & { verb: 'remove' }, matched: Matched[], changes: Changes): void {
    for (const one of matched) {
      this.#removal.recipient(one.row, one.customer, one.status, changes);
      const event = recipientEvent('message.recipient.removed', one, verb.by, changes.now);
      changes.tell(verb.note === undefined ? event : { ...event, note: verb.note });
    }
    for (const row of new Set(matched.map(({ message }) => message))) {
      const message = this.#removal.find(row);
      if (message !== undefined) this.#removal.messageIfDone(message, changes);
    }
  }

  #retryOne(verb: QueryVerb & { verb: 'retry' }, one: Matched, changes: Changes, destinations: Set<string>): void {
    this.#retry.run(changes.now, one.row);
    changes.tell(recipientEvent('message.recipient.retried', one, verb.by, changes.now));
    destinations.add(one.destination);
  }

  /** Other hosts are another lane: the one it leaves may well be closed. */
  #rerouteOne(verb: QueryVerb & { verb: 'reroute' }, one: Matched, changes: Changes, destinations: Set<string>): void {
    const lane = reroutedDestination(verb.hosts);
    this.#reroute.run(lane, JSON.stringify(verb.hosts), changes.now, one.row);
    changes.tell(recipientEvent('message.recipient.rerouted', one, verb.by, changes.now));
    destinations.add(lane);
  }
}

/** The status that holds of these kinds give. */
function statusOf(kinds: readonly string[]): Status | undefined {
  if (kinds.length === 0) return undefined;
  return kinds.includes('quarantine') ? QUARANTINED : HELD;
}

/** The lane of mail that goes to these hosts instead of by its domain. No domain looks like it. */
function reroutedDestination(hosts: readonly string[]): string {
  return `>${hosts.join(',').toLowerCase()}`;
}

function holdEvent(verb: Extract<QueryVerb, { verb: 'hold' | 'release' }>, one: Matched, at: number): MessageEvent {
  const { customer, id } = one;
  const reason = verb.verb === 'hold' ? verb.reason.kind : verb.kind;
  const by = verb.verb === 'hold' ? verb.reason.by : verb.by;
  const held = reason === 'quarantine' ? 'message.quarantined' : 'message.held';
  const event: MessageEvent = {
    type: verb.verb === 'hold' ? held : 'message.released',
    at,
    customer: customer as MessageEvent['customer'],
    id,
    reason,
  };
  if (by !== undefined) event.by = by;
  if (verb.verb === 'hold' && verb.reason.note !== undefined) event.note = verb.reason.note;
  return event;
}

function recipientEvent(
  type: RecipientEvent['type'],
  one: Pick<Matched, 'customer' | 'id' | 'direction' | 'sender' | 'position' | 'address'>,
  by: string | undefined,
  at: number,
): RecipientEvent {
  const event: RecipientEvent = {
    type,
    at,
    customer: one.customer as RecipientEvent['customer'],
    id: one.id,
    direction: one.direction,
    sender: one.sender,
    index: one.position,
    recipient: one.address,
  };
  if (by !== undefined) event.by = by;
  return event;
}
