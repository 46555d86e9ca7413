// What was sent to whom, for people who ask.

import type { Kysely } from 'kysely';
import type { ControlTables } from '../database/tables.ts';
import { type Language, languageOf } from './languages.ts';
import type { NoticeSentRow } from './tables.ts';

export interface NoticeQuery {
  customer?: string;
  recipient?: string;
  /** Those before this id. */
  before?: number;
  limit: number;
}

export interface SentNotice extends Omit<NoticeSentRow, 'at' | 'language'> {
  /** ISO 8601. */
  at: string;
  language: Language;
}

/** The newest first. */
export async function listSent(db: Kysely<ControlTables>, asked: NoticeQuery): Promise<SentNotice[]> {
  const { customer, recipient, before, limit } = asked;
  let query = db.selectFrom('notice_sent').selectAll().orderBy('id', 'desc').limit(limit);
  if (customer !== undefined) query = query.where('customer', '=', customer);
  if (recipient !== undefined) query = query.where('recipient', '=', recipient.toLowerCase());
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.execute();
  return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString(), language: languageOf(row.language) }));
}
