// Takes addresses out of one day: the texts of events, the words by which messages are found, and the octets in the file.
//
// - Each event text that names an erased address is written anew with the mark in its place. Where that address is the
//   sender or a recipient, the subject goes too: it is about them.
// - The words of a message are made again from its events as they were and as they are; what is gone is deleted.
// - States, counts and rows stay as they are: a message is explained, and counted, as before.

import type { DatabaseSync } from 'node:sqlite';
import { type ErasedAddresses, eraseInText, eraseInValue, mapStrings } from '../erased-address.ts';
import type { QueueId } from '../message.ts';
import type { MailEvent } from '../report/events.ts';
import { openRecipients, stateOfRow } from './message-state.ts';
import { readEvent } from './read-event.ts';
import { addIdentity, addWords } from './trace-words.ts';

/** Event rows of message row n begin at n * this (day-writer.ts). */
const EVENT_ROWS = 2 ** 20;

/** One step of an erasure in one day. */
export interface EraseStep {
  erased: ErasedAddresses;
  /** Which messages are looked at: all, those that match (an FTS5 expression), or those with an id. */
  find: { kind: 'all' } | { kind: 'match'; match: string } | { kind: 'ids'; ids: readonly QueueId[] };
  /** Rows of messages up to this one were looked at; 0 to begin. */
  after: number;
  /** Messages to look at. */
  limit: number;
  /** Of messages accepted since then, later events may come although they are final (bounces by mail, complaints). */
  watchedSince?: number;
}

export interface ErasedInDay {
  /** Messages and refusals in which something was replaced. */
  changed: number;
  /** Those of them, and all that match, that are not final: more events of them will come. */
  open: QueueId[];
  /** Those that are final, but young enough for a late note. */
  watched: QueueId[];
  /** Where the next step begins; absent: the day is done. */
  next?: number;
}

/** Carries out a step, in one transaction; the last one brings the change into the file and empties its log. */
export function eraseInDay(db: DatabaseSync, step: EraseStep): ErasedInDay {
  // Octets of what is gone are overwritten, in tables as in the index of words.
  db.exec('PRAGMA secure_delete = ON');
  try {
    db.exec('BEGIN IMMEDIATE');
    const result = inTransaction(db, step);
    db.exec('COMMIT');
    if (result.next === undefined && sizeOf(db) <= CLEANED_AT_ONCE) cleanDay(db);
    return result;
  } catch (err) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw err;
  } finally {
    db.exec('PRAGMA secure_delete = OFF');
  }
}

function inTransaction(db: DatabaseSync, step: EraseStep): ErasedInDay {
  db.exec("INSERT INTO word (word, rank) VALUES ('secure-delete', 1)");
  const rows = findRows(db, step);
  const result: ErasedInDay = { changed: 0, open: [], watched: [] };
  for (const row of rows) {
    const changed = eraseMessage(db, row, step.erased);
    if (changed) result.changed += 1;
    // Found by its mark alone: an erasure that was interrupted has been here, and nobody watches it yet.
    if (row.id === null || !(changed || step.find.kind === 'match')) continue;
    if (openRecipients(row.recipients) > 0) result.open.push(row.id as QueueId);
    else if (row.at >= (step.watchedSince ?? Number.POSITIVE_INFINITY)) result.watched.push(row.id as QueueId);
  }
  const last = rows.at(-1);
  if (rows.length === step.limit && last !== undefined) result.next = last.row;
  else result.changed += eraseUnreadable(db, step.erased);
  if (result.changed > 0) {
    // Whoever keeps a copy of the day sees by `erasures` that it is another one now (copy-day.ts).
    db.exec(`INSERT INTO about (name, value) VALUES ('erasures', '1'), ('unclean', '1')
      ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1`);
  }
  return result;
}

/** A larger day is cleaned by a copy that takes its place (`cleanDays`): the trace must not wait for it. */
const CLEANED_AT_ONCE = 64 * 1024 ** 2;

/**
 * SQLite leaves what was moved or deleted earlier in the unused parts of pages: the file is written anew. Nothing happens
 * where nothing was erased since the last time.
 */
function cleanDay(db: DatabaseSync): void {
  if (db.prepare("SELECT 1 FROM about WHERE name = 'unclean'").get() === undefined) return;
  db.exec('VACUUM');
  const waits = Number(db.prepare('PRAGMA busy_timeout').get()?.['timeout']);
  db.exec(`PRAGMA busy_timeout = ${READERS_MS}`);
  const isEmptied = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
  db.exec(`PRAGMA busy_timeout = ${waits}`);
  // Where somebody reads an older state the log keeps it: once its day is over, a copy takes the day's place.
  if (isEmptied) db.exec("DELETE FROM about WHERE name = 'unclean'");
}

/** So long the trace waits for those who read. */
const READERS_MS = 250;

function sizeOf(db: DatabaseSync): number {
  const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count']);
  return pages * Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
}

interface MessageRow {
  row: number;
  id: string | null;
  at: number;
  states: number;
  recipients: string;
  holds: string | null;
}

const COLUMNS = 'm.row, m.id, m.at, m.states, m.recipients, m.holds';

function findRows(db: DatabaseSync, { find, after, limit }: EraseStep): MessageRow[] {
  switch (find.kind) {
    case 'all':
      return db
        .prepare(`SELECT ${COLUMNS} FROM message m WHERE m.row > ? ORDER BY m.row LIMIT ?`)
        .all(after, limit) as unknown as MessageRow[];
    case 'match':
      // CAST: FTS5 takes bounds on its rows only from integers, and numbers are bound as reals.
      return db
        .prepare(`SELECT ${COLUMNS} FROM (SELECT rowid FROM word WHERE word MATCH ? AND rowid > CAST(? AS INTEGER)
          ORDER BY rowid LIMIT ?) w CROSS JOIN message m ON m.row = w.rowid ORDER BY m.row`)
        .all(find.match, after, limit) as unknown as MessageRow[];
    case 'ids':
      return db
        .prepare(`SELECT ${COLUMNS} FROM message m WHERE m.id IN (SELECT value FROM json_each(?)) AND m.row > ?
          ORDER BY m.row LIMIT ?`)
        .all(JSON.stringify(find.ids), after, limit) as unknown as MessageRow[];
    default:
      return find satisfies never;
  }
}

/** Whether anything of the message was replaced. */
function eraseMessage(db: DatabaseSync, row: MessageRow, erased: ErasedAddresses): boolean {
  const base = row.row * EVENT_ROWS;
  const stored = db
    .prepare('SELECT row, text FROM event WHERE row BETWEEN ? AND ?')
    .all(base, base + EVENT_ROWS - 1)
    .map((one) => ({ row: Number(one['row']), text: String(one['text']) }));
  const names = new Set<string>();
  const marked = stored.map(({ text }) => text.split('\n').map((line) => eraseEvent(line, erased, names)));
  if (marked.every((lines, at) => lines.join('\n') === stored[at]?.text)) return false;
  const update = db.prepare('UPDATE event SET text = ? WHERE row = ?');
  const before = stored.flatMap(({ text }) => text.split('\n'));
  const after: string[] = [];
  for (const [at, lines] of marked.entries()) {
    const written = lines.map((line) => eraseNames(line, names));
    after.push(...written);
    update.run(written.join('\n'), stored[at]?.row ?? 0);
  }
  rewriteWords(db, row, { before, after, batches: stored.length });
  return true;
}

/** The text of an event with marks for addresses; `names` gets the local parts of those that were found. */
function eraseEvent(text: string, erased: ErasedAddresses, names: Set<string>): string {
  const event = readEvent(text);
  if (event?.customer === undefined || !erased.hashes.has(event.customer)) return text;
  const { value, changed } = eraseInValue(event, event.customer, erased, (address) => {
    const name = address.slice(0, address.lastIndexOf('@')).toLowerCase();
    if (name.length >= SHORTEST_NAME) names.add(name);
  });
  if (!changed) return text;
  const written = value as MailEvent;
  if (written.type === 'message.accepted' && partiesOf(written) !== partiesOf(event)) delete written.meta.subject;
  return JSON.stringify(written);
}

/** What others wrote: "550 bob: no such user" tells of bob@example.org without naming the domain. */
const FREE_TEXTS: ReadonlySet<string> = new Set(['text', 'said', 'reply', 'note', 'subject']);
/** Shorter local parts are words of any text. */
const SHORTEST_NAME = 3;
const ERASED_NAME = 'erased';

function eraseNames(text: string, names: ReadonlySet<string>): string {
  const event = names.size === 0 ? undefined : readEvent(text);
  if (event === undefined) return text;
  const any = [...names].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  const word = new RegExp(String.raw`(?<![\p{L}\p{N}@.])(?:${any})(?![\p{L}\p{N}@])`, 'giu');
  const turn = (value: string, key: string) => (FREE_TEXTS.has(key) ? value.replaceAll(word, ERASED_NAME) : value);
  return JSON.stringify(mapStrings(event, turn));
}

function partiesOf(event: MailEvent): string {
  if (event.type !== 'message.accepted') return '';
  return JSON.stringify([event.meta.sender, event.meta.headerFrom, event.recipients]);
}

function rewriteWords(
  db: DatabaseSync,
  row: MessageRow,
  { before, after, batches }: { before: string[]; after: string[]; batches: number },
): void {
  const { accepted } = stateOfRow({ ...row });
  const had = wordsOf(before, true);
  const has = wordsOf(after, !accepted);
  const gone = [...had].filter((word) => !has.has(word)).join(' ');
  const fresh = [...has].filter((word) => !had.has(word)).join(' ');
  const remove = db.prepare("INSERT INTO word (word, rowid, w) VALUES ('delete', ?, ?)");
  const add = db.prepare('INSERT INTO word (rowid, w) VALUES (?, ?)');
  if (gone === '') return void (fresh !== '' && add.run(row.row, fresh));
  // Each batch that told of the message may have written the same word again, and a deletion takes one of them. FTS5 counts
  // rows: what a deletion takes off, an insertion before it has added.
  for (let i = 0; i <= batches; i++) {
    add.run(row.row, fresh);
    remove.run(row.row, gone);
  }
}

function wordsOf(texts: readonly string[], identity: boolean): Set<string> {
  const words: string[] = [];
  for (const text of texts) {
    const event = readEvent(text);
    if (event === undefined) continue;
    addWords(words, event);
    if (identity) addIdentity(words, event);
  }
  return new Set(words);
}

/** Texts that nobody could read; whose they are is not known, so each customer's addresses are looked for. */
function eraseUnreadable(db: DatabaseSync, erased: ErasedAddresses): number {
  let changed = 0;
  for (const one of db.prepare('SELECT rowid AS row, text FROM unreadable').all()) {
    const text = String(one['text']);
    let written = text;
    for (const customer of erased.hashes.keys()) written = eraseInText(written, customer, erased);
    if (written === text) continue;
    db.prepare('UPDATE unreadable SET text = ? WHERE rowid = CAST(? AS INTEGER)').run(written, Number(one['row']));
    changed += 1;
  }
  return changed;
}
