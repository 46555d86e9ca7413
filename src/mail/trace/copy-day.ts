// Copies of the trace's files, taken from a running relay: each is one state of its file, without the octets of what was
// deleted. Connections only read; a copy is slow and is made in a thread that nobody waits for.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dayPath } from './day-file.ts';

const SUMS = 'sums.db';

/** Copies a day to a file that is not there yet; answers its fingerprint. Throws what SQLite says. */
export function copyDay(folder: string, day: string, to: string): string {
  copyDatabase(dayPath(folder, day), to);
  return fingerprintOf(to);
}

/** Copies the sums beside the days; false where there are none. */
export function copySums(folder: string, to: string): boolean {
  const path = join(folder, SUMS);
  if (!existsSync(path)) return false;
  copyDatabase(path, to);
  return true;
}

/** Tells one state of a day from another; nothing where there is no such day. */
export function dayFingerprint(folder: string, day: string): string | undefined {
  const path = dayPath(folder, day);
  return existsSync(path) ? fingerprintOf(path) : undefined;
}

function copyDatabase(path: string, to: string): void {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec('PRAGMA busy_timeout = 5000');
    db.prepare('VACUUM INTO ?').run(to);
  } catch (err) {
    rmSync(to, { force: true });
    throw err;
  } finally {
    db.close();
  }
}

/** Every batch moves `applied` or adds a message; an erasure is counted. */
function fingerprintOf(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec('PRAGMA busy_timeout = 5000');
    const values = [
      db.prepare("SELECT name, value FROM about WHERE name <> 'unclean' ORDER BY name").all(),
      db.prepare('SELECT source, seq FROM applied ORDER BY source').all(),
      db.prepare('SELECT coalesce(max(row), 0) AS row FROM message').all(),
      db.prepare('SELECT count(*) AS n FROM unreadable').all(),
    ];
    return JSON.stringify(values);
  } finally {
    db.close();
  }
}
