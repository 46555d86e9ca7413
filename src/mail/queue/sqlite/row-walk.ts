// Walks through the recipients of the queue in order, a bounded span at a time, so that a question over millions of rows
// can stop in the middle and say so.

import type { DatabaseSync } from 'node:sqlite';
import type { QueueQuery } from '../queue.ts';
import { isHeldByRow } from './matching.ts';

/** Rows of one span: some milliseconds. */
const ROWS_A_SPAN = 20_000;

/** Rows behind `after` up to `to`. */
export interface RowSpan {
  after: number;
  to: number;
}

export interface RowWalk {
  /** Spans in order, none of which cuts a message in two; ends where nothing is left, or time is up. */
  spans(): Generator<RowSpan>;
  /** Where it stopped because time was up; nothing where it went to the end. */
  readonly reached: number | undefined;
}

/** Where the rows that a query means are looked for. One message, and rows that are named, are one span. */
export function walkRows(
  database: DatabaseSync,
  query: QueueQuery,
  { after, ms }: { after: number; ms: number },
): RowWalk {
  const until = performance.now() + ms;
  let reached: number | undefined;
  function* spans(): Generator<RowSpan> {
    if (query.id !== undefined || query.rows !== undefined) {
      yield { after, to: Number.MAX_SAFE_INTEGER };
      return;
    }
    const index = isHeldByRow(query) ? 'indexed by held where status >= 2 and' : 'where';
    const last = database.prepare(
      `select max(row) as row from (select row from recipient ${index} row > ? order by row limit ${ROWS_A_SPAN})`,
    );
    const end = database.prepare(`
      select m.row + m.recipients - 1 as row from recipient as r
      join message as m on m.row = r.row - r.position where r.row = ?`);
    for (let from = after; ; ) {
      const found = last.get(from)?.['row'];
      if (found === null || found === undefined) return;
      const to = Number(end.get(found)?.['row']);
      yield { after: from, to };
      from = to;
      if (performance.now() < until) continue;
      reached = from;
      return;
    }
  }
  return {
    spans,
    get reached() {
      return reached;
    },
  };
}

/** One message is found by its id, its recipients by their rows; all else goes through the recipients in order. */
export function matchedTables(query: QueueQuery): string {
  if (query.id === undefined) {
    const found = isHeldByRow(query) ? 'recipient as r indexed by held' : 'recipient as r';
    return `${found} cross join message as m on m.row = r.row - r.position`;
  }
  return 'message as m cross join recipient as r on r.row >= m.row and r.row < m.row + m.recipients';
}

/** A span of the walk, as the index asks for it; the bounds are bound first. */
export function spanTerm(query: QueueQuery): string {
  return isHeldByRow(query) && query.id === undefined
    ? 'r.status >= 2 and r.row > ? and r.row <= ?'
    : 'r.row > ? and r.row <= ?';
}
