// What was deleted from the control store is overwritten in its pages, and the pages lie in its log first: only once all of
// the log has been moved into the file, and cut off, the octets are in neither.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlDatabase } from '../database/control-database.ts';

const TRIES = 20;
const AGAIN_MS = 250;

/** Empties the log; false where somebody read an older state all the time. Rejects with what SQLite says. */
export async function emptyLog(database: Pick<ControlDatabase, 'db' | 'raw'>): Promise<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await sleep(AGAIN_MS);
    // Only one has the connection: inside of another's transaction SQLite would refuse.
    if (await database.db.connection().execute(async () => emptyNow(database.raw))) return true;
  }
  return false;
}

/** Without waiting for whoever reads: this is the connection that everything else is written over. */
function emptyNow(raw: ControlDatabase['raw']): boolean {
  const waits = Number(raw.prepare('pragma busy_timeout').get()?.['timeout']);
  raw.exec('pragma busy_timeout = 0');
  try {
    return Number(raw.prepare('pragma wal_checkpoint(truncate)').get()?.['busy']) === 0;
  } finally {
    raw.exec(`pragma busy_timeout = ${waits}`);
  }
}
