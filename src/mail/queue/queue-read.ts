// Reading the queue for people: SQL on a read-only connection that the caller owns. The read thread runs these, so that
// a slow question never holds a commit.

import type { DatabaseSync } from 'node:sqlite';
import type { MessageMeta, QueueId } from '../message.ts';
import type { QueueEntry, QueueQuery } from './queue.ts';

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
  recipients: QueueEntry[];
  holds: { kind: string; note: string | null; by: string | null; since: string }[];
  bodyFile: string | null;
}

/** Recipients in the queue that a query means, oldest first. */
export function listQueue(database: DatabaseSync, query: QueueQuery, page: ListPage): ListAnswer {
  void [database, query, page];
  return { entries: [] };
}

/** One message with its recipients that are still in the queue; nothing where it is not there. */
export function showMessage(database: DatabaseSync, id: QueueId): QueuedMessage | undefined {
  void [database, id];
  return undefined;
}

/** Content of a message where it lives inside the queue's file; `file` names it where it has its own. */
export function readBody(
  database: DatabaseSync,
  id: QueueId,
): { kind: 'inline'; bytes: Uint8Array } | { kind: 'file'; name: string } | undefined {
  void [database, id];
  return undefined;
}
