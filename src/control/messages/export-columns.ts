// Columns of an export, and a line of the file.

import { stringify } from 'csv-stringify/sync';
import type { TraceRow } from '../../mail/trace/trace.ts';

type Seen = Omit<TraceRow, 'mail_host_of'>;

/** Each with what stands in it. */
const VALUES = {
  time: ({ at }) => at,
  direction: ({ direction }) => direction,
  from: ({ from }) => from,
  to: ({ to }) => to,
  subject: ({ subject }) => subject,
  status: ({ status }) => status,
  changed: ({ changed_at: changed }) => changed,
  size: ({ size }) => size,
  sending_address: ({ sent_from: address }) => address,
  pool: ({ pool }) => pool,
  host: ({ host }) => host,
  reply: ({ reply }) => reply,
  cause: ({ cause }) => cause,
  class: ({ class: name }) => name,
  permanence: ({ permanence }) => permanence,
  responsible: ({ responsible }) => responsible,
  attempts: ({ attempts }) => attempts,
  message_id: ({ message_id: id }) => id,
  queue_id: ({ id }) => id,
  client_address: ({ ip }) => ip,
  score: ({ score }) => score,
  customer: ({ customer }) => customer,
  count: ({ count }) => count,
} as const satisfies Record<string, (row: Seen) => string | number | undefined>;

export type ExportColumn = keyof typeof VALUES;
export const EXPORT_COLUMNS = Object.keys(VALUES) as [ExportColumn, ...ExportColumn[]];

/** What an export has where nothing else is asked for. */
export const USUAL_COLUMNS: ExportColumn[] = EXPORT_COLUMNS.filter((name) => name !== 'customer' && name !== 'count');

/** The head of the file. The mark at its beginning tells spreadsheets that it is UTF-8. */
export function exportHead(columns: readonly ExportColumn[]): string {
  return stringify([[...columns]], { bom: true });
}

/** Lines of the file. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function exportLines(rows: readonly Seen[], columns: readonly ExportColumn[]): string {
  const cells = rows.map((row) => columns.map((name) => String(VALUES[name](row) ?? '')));
  return stringify(cells, { escape_formulas: true });
}
