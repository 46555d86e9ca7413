// Searches one day: rows that match, newest first. Three ways, by what is cheapest:
//
// - by the index of open messages, where a status that is not final is asked for and few messages are open;
// - by words (FTS5 walks the lists of all words together, from the end);
// - by row, where there are no words.
//
// A day is walked in stretches of rows, so that the caller can stop between them.

import type { DatabaseSync } from 'node:sqlite';
import { OPEN_BITS, statusBit } from './message-state.ts';
import type { TraceQuery } from './trace-query.ts';

/** A row of `message`. */
export interface FoundRow {
  row: number;
  id: string | null;
  at: number;
  states: number;
  recipients: string;
  holds: string | null;
}

/** The first stretch is short, so that the first rows come soon; each is twice the one before. */
const FIRST_STRETCH_ROWS = 8000;
const STRETCH_ROWS = 250_000;
/** Up to so many open messages, each is looked at by itself. */
const FEW_OPEN = 2000;
const LAST_TIME = 8.64e15;
const MINUTE_MS = 60_000;

/**
 * Rows of this day below row `before` that match, newest first, `limit` at most. `goOn` is asked between stretches;
 * `reached` is the row below which nothing was looked at yet (0: the day is done).
 */
export function searchDay(
  db: DatabaseSync,
  query: TraceQuery,
  page: { before: number; limit: number; goOn: () => boolean },
): { rows: FoundRow[]; reached: number } {
  const bounds = rowBounds(db, query);
  const found: FoundRow[] = [];
  let high = Math.min(bounds.last, page.before - 1);
  const search = chooseWay(db, query);
  let stretch = FIRST_STRETCH_ROWS;
  while (high >= bounds.first) {
    const low = Math.max(bounds.first, high - stretch + 1);
    stretch = Math.min(2 * stretch, STRETCH_ROWS);
    const rows = search(low, high, page.limit - found.length);
    found.push(...rows);
    const full = found.length >= page.limit;
    high = full ? (found.at(-1)?.row ?? low) - 1 : low - 1;
    if (full || !page.goOn()) break;
  }
  return { rows: found, reached: high < bounds.first ? 0 : high + 1 };
}

type Search = (low: number, high: number, limit: number) => FoundRow[];

function chooseWay(db: DatabaseSync, query: TraceQuery): Search {
  if (query.id !== undefined) return byId(db, query, query.id);
  // Where a status has a word of its own and other words are given too, the words are narrower.
  const wordless = query.match.length <= 1 || query.statuses.some((mask) => (mask & statusBit('queued')) !== 0);
  const open = wordless && query.statuses.some((mask) => (mask & ~OPEN_BITS) === 0);
  if (open && countOpen(db) <= FEW_OPEN) return byOpen(db, query);
  return query.match.length > 0 ? byWords(db, query) : byRow(db, query);
}

const COLUMNS = 'm.row, m.id, m.at, m.states, m.recipients, m.holds';

/** Conditions on the row itself; numbers come from the parser and are written out. */
function conditions(query: TraceQuery): string {
  const all = [`m.at BETWEEN ${query.since ?? 0} AND ${query.until ?? LAST_TIME}`];
  for (const mask of query.statuses) all.push(`m.states & ${mask} <> 0`);
  return all.join(' AND ');
}

function isFiltered(query: TraceQuery): boolean {
  return query.since !== undefined || query.until !== undefined || query.statuses.length > 0;
}

function byWords(db: DatabaseSync, query: TraceQuery): Search {
  // CAST: FTS5 takes bounds on its rows only from integers, and numbers are bound as reals.
  const words = 'SELECT rowid FROM word WHERE word MATCH ? AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)';
  const statement = isFiltered(query)
    ? db.prepare(`SELECT ${COLUMNS} FROM word CROSS JOIN message m ON m.row = word.rowid
        WHERE word MATCH ? AND word.rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)
        AND ${conditions(query)} ORDER BY word.rowid DESC LIMIT ?`)
    : db.prepare(`SELECT ${COLUMNS} FROM (${words} ORDER BY rowid DESC LIMIT ?) w
        CROSS JOIN message m ON m.row = w.rowid ORDER BY m.row DESC`);
  const match = query.match.join(' AND ');
  return (low, high, limit) => statement.all(match, low, high, limit) as unknown as FoundRow[];
}

function byRow(db: DatabaseSync, query: TraceQuery): Search {
  const statement = db.prepare(`SELECT ${COLUMNS} FROM message m
    WHERE m.row BETWEEN ? AND ? AND ${conditions(query)} ORDER BY m.row DESC LIMIT ?`);
  return (low, high, limit) => statement.all(low, high, limit) as unknown as FoundRow[];
}

function byOpen(db: DatabaseSync, query: TraceQuery): Search {
  const statement = db.prepare(`SELECT ${COLUMNS} FROM message m INDEXED BY message_open
    WHERE m.states & ${OPEN_BITS} <> 0 AND m.row BETWEEN ? AND ? AND ${conditions(query)} ORDER BY m.row DESC`);
  const matches = matcher(db, query);
  return (low, high, limit) => {
    const found: FoundRow[] = [];
    for (const row of statement.iterate(low, high) as Iterable<unknown>) {
      if (matches((row as FoundRow).row)) found.push(row as FoundRow);
      if (found.length >= limit) break;
    }
    return found;
  };
}

function byId(db: DatabaseSync, query: TraceQuery, id: string): Search {
  const statement = db.prepare(`SELECT ${COLUMNS} FROM message m WHERE m.id = ? AND m.row BETWEEN ? AND ?
    AND ${conditions(query)}`);
  const matches = matcher(db, query);
  return (low, high) => (statement.all(id, low, high) as unknown as FoundRow[]).filter(({ row }) => matches(row));
}

function matcher(db: DatabaseSync, query: TraceQuery): (row: number) => boolean {
  if (query.match.length === 0) return () => true;
  const statement = db.prepare('SELECT 1 FROM word WHERE word MATCH ? AND rowid = CAST(? AS INTEGER)');
  const match = query.match.join(' AND ');
  return (row) => statement.get(match, row) !== undefined;
}

function countOpen(db: DatabaseSync): number {
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM message INDEXED BY message_open
    WHERE states & ${OPEN_BITS} <> 0 LIMIT ${FEW_OPEN + 1})`;
  return Number(db.prepare(sql).get()?.['n']);
}

/** Rows between which everything lies that since and until let through. */
function rowBounds(db: DatabaseSync, query: TraceQuery): { first: number; last: number } {
  if (query.since === undefined && query.until === undefined) {
    return { first: 1, last: Number(db.prepare('SELECT coalesce(max(row), 0) AS row FROM message').get()?.['row']) };
  }
  const row = db
    .prepare('SELECT min(first) AS first, max(last) AS last FROM minute WHERE minute BETWEEN ? AND ?')
    .get(Math.floor((query.since ?? 0) / MINUTE_MS), Math.floor((query.until ?? LAST_TIME) / MINUTE_MS));
  return { first: Number(row?.['first'] ?? 1), last: Number(row?.['last'] ?? 0) };
}
