// Writes the events of one batch into one day, in one transaction, with the marks by which a repeat is known.
//
// - Events are grouped by message: one row of text, one set of words for each message and batch.
// - What was there before the batch is written first, by row, then what is new: FTS5 wants its rows to grow, or it
//   writes out what it holds in memory each time they do not.
// - Nothing kept in memory changes before the commit, so a batch that failed can be given again.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MailEvent } from '../report/events.ts';
import { type ErasedInDay, type EraseStep, eraseInDay } from './erase-in-day.ts';
import { applyEvent, type CountChange, type MessageState, maskOf, stateOfRow } from './message-state.ts';
import { addIdentity, addWords } from './trace-words.ts';

/** Event rows of message row n begin at n * this. */
export const EVENT_ROWS = 2 ** 20;
const MINUTE_MS = 60_000;

/** An event with its text and its place in the outbox. Refusals have no place. */
export interface PlacedEvent {
  event: MailEvent;
  text: string;
  seq?: number;
  source: string;
}

/** Sums over the recipients of a day. */
export interface DaySums extends CountChange {
  /** Unique name of the file. */
  name: string;
}

/** What a batch changed in one day; to be taken over by the caller once the batch stands. */
export interface DayBatchResult {
  events: number;
  repeated: number;
  /** Change of the sums by row of the outbox. */
  changes: { source: string; seq: number; change: CountChange }[];
  /** The feed has grown. */
  fed?: true;
}

/** Whether events of this customer go into the feed. */
export type Watching = (customer: string | undefined) => boolean;

interface Group {
  id: string | undefined;
  events: MailEvent[];
  texts: string[];
  /** Words of the new events. */
  words: string[];
  state: MessageState;
  /** Row in the day; 0 until it is given one. */
  row: number;
  known: boolean;
}

export interface DayWriter {
  readonly sums: DaySums;
  /** When the file was made, milliseconds since 1970. */
  readonly begun: number;
  /** Rows of the outbox that are in, by source. */
  readonly applied: ReadonlyMap<string, number>;
  /** Writes in one transaction and syncs (a batch of nothing but refusals: no sync). Throws what SQLite says. */
  write(events: PlacedEvent[], unreadable: { seq: number; text: string }[]): DayBatchResult;
  /** Takes addresses out (erase-in-day.ts). Throws what SQLite says. */
  erase(step: EraseStep): ErasedInDay;
  close(): void;
}

/** Takes over an open day. */
export function createDayWriter(db: DatabaseSync, watching: Watching): DayWriter {
  const about = new Map(
    db
      .prepare('SELECT name, value FROM about')
      .all()
      .map((row) => [String(row['name']), String(row['value'])]),
  );
  const writer = new Writer(db, about.get('name') ?? '', watching);
  return {
    sums: writer.sums,
    applied: writer.applied,
    begun: Number(about.get('begun') ?? 0),
    write: (events, unreadable) => writer.write(events, unreadable),
    erase: (step) => eraseInDay(db, step),
    close: () => db.close(),
  };
}

class Writer {
  readonly sums: DaySums;
  readonly applied = new Map<string, number>();
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #watching: Watching;
  #lastRow: number;

  constructor(db: DatabaseSync, name: string, watching: Watching) {
    this.#db = db;
    this.#watching = watching;
    this.#sql = prepare(db);
    this.#lastRow = Number(db.prepare('SELECT coalesce(max(row), 0) AS row FROM message').get()?.['row']);
    this.sums = { name, accepted: 0, final: 0, duplicates: 0 };
    for (const row of db.prepare('SELECT name, value FROM counter').all()) {
      const counter = row['name'];
      if (counter === 'accepted' || counter === 'final' || counter === 'duplicates') {
        this.sums[counter] = Number(row['value']);
      }
    }
    for (const row of db.prepare('SELECT source, seq FROM applied').all()) {
      this.applied.set(String(row['source']), Number(row['seq']));
    }
  }

  write(events: PlacedEvent[], unreadable: { seq: number; text: string }[]): DayBatchResult {
    const fresh = events.filter(({ seq, source }) => seq === undefined || seq > (this.applied.get(source) ?? 0));
    const result: DayBatchResult = { events: fresh.length, repeated: events.length - fresh.length, changes: [] };
    if (fresh.length === 0 && unreadable.length === 0) return result;
    const durable = unreadable.length > 0 || fresh.some(({ seq }) => seq !== undefined);
    this.#db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`);
    const before = { lastRow: this.#lastRow };
    try {
      const total = this.#apply(fresh, result);
      for (const { seq, text } of unreadable) this.#sql.unreadable.run(seq, text);
      const applied = lastSeqs(fresh);
      for (const [source, seq] of applied) this.#sql.applied.run(source, seq);
      for (const name of ['accepted', 'final', 'duplicates'] as const) {
        if (total[name] !== 0) this.#sql.counter.run(name, total[name]);
      }
      this.#db.exec('COMMIT');
      for (const [source, seq] of applied) this.applied.set(source, seq);
      addChange(this.sums, total);
    } catch (err) {
      this.#lastRow = before.lastRow;
      rollBack(this.#db);
      throw err;
    }
    return result;
  }

  #apply(fresh: PlacedEvent[], result: DayBatchResult): CountChange {
    const total: CountChange = { accepted: 0, final: 0, duplicates: 0 };
    const groups = new Map<string, Group>();
    const newOnes: Group[] = [];
    for (const placed of fresh) {
      const group = this.#groupOf(placed.event, groups, newOnes);
      group.events.push(placed.event);
      group.texts.push(placed.text);
      addWords(group.words, placed.event);
      const change = applyEvent(group.state, placed.event);
      if (!group.state.accepted) addIdentity(group.words, placed.event);
      if (change.accepted === 0 && change.final === 0 && change.duplicates === 0) continue;
      addChange(total, change);
      if (placed.seq !== undefined) result.changes.push({ source: placed.source, seq: placed.seq, change });
    }
    const known = [...groups.values()].filter((group) => group.known).sort((a, b) => a.row - b.row);
    for (const group of known) this.#feed(group, this.#addTo(group), result);
    const minutes = new Map<number, { first: number; last: number }>();
    for (const group of newOnes) this.#feed(group, this.#addNew(group, minutes), result);
    for (const [minute, { first, last }] of minutes) this.#sql.minute.run(minute, first, last);
    return total;
  }

  #groupOf(event: MailEvent, groups: Map<string, Group>, newOnes: Group[]): Group {
    const id = event.type === 'message.rejected' ? undefined : event.id;
    let group = id === undefined ? undefined : groups.get(id);
    if (group !== undefined) return group;
    group = { id, events: [], texts: [], words: [], state: newState(), row: 0, known: false };
    if (id !== undefined) {
      groups.set(id, group);
      this.#load(group, id);
    }
    if (!group.known) newOnes.push(group);
    return group;
  }

  #load(group: Group, id: string): void {
    const row = this.#sql.find.get(id);
    if (row === undefined) return;
    group.known = true;
    group.row = Number(row['row']);
    group.state = stateOfRow(row);
  }

  /** Notes a row of events for those who follow them. */
  #feed(group: Group, row: number, result: DayBatchResult): void {
    if (!this.#watching(group.events[0]?.customer)) return;
    this.#sql.feed.run(row);
    result.fed = true;
  }

  #addTo(group: Group): number {
    const { row, state } = group;
    const base = row * EVENT_ROWS;
    const last = Number(this.#sql.lastEvent.get(base, base + EVENT_ROWS - 1)?.['row'] ?? base - 1);
    this.#sql.event.run(last + 1, group.texts.join('\n'));
    if (group.words.length > 0) this.#sql.words.run(row, group.words.join(' '));
    this.#sql.update.run(maskOf(state), state.letters, holdsText(state), row);
    return last + 1;
  }

  #addNew(group: Group, minutes: Map<number, { first: number; last: number }>): number {
    this.#lastRow += 1;
    const row = this.#lastRow;
    const at = (group.events.find(({ type }) => type === 'message.accepted') ?? group.events[0])?.at ?? 0;
    const { state } = group;
    this.#sql.message.run(row, group.id ?? null, at, maskOf(state), state.letters, holdsText(state));
    this.#sql.event.run(row * EVENT_ROWS, group.texts.join('\n'));
    this.#sql.words.run(row, group.words.join(' '));
    const minute = Math.floor(at / MINUTE_MS);
    const bounds = minutes.get(minute);
    if (bounds === undefined) minutes.set(minute, { first: row, last: row });
    else bounds.last = row;
    return row * EVENT_ROWS;
  }
}

type Statements = Record<
  | 'find'
  | 'lastEvent'
  | 'message'
  | 'update'
  | 'event'
  | 'words'
  | 'minute'
  | 'applied'
  | 'counter'
  | 'unreadable'
  | 'feed',
  StatementSync
>;

function prepare(db: DatabaseSync): Statements {
  return {
    find: db.prepare('SELECT row, states, recipients, holds FROM message WHERE id = ?'),
    lastEvent: db.prepare('SELECT max(row) AS row FROM event WHERE row BETWEEN ? AND ?'),
    message: db.prepare('INSERT INTO message (row, id, at, states, recipients, holds) VALUES (?, ?, ?, ?, ?, ?)'),
    update: db.prepare('UPDATE message SET states = ?, recipients = ?, holds = ? WHERE row = ?'),
    event: db.prepare('INSERT INTO event (row, text) VALUES (?, ?)'),
    words: db.prepare('INSERT INTO word (rowid, w) VALUES (?, ?)'),
    minute: db.prepare(`INSERT INTO minute (minute, first, last) VALUES (?, ?, ?)
      ON CONFLICT (minute) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)`),
    applied: db.prepare(`INSERT INTO applied (source, seq) VALUES (?, ?)
      ON CONFLICT (source) DO UPDATE SET seq = max(seq, excluded.seq)`),
    counter: db.prepare(`INSERT INTO counter (name, value) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = value + excluded.value`),
    feed: db.prepare('INSERT INTO feed (row) VALUES (?)'),
    unreadable: db.prepare(`INSERT INTO unreadable (seq, text)
      SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM unreadable WHERE seq = ?1 AND text = ?2)`),
  };
}

function lastSeqs(events: PlacedEvent[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const { seq, source } of events) {
    if (seq !== undefined && seq > (last.get(source) ?? 0)) last.set(source, seq);
  }
  return last;
}

/** Adds a change to sums, in place. */
export function addChange(sums: CountChange, change: CountChange): void {
  sums.accepted += change.accepted;
  sums.final += change.final;
  sums.duplicates += change.duplicates;
}

function newState(): MessageState {
  return { accepted: false, letters: '', holds: [] };
}

function holdsText(state: MessageState): string | null {
  return state.holds.length === 0 ? null : state.holds.join('\n');
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // SQLite has rolled back by itself (full disk, I/O error): there is nothing left to undo.
  }
}
