// Copies of the queue: taken from a running relay, and made ready to start from again. What the copy holds may have been
// delivered after it was taken, so nothing in it goes out until a person says so.

import { DatabaseSync } from 'node:sqlite';
import type { CustomerId, QueueId } from '../message.ts';
import type { QueueEngine } from './engine.ts';
import type { SettledOutcome } from './queue.ts';
import { readTotals } from './sqlite/counts.ts';
import { openSqliteEngine } from './sqlite-engine.ts';

/** The kind of hold on all mail of a restored queue. */
export const RESTORED_HOLD = 'restored';

const BUSY_MS = 5000;
const ROWS_A_STEP = 2000;

/** Copies the queue's file as one commit left it. Slow: for a thread that nobody waits for. Throws what SQLite says. */
export function copyQueue(path: string, to: string): void {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.exec(`pragma busy_timeout = ${BUSY_MS}`);
    database.prepare('vacuum into ?').run(to);
  } finally {
    database.close();
  }
}

/** Names of the files of bodies, below `bodies/`, that a copy of the queue names. */
export function bodiesOfCopy(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare('select body_file from message where body_file is not null').all();
    return rows.map((row) => String(row['body_file']));
  } finally {
    database.close();
  }
}

/** Recipients that wait in a copy of the queue, and the last row of its outbox. */
export function totalsOfCopy(path: string): { recipients: number; seq: number } {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const { accepted, final, seq } = readTotals(database);
    return { recipients: accepted - final, seq };
  } finally {
    database.close();
  }
}

/** Rows of the outbox of a queue that no relay runs on, in order. */
export function outboxRowsOfCopy(path: string): { seq: number; events: string }[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare('select seq, events from outbox order by seq').all();
    return rows.map((row) => ({ seq: Number(row['seq']), events: String(row['events']) }));
  } finally {
    database.close();
  }
}

/** A message of a restored queue. */
export interface RestoredMessage {
  row: number;
  id: QueueId;
  customer: CustomerId;
  /** Those that are in the queue. */
  recipients: { row: number; index: number; destination: string }[];
}

/** A recipient that had its end after the copy was taken, with the event that tells of it. */
export interface KnownEnd {
  row: number;
  event: string;
}

/** A queue that no relay runs on. */
export interface RestoredQueue {
  /** Messages after this row, in order. */
  messages(after: number, limit: number): RestoredMessage[];
  /** Ends recipients whose end is known from elsewhere; their events go to the trace. */
  settle(message: RestoredMessage, ends: readonly KnownEnd[]): void;
  /** Holds all that is left; answers how many recipients. */
  holdAll(note: string): number;
  close(): void;
}

/** Opens a queue that was put back. Throws where its file cannot be opened. */
export function openRestoredQueue(path: string, now: () => number): RestoredQueue {
  const engine = openSqliteEngine({ path, expireAfterMs: Number.MAX_SAFE_INTEGER });
  const reader = new DatabaseSync(path, { readOnly: true });
  let key = 0;
  const commit = (more: Partial<Parameters<QueueEngine['commit']>[0]>) =>
    inTime(
      engine.commit({
        now: now(),
        settlements: [],
        enqueues: [],
        claimed: { has: () => false },
        apart: false,
        ...more,
      }),
    );
  return {
    messages: (after, limit) => readMessages(reader, after, limit),
    settle(message, ends) {
      key += 1;
      const recipients = ends.map(({ row }) => ({ row, outcome: GONE }));
      const { row, id } = message;
      const events = ends.map(({ event }) => event);
      const settlement = { row, id, destination: '', at: now(), recipients, events, messages: [] };
      commit({ settlements: [{ client: 'restore', key, settlement }] });
    },
    holdAll(note) {
      let held = 0;
      for (let after: number | undefined = 0; after !== undefined; ) {
        const verb = { verb: 'hold', query: {}, reason: { kind: RESTORED_HOLD, note, by: 'restore' } } as const;
        const { step } = commit({ step: { verb, after, rows: ROWS_A_STEP } });
        held += step?.changed ?? 0;
        after = step?.next;
      }
      return held;
    },
    close() {
      if (!reader.isOpen) return;
      reader.close();
      void engine.close();
    },
  };
}

/** How it ended stands in its event; here it counts only that it did. */
const GONE: SettledOutcome = { kind: 'suppressed' };

/** The embedded engine answers at once. */
function inTime<T>(answer: T | Promise<T>): T {
  if (answer instanceof Promise) throw new Error('a queue behind a network is not restored this way');
  return answer;
}

function readMessages(reader: DatabaseSync, after: number, limit: number): RestoredMessage[] {
  const rows = reader
    .prepare('select row, id, customer, recipients from message where row > ? order by row limit ?')
    .all(after, limit);
  const recipients = reader.prepare(
    'select row, position, destination from recipient where row >= ? and row < ? order by row',
  );
  return rows.map((message) => {
    const row = Number(message['row']);
    return {
      row,
      id: String(message['id']) as QueueId,
      customer: String(message['customer']) as CustomerId,
      recipients: recipients.all(row, row + Number(message['recipients'])).map((one) => ({
        row: Number(one['row']),
        index: Number(one['position']),
        destination: String(one['destination']),
      })),
    };
  });
}
