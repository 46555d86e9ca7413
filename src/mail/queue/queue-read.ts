// Reading the queue for people: SQL on a read-only connection that the caller owns. The read thread runs these, so that
// a slow question never holds a commit.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { CustomerId, MessageMeta, QueueId } from '../message.ts';
import { SEALED_SUFFIX } from './body-store.ts';
import type { QueueTotals } from './engine.ts';
import type { QueueEntry, QueueQuery, RecipientStatus } from './queue.ts';
import { rowKey, rowOfKey } from './row-key.ts';
import { isSealed, SEAL_HEAD_OCTETS } from './sealed-content.ts';
import { readTotals } from './sqlite/counts.ts';
import { type Condition, matching } from './sqlite/matching.ts';
import { matchedTables, spanTerm, walkRows } from './sqlite/row-walk.ts';

export interface ListPage {
  /** Cursor of the page before; absent for the first. */
  after?: string;
  limit: number;
}

export interface ListAnswer {
  entries: QueueEntry[];
  /** Cursor of the next page; absent when there is none. */
  next?: string;
}

/** A message as `queue show` prints it. */
export interface QueuedMessage {
  meta: MessageMeta;
  /** Those that are still in the queue. */
  recipients: QueueEntry[];
  /** Of the whole message, and of one recipient (`to`) alone. */
  holds: { kind: string; note: string | null; by: string | null; since: string; to?: string }[];
  bodyFile: string | null;
  /** The content lies encrypted: it is held, or was. */
  sealed: boolean;
}

const HIGHEST_LIMIT = 1000;
/** A page looks no longer than this for what is meant: nobody waits long behind it. */
const LOOK_MS = 800;
const HOLDS_SHOWN = 1000;

const COLUMNS = `
r.row, r.status, r.attempts, r.due, r.address, r.destination, r.last_cause, r.customer, m.id, m.sender, m.size,
m.accepted_at, json_extract(m.meta, '$.direction') as direction, json_extract(m.meta, '$.stream') as stream,
(select json_group_array(kind) from
  (select kind from hold as h where h.message = m.row
  union select kind from recipient_hold as h where h.recipient = r.row)) as holds,
r.customer in (select customer from customer_pause where until is null) as paused`;

const STATUS_NAMES: readonly RecipientStatus[] = ['queued', 'deferred', 'held', 'quarantined'];

/**
 * Recipients in the queue that a query means, oldest first; 1,000 a page at most. A page may be short, or empty, and
 * still have a `next`: few of what was looked at were meant.
 */
export function listQueue(database: DatabaseSync, query: QueueQuery, page: ListPage): ListAnswer {
  return listMatching(database, { query, condition: matching(query) }, page);
}

/** The same of a condition that is more than its query says. */
export function listMatching(
  database: DatabaseSync,
  { query, condition }: { query: QueueQuery; condition: Condition },
  page: ListPage,
): ListAnswer {
  const limit = Math.max(1, Math.min(page.limit, HIGHEST_LIMIT));
  const read = database.prepare(`
    select ${COLUMNS} from ${matchedTables(query)}
    where ${spanTerm(query)} and ${condition.sql} order by r.row limit ?`);
  const walk = walkRows(database, query, { after: rowOfKey(page.after ?? '') ?? 0, ms: LOOK_MS });
  const entries: QueueEntry[] = [];
  for (const { after, to } of walk.spans()) {
    entries.push(...read.all(after, to, ...condition.values, limit - entries.length).map(toEntry));
    const last = entries.at(-1);
    if (last !== undefined && entries.length === limit) return { entries, next: last.key };
  }
  return walk.reached === undefined ? { entries } : { entries, next: rowKey(walk.reached) };
}

/** One message with its recipients that are still in the queue; nothing where it is not there. */
export function showMessage(database: DatabaseSync, id: QueueId): QueuedMessage | undefined {
  const found = database
    .prepare(
      `select row, recipients, meta, body_file, substr(body, 1, ${SEAL_HEAD_OCTETS}) as beginning from message where id = ?`,
    )
    .get(id);
  if (found === undefined) return undefined;
  const bodyFile = text(found['body_file']);
  const { beginning } = found;
  const holds = database
    .prepare(`
      select kind, note, operator, since, null as address from hold where message = ?1 union all
      select h.kind, h.note, null, h.since, r.address from recipient as r
      join recipient_hold as h on h.recipient = r.row
      where r.row >= ?1 and r.row < ?1 + ?2 order by since limit ${HOLDS_SHOWN}`)
    .all(Number(found['row']), Number(found['recipients']));
  return {
    meta: JSON.parse(String(found['meta'])) as MessageMeta,
    recipients: listQueue(database, { id }, { limit: HIGHEST_LIMIT }).entries,
    holds: holds.map((row) => ({
      kind: String(row['kind']),
      note: text(row['note']),
      by: text(row['operator']),
      since: new Date(Number(row['since'])).toISOString(),
      ...(row['address'] !== null && { to: String(row['address']) }),
    })),
    bodyFile,
    sealed: bodyFile?.endsWith(SEALED_SUFFIX) ?? (beginning instanceof Uint8Array && isSealed(beginning)),
  };
}

/** Content of a message: inside the queue's file, or the name of its own below `bodies/`. */
export function readBody(
  database: DatabaseSync,
  id: QueueId,
): { kind: 'inline'; bytes: Uint8Array } | { kind: 'file'; name: string } | undefined {
  const found = database.prepare('select body_file, body from message where id = ?').get(id);
  if (found?.['body'] instanceof Uint8Array) return { kind: 'inline', bytes: found['body'] };
  const name = found === undefined ? null : text(found['body_file']);
  return name === null ? undefined : { kind: 'file', name };
}

/** The counts of `queue`, as of the last commit. */
export function countQueue(database: DatabaseSync): QueueTotals {
  return readTotals(database);
}

function toEntry(row: Record<string, SQLOutputValue>): QueueEntry {
  const status = STATUS_NAMES[Number(row['status'])] ?? 'queued';
  const waiting = status === 'queued' || status === 'deferred';
  const paused = Number(row['paused']) === 1;
  const holds = JSON.parse(String(row['holds'])) as string[];
  return {
    key: rowKey(Number(row['row'])),
    id: String(row['id']) as QueueId,
    customer: String(row['customer']) as CustomerId,
    direction: String(row['direction']),
    stream: String(row['stream']),
    from: String(row['sender']),
    to: String(row['address']),
    destination: String(row['destination']),
    status: waiting && paused ? 'held' : status,
    holds: paused ? [...holds, 'suspended'] : holds,
    size: Number(row['size']),
    accepted_at: new Date(Number(row['accepted_at'])).toISOString(),
    attempts: Number(row['attempts']),
    next_attempt_at: waiting && !paused ? new Date(Number(row['due'])).toISOString() : null,
    last_cause: text(row['last_cause']),
  };
}

function text(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
