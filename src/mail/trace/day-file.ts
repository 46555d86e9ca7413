// The file of one day: its name, how it is opened for writing, how it goes.

import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const DAY_MS = 86_400_000;
const SCHEMA = readFileSync(new URL('../../../migrations/trace/0001-day.sql', import.meta.url), 'utf8');
const NAME = /^(\d{4}-\d{2}-\d{2})\.db$/;
const ASIDE = /^(\d{4}-\d{2}-\d{2})\.db\.unreadable-\d+$/;
/** Pages of 8 KB: an event of usual size fits several times. */
const PAGE_OCTETS = 8192;
/** 32 MB of log before it is moved into the file: fewer syncs than SQLite's 4 MB. */
const CHECKPOINT_PAGES = 4000;
const CACHE_KB = 8000;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const CORRUPT_CODES = [11, 26];

const dayNames = new Map<number, string>();

/** UTC day of a time in milliseconds since 1970, as `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  const number = Math.floor(at / DAY_MS);
  let name = dayNames.get(number);
  if (name === undefined) {
    if (dayNames.size > 1000) dayNames.clear();
    name = new Date(number * DAY_MS).toISOString().slice(0, 10);
    dayNames.set(number, name);
  }
  return name;
}

/** First millisecond of a day and of the day after it. */
export function boundsOfDay(day: string): { begin: number; end: number } {
  const begin = Date.parse(`${day}T00:00:00Z`);
  return { begin, end: begin + DAY_MS };
}

/** Days that have a file, oldest first. */
export function listDays(folder: string): string[] {
  const days: string[] = [];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const day = NAME.exec(name)?.[1];
    if (day !== undefined) days.push(day);
  }
  return days.sort();
}

/** Path of a day's file. */
export function dayPath(folder: string, day: string): string {
  return join(folder, `${day}.db`);
}

/** Opens a database of this project's making for writing: WAL, each commit synced. */
export function openForWriting(path: string, schema: string): DatabaseSync {
  const isNew = !existsSync(path);
  // From the first statement on: a reader may already look at a file that is just being made.
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    if (isNew) db.exec(`PRAGMA page_size = ${PAGE_OCTETS}`);
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KB}`);
    const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version = 1; COMMIT`);
  } catch (err) {
    db.close();
    throw err;
  }
  return db;
}

/** Opens a day for writing; a new one is given its name and its folder is synced. Throws what SQLite says. */
export function openDay(folder: string, day: string, now: number): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = dayPath(folder, day);
  const isNew = !existsSync(path);
  const db = openForWriting(path, SCHEMA);
  const about = db.prepare('INSERT INTO about (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING');
  if (db.prepare("SELECT 1 FROM about WHERE name = 'name'").get() === undefined) {
    about.run('name', randomUUID());
    about.run('begun', String(now));
  }
  if (isNew) syncFolder(folder);
  return db;
}

/** Removes a day. */
export function removeDay(folder: string, day: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(dayPath(folder, day) + suffix, { force: true });
  syncFolder(folder);
}

/**
 * Puts the copy of a day (`<day>.db.clean`) in its place, unless it is not `wanted` or somebody holds the day's log. The
 * caller has closed the day; those who read it find the new file at their next look.
 */
export function replaceDay(folder: string, day: string, wanted: boolean): boolean {
  const [path, copy] = [dayPath(folder, day), `${dayPath(folder, day)}.clean`];
  if (!wanted || !emptyLog(path)) {
    rmSync(copy, { force: true });
    return false;
  }
  const db = new DatabaseSync(copy);
  db.exec("DELETE FROM about WHERE name = 'unclean'");
  db.close();
  const file = openSync(copy, 'r');
  fsyncSync(file);
  closeSync(file);
  // The log is empty. It goes first: beside another file it would be taken for that one's.
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  renameSync(copy, path);
  syncFolder(folder);
  return true;
}

/** Moves all of the log into the file; false where a reader still needs it. */
function emptyLog(path: string): boolean {
  const db = new DatabaseSync(path);
  try {
    return Number(db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy']) === 0;
  } finally {
    db.close();
  }
}

/** Renames a day that cannot be read, so that a fresh one can be begun; answers the new name. */
export function setDayAside(folder: string, day: string, now: number): string {
  const aside = `${day}.db.unreadable-${now}`;
  for (const suffix of ['', '-wal', '-shm']) {
    const path = dayPath(folder, day) + suffix;
    if (existsSync(path)) renameSync(path, join(folder, aside + suffix));
  }
  syncFolder(folder);
  return aside;
}

/** Days that were put aside and still lie there, with the newest file of each. */
export function listSetAside(folder: string): Map<string, string> {
  const days = new Map<string, string>();
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const day = ASIDE.exec(name)?.[1];
    if (day !== undefined) days.set(day, name);
  }
  return days;
}

/** Removes the files of days that ended before `since` and were put aside before it; answers their names. */
export function removeSetAside(folder: string, since: number): string[] {
  const removed: string[] = [];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [, day, at] = /^(\d{4}-\d{2}-\d{2})\.db\.unreadable-(\d+)(?:-wal|-shm)?$/.exec(name) ?? [];
    if (day === undefined || boundsOfDay(day).end >= since || Number(at) >= since) continue;
    rmSync(join(folder, name), { force: true });
    removed.push(name);
  }
  if (removed.length > 0) syncFolder(folder);
  return removed;
}

/** Whether SQLite means that the file itself is damaged or none of its own. */
export function isCorruption(err: unknown): boolean {
  const code = (err as { errcode?: unknown } | null)?.errcode;
  // The low octet is the primary code; the rest says more of the same.
  return typeof code === 'number' && CORRUPT_CODES.includes(code & 0xff);
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
