// Tables of 0010-protection.sql.

import type { Direction } from '../../mail/message.ts';

export interface ProtectionSettingsRow {
  /** Empty: the operator's. */
  customer: string;
  direction: Direction;
  /** Empty: all streams. */
  stream: string;
  /** JSON of ProtectionOverrides. */
  overrides: string;
  version: number;
  changed_at: number;
  changed_by: string;
}

export interface ProtectionRuleRow {
  id: string;
  /** Empty: the operator's. */
  customer: string;
  position: number;
  name: string;
  enabled: number;
  /** JSON lists of Condition and Action. */
  conditions: string;
  actions: string;
  last: number;
  /** The ready-made set that it came from. */
  made_from: string | null;
  version: number;
  made_at: number;
  changed_at: number;
  changed_by: string;
}

export interface ProtectionSenderRow {
  id: string;
  /** Empty: the operator's. */
  customer: string;
  direction: Direction;
  list: 'allow' | 'block';
  sender: string;
  /** Empty: for all recipients. */
  recipient: string;
  note: string;
  made_at: number;
  made_by: string;
  until: number | null;
}

export interface ProtectionTables {
  protection_settings: ProtectionSettingsRow;
  protection_rule: ProtectionRuleRow;
  protection_sender: ProtectionSenderRow;
}
