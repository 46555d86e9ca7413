// A copy of a database that main writes, over a connection that only reads.

import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Copies the file as one commit left it, without the octets of what was deleted. Throws what SQLite says. */
export function copyControl(path: string, to: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec('pragma busy_timeout = 5000');
    database.prepare('vacuum into ?').run(to);
  } catch (err) {
    rmSync(to, { force: true });
    throw err;
  } finally {
    database.close();
  }
}
