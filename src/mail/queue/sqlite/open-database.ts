// Opens the queue's file, as durable as SQLite can be, and brings its tables up to date.

import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LOG_PAGES } from './checkpoint.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../../migrations/queue');
/** Fewer, larger pages: a body of 10 KB takes two of them. */
const PAGE_OCTETS = 8192;
/** Bounds the memory of the cache, whatever the queue's length. */
const CACHE_KIB = 24 * 1024;
/** Readers never block the writer in WAL; only a foreign tool could. */
const BUSY_MS = 2000;

/** Opens, or makes, the queue at `path`. Throws where the file is of a newer version or the disk refuses. */
export function openQueueDatabase(path: string): DatabaseSync {
  // Made by us, so that only its owner can read mail; SQLite gives the files beside it the same mode.
  // Only then: to close a descriptor of a file in use gives up the locks of all connections of this process.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  // Deleted content is written over in pages that are written anyway (`fast`): else the tree keeps some as it grows.
  database.exec(`
    pragma page_size = ${PAGE_OCTETS};
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma journal_size_limit = ${2 * LOG_PAGES * PAGE_OCTETS};
    pragma cache_size = -${CACHE_KIB};
    pragma temp_store = memory;
    pragma foreign_keys = off;
    pragma secure_delete = fast;
  `);
  migrate(database);
  return database;
}

/** Place of `pragma user_version` in the file (SQLite's file format, 1.3). */
const VERSION_AT = 60;

/**
 * Throws where the queue at `path` was written by a newer program. For main, before it starts anything: a store thread
 * that cannot open the queue would be started again and again. Reads the file's header alone.
 */
export function assertQueueNotNewer(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(VERSION_AT + 4);
    if (readSync(file, header, 0, header.length, 0) === header.length) {
      assertKnown(header.readUInt32BE(VERSION_AT), newestOf(migrations()));
    }
  } finally {
    closeSync(file);
  }
}

function migrations(): string[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort();
}

function newestOf(files: readonly string[]): number {
  return Number(files.at(-1)?.slice(0, 4));
}

function assertKnown(version: number, newest: number): void {
  if (version > newest) throw new Error(`the queue is of version ${version}, this program knows up to ${newest}`);
}

/** Applies what is missing, each file in a transaction of its own; the number of a file is its version. */
function migrate(database: DatabaseSync): void {
  const files = migrations();
  const version = Number(database.prepare('pragma user_version').get()?.['user_version']);
  assertKnown(version, newestOf(files));
  for (const file of files) {
    const number = Number(file.slice(0, 4));
    if (number <= version) continue;
    const sql = readFileSync(join(MIGRATIONS, file), 'utf8');
    database.exec(`begin immediate; ${sql}; pragma user_version = ${number}; commit;`);
  }
}
