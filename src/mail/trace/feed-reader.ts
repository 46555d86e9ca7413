// Follows the trace: events of watched customers, a day at a time, in the order in which they were written. Read over
// connections that cannot write, so that whoever follows costs the trace thread nothing.

import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { AcceptedEvent, MailEvent } from '../report/events.ts';
import { dayPath, listDays } from './day-file.ts';
import { EVENT_ROWS } from './day-writer.ts';
import { stateOfRow, statusAt } from './message-state.ts';
import { readEvent } from './read-event.ts';
import type { TraceStatus } from './trace.ts';

/** Days kept open: today, and those that late events come to. */
const OPEN_DAYS = 8;
/** Sequence numbers of a message leave so much room for the events of one row. */
const ROW_EVENTS = 100_000;

/** Where an event lies: its day, the row there, and the line in it. */
export interface EventPlace {
  day: string;
  row: number;
  line: number;
}

/** One entry of a feed. */
export interface FedRow {
  seq: number;
  row: number;
  /** By line; nothing where the line is not one that this version knows. */
  events: (MailEvent | undefined)[];
}

/** An event with what is known of its message. */
export interface FedEvent {
  event: MailEvent;
  /** Grows from event to event of one message; gaps mean nothing. */
  sequence: number;
  /** The accept of its message, where the day still has it. */
  accepted?: AcceptedEvent;
  /** Where the recipient of the event stands now. */
  status?: TraceStatus;
}

export interface FeedReader {
  /** Days that have a file, oldest first. */
  days(): string[];
  /** Unique name of the day's file; nothing where there is none. */
  nameOf(day: string): string | undefined;
  /** The last entry of the day's feed; 0 where it has none. Throws where the file cannot be read. */
  last(day: string): number;
  /** Entries after `seq`, `limit` at most. Throws where the file cannot be read. */
  read(day: string, seq: number, limit: number): FedRow[];
  /** The event at its place; nothing where it is gone. */
  find(place: EventPlace): FedEvent | undefined;
  close(): void;
}

interface Day {
  db: DatabaseSync;
  inode: number;
  name: string;
  read: StatementSync;
  last: StatementSync;
  text: StatementSync;
  message: StatementSync;
}

/** Opens the days of a folder when they are asked for. */
export function openFeedReader(folder: string): FeedReader {
  return new Reader(folder);
}

class Reader implements FeedReader {
  readonly #folder: string;
  /** Least recently used first. */
  readonly #days = new Map<string, Day>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  days(): string[] {
    return listDays(this.#folder);
  }

  nameOf(day: string): string | undefined {
    return this.#open(day)?.name;
  }

  last(day: string): number {
    return Number(this.#open(day)?.last.get()?.['seq'] ?? 0);
  }

  read(day: string, seq: number, limit: number): FedRow[] {
    const rows = this.#open(day)?.read.all(seq, limit) ?? [];
    return rows.map((row) => ({
      seq: Number(row['seq']),
      row: Number(row['row']),
      events: String(row['text']).split('\n').map(readEvent),
    }));
  }

  find({ day, row, line }: EventPlace): FedEvent | undefined {
    const open = this.#open(day);
    const text = open?.text.get(row)?.['text'];
    const event = typeof text === 'string' ? readEvent(text.split('\n')[line] ?? '') : undefined;
    if (open === undefined || event === undefined) return undefined;
    const message = Math.floor(row / EVENT_ROWS);
    const found: FedEvent = { event, sequence: (row % EVENT_ROWS) * ROW_EVENTS + line + 1 };
    if (event.type === 'message.rejected') return found;
    const accepted = event.type === 'message.accepted' ? event : acceptOf(open, message);
    if (accepted !== undefined) found.accepted = accepted;
    if (!('index' in event)) return found;
    const state = open.message.get(message);
    const status = state === undefined ? undefined : statusAt(stateOfRow(state), event.index);
    if (status !== undefined) found.status = status;
    return found;
  }

  close(): void {
    for (const { db } of this.#days.values()) db.close();
    this.#days.clear();
  }

  /** A connection to the day's file as it is now. */
  #open(day: string): Day | undefined {
    const path = dayPath(this.#folder, day);
    const inode = statSync(path, { throwIfNoEntry: false })?.ino;
    const known = this.#days.get(day);
    this.#days.delete(day);
    if (known !== undefined && known.inode !== inode) known.db.close();
    if (inode === undefined) return undefined;
    const open = known?.inode === inode ? known : openDay(path, inode);
    this.#days.set(day, open);
    for (const [name, { db }] of this.#days) {
      if (this.#days.size <= OPEN_DAYS) break;
      db.close();
      this.#days.delete(name);
    }
    return open;
  }
}

function openDay(path: string, inode: number): Day {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec('PRAGMA busy_timeout = 1000');
    return {
      db,
      inode,
      name: String(db.prepare("SELECT value FROM about WHERE name = 'name'").get()?.['value'] ?? ''),
      read: db.prepare(`SELECT feed.seq, feed.row, event.text FROM feed JOIN event ON event.row = feed.row
        WHERE feed.seq > ? ORDER BY feed.seq LIMIT ?`),
      last: db.prepare('SELECT max(seq) AS seq FROM feed'),
      text: db.prepare('SELECT text FROM event WHERE row = ?'),
      message: db.prepare('SELECT states, recipients, holds FROM message WHERE row = ?'),
    };
  } catch (err) {
    db.close();
    throw err;
  }
}

/** The first event of a message is that of its accept, where this file holds it. */
function acceptOf(open: Day, message: number): AcceptedEvent | undefined {
  const text = open.text.get(message * EVENT_ROWS)?.['text'];
  if (typeof text !== 'string') return undefined;
  const end = text.indexOf('\n');
  const first = readEvent(end < 0 ? text : text.slice(0, end));
  return first?.type === 'message.accepted' ? first : undefined;
}
