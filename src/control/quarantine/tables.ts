// Tables of 0011-quarantine.sql.

import type { Generated } from 'kysely';

export const QUARANTINE_ACTIONS = [
  'released',
  'deleted',
  'allowed',
  'reported_spam',
  'reported_ham',
  'virus_asked',
  'virus_released',
  'expired',
  'failed',
] as const;

export type QuarantineAct = (typeof QUARANTINE_ACTIONS)[number];

export interface QuarantineActionRow {
  id: number;
  at: number;
  who: string;
  customer: string;
  message: string;
  action: QuarantineAct;
  recipients: number;
  reason: string | null;
}

export interface QuarantineVirusRow {
  message: string;
  customer: string;
  person: string;
  who: string;
  reason: string;
  at: number;
  expires_at: number;
}

export interface QuarantineTables {
  quarantine_action: Omit<QuarantineActionRow, 'id'> & { id: Generated<number> };
  quarantine_virus: QuarantineVirusRow;
  quarantine_digest: { customer: string; told_until: number; at: number };
  quarantine_told: { message: string; customer: string; until: number; at: number };
}
