// Reads the trace over connections that cannot write: searches over the days, one message, open messages.

import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { QueueId } from '../message.ts';
import { dayOfId } from '../queue/queue-id.ts';
import type { AcceptedEvent, MailEvent } from '../report/events.ts';
import { boundsOfDay, dayPath, listDays } from './day-file.ts';
import { type FoundRow, searchDay } from './day-search.ts';
import { EVENT_ROWS } from './day-writer.ts';
import { OPEN_BITS, openRecipients, stateOfRow } from './message-state.ts';
import { readEvent } from './read-event.ts';
import type { TraceSight } from './read-messages.ts';
import type { TraceEntry, TraceMessage, TraceOn, TracePage, TraceRow, TraceRowPage } from './trace.ts';
import { type EntrySource, entryOf } from './trace-entry.ts';
import { ofCustomer, type TraceQuery } from './trace-query.ts';
import { rowsOf } from './trace-rows.ts';
import { fitsWithoutSubject } from './without-subject.ts';

/** Connections kept open; a day costs a few pages of memory. */
const OPEN_DAYS = 40;

/** Octets of one message's events that a list reads, the newest first: what its recipients said last. */
const LISTED_OCTETS = 256 * 1024;

/** A message that still has a recipient without a final event. */
export interface OpenMessage {
  id: QueueId;
  open: number;
}

export interface SearchedPage extends TraceSight {
  limit: number;
  before?: string;
  goOn?: () => boolean;
}

export interface TraceReader {
  /** Newest first. Stops early when `goOn` says no; `next` then goes on from there. */
  search(query: TraceQuery, page: SearchedPage): TracePage;
  /** The same, one line a recipient: `limit` counts messages, `most` lines of one message. */
  rows(query: TraceQuery, page: SearchedPage & { most: number }): TraceRowPage;
  show(id: QueueId): TraceMessage | undefined;
  /** The event of a message's acceptance alone: a look-up by key. Throws where the day's file cannot be read. */
  accepted(id: QueueId): AcceptedEvent | undefined;
  /** Messages accepted before `acceptedBefore` that are not final, oldest first; `after` is a cursor. */
  open(acceptedBefore: number, page: { limit: number; after?: string }): { messages: OpenMessage[]; next?: string };
  close(): void;
}

interface OpenDay {
  db: DatabaseSync;
  inode: number;
}

/** Opens the days when they are asked for. */
export function openTraceReader(folder: string): TraceReader {
  return new Reader(folder);
}

class Reader implements TraceReader {
  readonly #folder: string;
  readonly #days = new Map<string, OpenDay>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  search(asked: TraceQuery, page: SearchedPage): TracePage {
    const { found, on } = this.#walk(asked, page, (db, about) => this.#seen(db, about, page));
    return { entries: found, ...on };
  }

  rows(asked: TraceQuery, page: SearchedPage & { most: number }): TraceRowPage {
    const { found, on } = this.#walk(asked, page, (db, about) => this.#seenRows(db, about, page));
    return { rows: found, ...on };
  }

  /** Goes through the days from the newest on; `look` makes of a message what the list shows of it. */
  #walk<T>(
    asked: TraceQuery,
    page: SearchedPage,
    look: (db: DatabaseSync, about: { day: string; row: FoundRow; query: TraceQuery }) => T[],
  ): { found: T[]; on: TraceOn } {
    const query = page.customer === undefined ? asked : ofCustomer(asked, page.customer);
    const goOn = page.goOn ?? (() => true);
    const from = page.before === undefined ? undefined : parseCursor(page.before);
    const days = this.#daysOf(query).filter((day) => from === undefined || day <= from.day);
    const found: T[] = [];
    for (const [i, day] of days.entries()) {
      const db = this.#open(day);
      const before = from?.day === day ? from.row : Number.MAX_SAFE_INTEGER;
      if (db !== undefined) {
        const limit = page.limit - found.length;
        const { rows, reached } = searchDay(db, query, { before, limit, goOn });
        const looked = this.#lookAt(rows, found, (row) => look(db, { day, row, query }), { limit: page.limit, goOn });
        if (looked !== undefined) return { found, on: { next: `${day}:${looked.row}`, searchedTo: looked.at } };
        if (reached > 0) return { found, on: { next: `${day}:${reached}`, searchedTo: timeAt(db, day, reached) } };
      }
      if (i + 1 < days.length && (found.length >= page.limit || !goOn())) {
        return { found, on: { next: `${day}:0`, searchedTo: boundsOfDay(day).begin } };
      }
    }
    return { found, on: {} };
  }

  /** Adds what the list shows of each row; answers the row after which it stopped, where that is not the last. */
  #lookAt<T>(
    rows: readonly FoundRow[],
    found: T[],
    look: (row: FoundRow) => T[],
    { limit, goOn }: { limit: number; goOn: () => boolean },
  ): FoundRow | undefined {
    for (const row of rows) {
      found.push(...look(row));
      // A message may have many lines, and its events take time to read.
      if (row !== rows.at(-1) && (found.length >= limit || !goOn())) return row;
    }
    return undefined;
  }

  show(id: QueueId): TraceMessage | undefined {
    const day = dayOfId(id);
    const db = this.#open(day);
    const row = db?.prepare('SELECT row, id, at, states, recipients, holds FROM message WHERE id = ?').get(id);
    if (db === undefined || row === undefined) return undefined;
    const found = row as unknown as FoundRow;
    const all: TraceQuery = { match: [], statuses: [], to: [] };
    return { entry: this.#entry(db, { day, row: found, query: all, all: true }), events: readEvents(db, found.row) };
  }

  accepted(id: QueueId): AcceptedEvent | undefined {
    const db = this.#open(dayOfId(id));
    const row = db?.prepare('SELECT row FROM message WHERE id = ?').get(id)?.['row'];
    if (db === undefined || row === undefined) return undefined;
    const text = db.prepare('SELECT text FROM event WHERE row = ?').get(Number(row) * EVENT_ROWS)?.['text'];
    const first = typeof text === 'string' ? firstEvents(text)[0] : undefined;
    return first?.type === 'message.accepted' ? first : undefined;
  }

  open(acceptedBefore: number, page: { limit: number; after?: string }): { messages: OpenMessage[]; next?: string } {
    const from = page.after === undefined ? { day: '', row: 0 } : parseCursor(page.after);
    const messages: OpenMessage[] = [];
    for (const day of listDays(this.#folder)) {
      if (day < from.day || boundsOfDay(day).begin > acceptedBefore) continue;
      const rows =
        this.#open(day)
          ?.prepare(`SELECT row, id, recipients FROM message INDEXED BY message_open
            WHERE states & ${OPEN_BITS} <> 0 AND row > ? AND at < ? ORDER BY row LIMIT ?`)
          .all(day === from.day ? from.row : 0, acceptedBefore, page.limit - messages.length) ?? [];
      for (const row of rows) {
        messages.push({ id: String(row['id']) as QueueId, open: openRecipients(String(row['recipients'])) });
      }
      if (messages.length >= page.limit) return { messages, next: `${day}:${Number(rows.at(-1)?.['row'] ?? 0)}` };
    }
    return { messages };
  }

  close(): void {
    for (const { db } of this.#days.values()) db.close();
    this.#days.clear();
  }

  /** Days that can hold what is meant, newest first. */
  #daysOf(query: TraceQuery): string[] {
    if (query.id !== undefined) return [dayOfId(query.id)];
    const { since = 0, until = Number.MAX_SAFE_INTEGER } = query;
    return listDays(this.#folder)
      .filter((day) => boundsOfDay(day).end > since && boundsOfDay(day).begin <= until)
      .toReversed();
  }

  /** The entry as the asker may see it; none where it may not. */
  #seen(db: DatabaseSync, about: { day: string; row: FoundRow; query: TraceQuery }, sight: TraceSight): TraceEntry[] {
    const entry = this.#entry(db, about);
    // Words are found whatever their case; ids of customers differ by it.
    if (sight.customer !== undefined && entry.customer !== sight.customer) return [];
    if (sight.subjects !== false) return [entry];
    const { subject, ...shown } = entry;
    const fits = fitsWithoutSubject(about.query.free ?? [], subject, () => readEvents(db, about.row.row));
    return fits ? [shown] : [];
  }

  /** The lines of a message as the asker may see them. */
  #seenRows(
    db: DatabaseSync,
    about: { day: string; row: FoundRow; query: TraceQuery },
    sight: TraceSight & { most: number },
  ): TraceRow[] {
    const [entry] = this.#seen(db, about, sight);
    if (entry === undefined) return [];
    const source: EntrySource = {
      ...about,
      state: stateOfRow({ ...about.row }),
      events: listedEvents(db, about.row.row),
    };
    const rows = rowsOf({ ...source, most: sight.most });
    return sight.subjects === false ? rows.map(({ subject: _hidden, ...row }) => row) : rows;
  }

  #entry(db: DatabaseSync, about: { day: string; row: FoundRow; query: TraceQuery; all?: boolean }): TraceEntry {
    const { row } = about;
    const first = db.prepare('SELECT text FROM event WHERE row = ?').get(row.row * EVENT_ROWS)?.['text'];
    return entryOf({
      ...about,
      state: stateOfRow({ ...row }),
      events: typeof first === 'string' ? firstEvents(first) : [],
    });
  }

  /** A connection to the day's file as it is now; nothing where there is none. */
  #open(day: string): DatabaseSync | undefined {
    const path = dayPath(this.#folder, day);
    const inode = statSync(path, { throwIfNoEntry: false })?.ino;
    const known = this.#days.get(day);
    if (known !== undefined) {
      this.#days.delete(day);
      if (known.inode !== inode) known.db.close();
      else this.#days.set(day, known);
    }
    if (inode === undefined) return undefined;
    if (known?.inode === inode) return known.db;
    const db = openWhole(path);
    if (db === undefined) return undefined;
    this.#days.set(day, { db, inode });
    for (const [name, old] of this.#days) {
      if (this.#days.size <= OPEN_DAYS) break;
      old.db.close();
      this.#days.delete(name);
    }
    return db;
  }
}

/** A day that is just being made has a file, and no tables yet: it is as if it were not there. */
function openWhole(path: string): DatabaseSync | undefined {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
  try {
    if (db.prepare('PRAGMA user_version').get()?.['user_version'] !== 0) return db;
  } catch (err) {
    db.close();
    throw err;
  }
  db.close();
  return undefined;
}

function readEvents(db: DatabaseSync, row: number): MailEvent[] {
  const base = row * EVENT_ROWS;
  const rows = db
    .prepare('SELECT text FROM event WHERE row BETWEEN ? AND ? ORDER BY row')
    .all(base, base + EVENT_ROWS - 1);
  return parseTexts(rows.map((one) => String(one['text'])));
}

/** The first events of a message and the newest, as many as a list reads. */
function listedEvents(db: DatabaseSync, row: number): MailEvent[] {
  const base = row * EVENT_ROWS;
  const newest: string[] = [];
  let octets = 0;
  const statement = db.prepare('SELECT row, text FROM event WHERE row BETWEEN ? AND ? ORDER BY row DESC');
  for (const one of statement.iterate(base + 1, base + EVENT_ROWS - 1)) {
    const text = String(one['text']);
    octets += text.length;
    if (octets > LISTED_OCTETS && newest.length > 0) break;
    newest.push(text);
  }
  const first = db.prepare('SELECT text FROM event WHERE row = ?').get(base)?.['text'];
  return parseTexts([...(typeof first === 'string' ? [first] : []), ...newest.toReversed()]);
}

/** When the message at this place was accepted. */
function timeAt(db: DatabaseSync, day: string, row: number): number {
  const at = db.prepare('SELECT at FROM message WHERE row >= ? ORDER BY row LIMIT 1').get(row)?.['at'];
  return at === undefined ? boundsOfDay(day).end : Number(at);
}

/** The accept or the refusal alone where the text begins with it: what follows may be a thousand deliveries. */
function firstEvents(text: string): MailEvent[] {
  const end = text.indexOf('\n');
  const first = parseTexts([end === -1 ? text : text.slice(0, end)]);
  const type = first[0]?.type;
  return type === 'message.accepted' || type === 'message.rejected' ? first : parseTexts([text]);
}

function parseTexts(texts: string[]): MailEvent[] {
  return texts
    .flatMap((text) => text.split('\n'))
    .map((text) => readEvent(text))
    .filter((event) => event !== undefined);
}

/** A cursor of ours; whatever else is given begins at the newest. */
function parseCursor(cursor: string): { day: string; row: number } {
  const [, day, row] = /^(\d{4}-\d{2}-\d{2}):(\d{1,16})$/.exec(cursor) ?? [];
  if (day === undefined || row === undefined) throw new RangeError('not a cursor of this list');
  return { day, row: Number(row) };
}
