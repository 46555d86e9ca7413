// Opens the queue's file, as durable as SQLite can be, and brings its tables up to date.

import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
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

/** Applies what is missing, each file in a transaction of its own; the number of a file is its version. */
function migrate(database: DatabaseSync): void {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort();
  const version = Number(database.prepare('pragma user_version').get()?.['user_version']);
  const newest = Number(files.at(-1)?.slice(0, 4));
  if (version > newest) throw new Error(`the queue is of version ${version}, this program knows up to ${newest}`);
  for (const file of files) {
    const number = Number(file.slice(0, 4));
    if (number <= version) continue;
    const sql = readFileSync(join(MIGRATIONS, file), 'utf8');
    database.exec(`begin immediate; ${sql}; pragma user_version = ${number}; commit;`);
  }
}
