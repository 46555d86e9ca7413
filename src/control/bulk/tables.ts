// Table of 0016-bulk-jobs.sql and 0019-bulk-jobs-cut-off.sql.

export const BULK_PARTS = ['queue', 'quarantine'] as const;
export type BulkPart = (typeof BULK_PARTS)[number];

export const BULK_STATES = ['running', 'done', 'stopped', 'failed'] as const;
export type BulkState = (typeof BULK_STATES)[number];

export interface BulkJobRow {
  id: string;
  part: BulkPart;
  verb: string;
  customer: string | null;
  who: string;
  reason: string | null;
  began_at: number;
  ended_at: number | null;
  state: BulkState;
  /** JSON of `BulkWork`. */
  what: string;
  total: number;
  total_more: number;
  changed: number;
  skipped: number;
  place: string | null;
  fault: string | null;
  at_rest: number;
  cut_off: number;
}

export interface BulkTables {
  bulk_job: BulkJobRow;
}
