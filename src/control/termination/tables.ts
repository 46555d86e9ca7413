// Rows of 0009-notices.sql about customers that leave.

import type { Generated } from 'kysely';
import type { NoticeKind } from '../notices/kinds.ts';

export interface TerminationRow {
  id: number;
  customer: string;
  name: string;
  language: string;
  cause: 'subscription' | 'operator';
  reason: string;
  by: string;
  /** Days. */
  ended: string;
  noticed: string | null;
  deactivation: string | null;
  removal: string | null;
  /** Milliseconds since 1970. */
  begun_at: number;
  reminded_at: number | null;
  deactivated_at: number | null;
  removed_at: number | null;
  stopped_at: number | null;
  stopped_by: 'hand' | 'subscription' | null;
  waits: string | null;
  /** JSON list of Reader. */
  readers: string;
  looked_at: number | null;
  asked_at: number | null;
  gone_at: number | null;
}

export interface TerminationMailRow {
  id: number;
  termination: number;
  kind: NoticeKind;
  recipient: string;
  language: string;
  made_at: number;
  sent_at: number | null;
}

export type RecordPurpose = 'spf' | 'mx' | 'dkim' | 'ownership';

export interface TerminationRecordRow {
  termination: number;
  domain: string;
  purpose: RecordPurpose;
  type: string;
  host: string;
  value: string;
  state: 'present' | 'gone' | 'unknown';
  looked_at: number | null;
  gone_at: number | null;
}

export interface CertificateSigningKeyRow {
  id: string;
  public_key: Uint8Array;
  sealed: Uint8Array;
  master: string;
  made_at: number;
}

export interface RemovalCertificateRow {
  number: string;
  customer: string;
  termination: number;
  issued_at: number;
  content: string;
  key: string;
  signature: Uint8Array;
}

export interface TerminationTables {
  termination: Omit<
    TerminationRow,
    | 'id'
    | 'noticed'
    | 'deactivation'
    | 'removal'
    | 'reminded_at'
    | 'deactivated_at'
    | 'removed_at'
    | 'stopped_at'
    | 'stopped_by'
    | 'waits'
    | 'looked_at'
    | 'asked_at'
    | 'gone_at'
  > & {
    id: Generated<number>;
    noticed: Generated<string | null>;
    deactivation: Generated<string | null>;
    removal: Generated<string | null>;
    reminded_at: Generated<number | null>;
    deactivated_at: Generated<number | null>;
    removed_at: Generated<number | null>;
    stopped_at: Generated<number | null>;
    stopped_by: Generated<TerminationRow['stopped_by']>;
    waits: Generated<string | null>;
    looked_at: Generated<number | null>;
    asked_at: Generated<number | null>;
    gone_at: Generated<number | null>;
  };
  termination_mail: Omit<TerminationMailRow, 'id' | 'sent_at'> & {
    id: Generated<number>;
    sent_at: Generated<number | null>;
  };
  termination_record: TerminationRecordRow;
  certificate_signing_key: CertificateSigningKeyRow;
  removal_certificate: RemovalCertificateRow;
}
