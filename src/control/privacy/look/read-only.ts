// A database as this job sees it: read, counted up to a bound, never written.

import { DatabaseSync } from 'node:sqlite';
import type { Finding } from './look.ts';

/** Counting stops here: that there are many is enough. */
const COUNTED = 10_000;

/** Opens the file, gives it to `use` and closes it again. */
export function withDatabase<T>(path: string, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.exec('pragma busy_timeout = 5000');
    return use(db);
  } finally {
    db.close();
  }
}

/** Tables of a database, those of its own making left out. */
export function tablesOf(db: DatabaseSync): string[] {
  return db
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite!_%' escape '!' order by name",
    )
    .all()
    .map((row) => String(row['name']));
}

/** Rows of a table whose time lies before `before`: a finding, or nothing. Names of columns are this job's own. */
export function olderRows(
  db: DatabaseSync,
  about: { store: string; table: string; time: string; before: number; what: string },
): Finding | undefined {
  const { store, table, time, before, what } = about;
  const found = db
    .prepare(
      `select count(*) as n, min(at) as oldest from (select (${time}) as at from "${table}" where (${time}) < ? limit ${COUNTED})`,
    )
    .get(before);
  const count = Number(found?.['n'] ?? 0);
  if (count === 0) return undefined;
  return { store, where: table, what, count, oldest: new Date(Number(found?.['oldest'])).toISOString() };
}
