import type { IdentityKind } from '../../mail/identities/identity.ts';

export interface IdentityLimitRow {
  customer: string;
  kind: IdentityKind;
  name: string;
  level: 'slowed' | 'locked';
  since: number;
  until: number | null;
  per_minute: number | null;
  signs: string;
  by: string;
  reason: string;
  /** 1: people of the customer locked it, and may let it go. */
  by_customer: 0 | 1;
}

export interface IdentityToleranceRow {
  customer: string;
  kind: IdentityKind;
  name: string;
  until: number;
  made_at: number;
  made_by: string;
  reason: string;
}

export interface IdentityTables {
  identity_limit: IdentityLimitRow;
  identity_tolerance: IdentityToleranceRow;
}
