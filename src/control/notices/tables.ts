// Rows of 0009-notices.sql that tell what was sent to whom.

import type { Generated } from 'kysely';

export interface NoticeSentRow {
  id: number;
  at: number;
  kind: string;
  customer: string | null;
  recipient: string;
  language: string;
  state: 'sending' | 'sent' | 'withheld' | 'summed' | 'dropped' | 'failed';
  /** Id of the mail in the queue and the trace. */
  message: string | null;
}

export interface NoticeTables {
  notice_sent: Omit<NoticeSentRow, 'id'> & { id: Generated<number> };
}
