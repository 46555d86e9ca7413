// Tables of privacy (migrations/control/0007-privacy.sql).

import type { Generated } from 'kysely';

export type RequestKind = 'export' | 'erasure';
export type RequestState = 'open' | 'running' | 'waiting' | 'completed' | 'failed';

export interface PrivacyRequestRow {
  id: string;
  customer: string;
  kind: RequestKind;
  address: string | null;
  mark: string;
  reason: string;
  suppression: 'keep' | 'erase';
  tell: string | null;
  language: string;
  state: RequestState;
  who: string;
  asked_at: number;
  completed_at: number | null;
  /** JSON of numbers by kind. */
  found: string | null;
  expires_at: number | null;
  fault: string | null;
}

export interface PrivacyErasureRow {
  seq: Generated<number>;
  hash: string;
  customer: string;
  at: number;
  request: string;
  suppression: 'keep' | 'erase';
}

export interface PrivacyTables {
  privacy_request: PrivacyRequestRow;
  privacy_waiting: { request: string; message: string };
  privacy_erasure: PrivacyErasureRow;
  privacy_key: { one: number; sealed: Uint8Array };
  retention_run: { id: Generated<number>; job: 'drop' | 'look'; at: number; result: string };
}
