// The tables of migrations/control/0004-customers.sql as types.

import type { Generated } from 'kysely';
import type { LinkKind } from '../access/principal.ts';
import type { Side, Stage } from './stages.ts';

export interface AccountRow {
  id: string;
  name: string;
  language: string;
  stage: Stage;
  stage_at: number;
  registered_at: number;
  /** Number of suspensions that stand. */
  holds: number;
  portal: 'none' | 'requested' | 'approved';
  /** JSON lists: of names of pools, of Contact, of Approval. */
  pools: string;
  contacts: string;
  approvals: string;
  domain: string | null;
  /** JSON of TestState. */
  test: string | null;
  version: number;
}

export interface TransitionRow {
  seq: number;
  customer: string;
  from: Stage | null;
  to: Stage;
  at: number;
  who: string;
  why: string | null;
}

export interface TouchRow {
  customer: string;
  side: Side;
  since: number;
  until: number;
}

export interface ContractRow {
  customer: string;
  version: number;
  number: string;
  sla: string;
  /** ISO days. */
  starts: string;
  agreed: string | null;
  note: string | null;
  at: number;
  by: string;
}

export interface SubscriptionRow {
  id: number;
  customer: string;
  kind: string;
  reference: string;
  /** ISO days. */
  since: string;
  until: string | null;
}

export interface LinkRow {
  id: string;
  customer: string;
  kind: LinkKind;
  /** SHA-256 of the token. */
  hash: Uint8Array;
  made_at: number;
  made_by: string;
  expires_at: number;
  revoked_at: number | null;
  revoked_by: string | null;
  used_at: number | null;
}

export interface EntryRow {
  customer: string;
  /** JSON of Entry. */
  content: string;
  version: number;
  changed_at: number;
  changed_by: string;
  submitted_at: number | null;
  submitted_by: string | null;
  /** JSON of Entry, as it was when it was last sent back. */
  returned: string | null;
}

export interface SuspensionRow {
  id: number;
  customer: string;
  reason: string;
  at: number;
  by: string;
  lifted_at: number | null;
  lifted_by: string | null;
  lift_reason: string | null;
}

export interface WaitingSourceRow {
  customer: string;
  network: string;
  /** JSON of SharedProof. */
  shared: string | null;
  at: number;
  by: string;
}

export interface CustomerTables {
  account: Omit<AccountRow, 'holds' | 'portal' | 'approvals' | 'version' | 'domain' | 'test'> & {
    holds: Generated<number>;
    portal: Generated<AccountRow['portal']>;
    approvals: Generated<string>;
    version: Generated<number>;
    domain: Generated<string | null>;
    test: Generated<string | null>;
  };
  transition: Omit<TransitionRow, 'seq'> & { seq: Generated<number> };
  touch: TouchRow;
  contract: ContractRow;
  subscription: Omit<SubscriptionRow, 'id'> & { id: Generated<number> };
  link: LinkRow;
  entry: EntryRow;
  suspension: Omit<SuspensionRow, 'id'> & { id: Generated<number> };
  waiting_source: WaitingSourceRow;
}
