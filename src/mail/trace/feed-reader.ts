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
/** Of the texts of a feed, so much is read at once: a message of a thousand recipients has a megabyte of events. */
const READ_OCTETS = 4 * 1024 ** 2;
/** What was read for one event of a message is used for the next ones, for so long; then it may have been erased. */
const REMEMBERED_MS = 1000;
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
  /** Entries after `seq`, `limit` at most; `more` where there may be others. Throws where the file cannot be read. */
  read(day: string, seq: number, limit: number): { rows: FedRow[]; more: boolean };
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
  #lines: { open: Day; row: number; lines: string[]; readAt: number } | undefined;
  #first: { open: Day; message: number; event: MailEvent | undefined; readAt: number } | undefined;

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

  read(day: string, seq: number, limit: number): { rows: FedRow[]; more: boolean } {
    const rows: FedRow[] = [];
    let octets = 0;
    for (const row of this.#open(day)?.read.iterate(seq, limit) ?? []) {
      const text = String(row['text']);
      rows.push({ seq: Number(row['seq']), row: Number(row['row']), events: text.split('\n').map(readEvent) });
      octets += text.length;
      if (octets >= READ_OCTETS) return { rows, more: true };
    }
    return { rows, more: rows.length === limit };
  }

  find({ day, row, line }: EventPlace): FedEvent | undefined {
    const open = this.#open(day);
    if (open === undefined) return undefined;
    const event = readEvent(this.#linesOf(open, row)[line] ?? '');
    if (event === undefined) return undefined;
    const message = Math.floor(row / EVENT_ROWS);
    const found: FedEvent = { event, sequence: (row % EVENT_ROWS) * ROW_EVENTS + line + 1 };
    if (event.type === 'message.rejected') return found;
    // The first event of a message is that of its accept, where this file holds it.
    const first = event.type === 'message.accepted' ? event : this.#firstOf(open, message);
    if (first?.type === 'message.accepted') found.accepted = first;
    if (!('index' in event)) return found;
    const state = open.message.get(message);
    const status = state === undefined ? undefined : statusAt(stateOfRow(state), event.index);
    if (status !== undefined) found.status = status;
    return found;
  }

  #linesOf(open: Day, row: number): string[] {
    const now = performance.now();
    const known = this.#lines;
    if (known?.open === open && known.row === row && now - known.readAt < REMEMBERED_MS) return known.lines;
    const text = open.text.get(row)?.['text'];
    const lines = typeof text === 'string' ? text.split('\n') : [];
    this.#lines = { open, row, lines, readAt: now };
    return lines;
  }

  #firstOf(open: Day, message: number): MailEvent | undefined {
    const now = performance.now();
    const known = this.#first;
    if (known?.open === open && known.message === message && now - known.readAt < REMEMBERED_MS) return known.event;
    const text = open.text.get(message * EVENT_ROWS)?.['text'];
    const event = typeof text === 'string' ? readEvent(text.split('\n', 1)[0] ?? '') : undefined;
    this.#first = { open, message, event, readAt: now };
    return event;
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
