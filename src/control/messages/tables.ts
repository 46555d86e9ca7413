// Tables of 0014-messages.sql.

import type { Generated } from 'kysely';

export const EXPORT_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

export interface MessageExportRow {
  id: string;
  owner: string;
  who: string;
  customer: string | null;
  query: string;
  /** JSON list of column names. */
  columns: string;
  subjects: number;
  state: ExportState;
  rows: number;
  octets: number | null;
  cut: number;
  tries: number;
  asked_at: number;
  ended_at: number | null;
  fault: string | null;
}

export interface MessageShareRow {
  id: string;
  hash: Uint8Array;
  message: string;
  recipient: number | null;
  customer: string;
  who: string;
  subject: number;
  made_at: number;
  expires_at: number;
  revoked_at: number | null;
  views: number;
  seen_at: number | null;
}

export interface SavedSearchRow {
  seq: number;
  id: string;
  person: string;
  customer: string | null;
  page: string;
  name: string;
  /** JSON object of texts. */
  search: string;
  made_at: number;
}

export interface MessageTables {
  message_export: MessageExportRow;
  message_share: MessageShareRow;
  saved_search: Omit<SavedSearchRow, 'seq'> & { seq: Generated<number> };
}
