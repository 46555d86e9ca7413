// Reads one day of the trace from its beginning, some milliseconds at a time, as the file was when it was opened.

import { DatabaseSync } from 'node:sqlite';
import type { MailEvent } from '../../report/events.ts';
import { dayPath } from '../day-file.ts';
import { readEvent } from '../read-event.ts';

/** Length of one step: batches of the mail's events have their turn in between. */
const STEP_MS = 20;
/** Rows between two looks at the time. */
const ROWS = 100;

export interface DayRecount {
  readonly day: string;
  /** Reads on; false once all was read. */
  step(heard: (event: MailEvent) => void): boolean;
  close(): void;
}

/** Opens a day. Throws what SQLite says. */
export function openRecount(folder: string, day: string): DayRecount {
  const db = new DatabaseSync(dayPath(folder, day), { readOnly: true });
  const rows = begin(db);
  return {
    day,
    step(heard) {
      const until = performance.now() + STEP_MS;
      for (let read = 1; ; read++) {
        const next = rows.next();
        if (next.done === true) return false;
        for (const text of String(next.value['text']).split('\n')) {
          const event = readEvent(text);
          if (event !== undefined) heard(event);
        }
        if (read % ROWS === 0 && performance.now() >= until) return true;
      }
    },
    close: () => db.close(),
  };
}

function begin(db: DatabaseSync) {
  try {
    db.exec('PRAGMA busy_timeout = 1000; BEGIN');
    // The first read makes the state that all others see.
    db.prepare('SELECT max(row) FROM event').get();
    return db.prepare('SELECT text FROM event ORDER BY row').iterate();
  } catch (err) {
    db.close();
    throw err;
  }
}
