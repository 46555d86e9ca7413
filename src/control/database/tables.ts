// The control database as types: one an SQL table of migrations/control. A noun with a folder of its own keeps its tables
// there and is named in `ControlTables`.

import type { Generated } from 'kysely';
import type { DkimAlgorithm } from '../../mail/authorise/directory.ts';
import type { AccessTables } from '../access/tables.ts';
import type { BulkTables } from '../bulk/tables.ts';
import type { CheckTables } from '../checks/tables.ts';
import type { CustomerTables } from '../customers/tables.ts';
import type { IdentityTables } from '../identities/tables.ts';
import type { MessageTables } from '../messages/tables.ts';
import type { NoticeTables } from '../notices/tables.ts';
import type { PoolAddressRow } from '../pools/tables.ts';
import type { PrivacyTables } from '../privacy/tables.ts';
import type { ProtectionTables } from '../protection/tables.ts';
import type { QuarantineTables } from '../quarantine/tables.ts';
import type { TerminationTables } from '../termination/tables.ts';
import type { WebhookTables } from '../webhooks/tables.ts';

export interface PoolRow {
  name: string;
  /** JSON list of PoolAddressFact. */
  addresses: string;
  /** PoolFact's `spf`. */
  spf: string | null;
}

export interface CustomerRow {
  id: string;
  name: string;
  state: 'verifying' | 'live' | 'suspended' | 'deactivated';
  /** JSON object of what is a word or a name. */
  settings: string;
  /** JSON lists. */
  pools: string;
  streams: string;
  mailhosts: string;
}

export interface DomainRow {
  name: string;
  reversed: string;
  customer: string;
  outbound: number;
  inbound: number;
  subdomains: number;
  verified: number;
  /** Whose word the proof is; null where there is none. */
  verified_by: 'operator' | 'checks' | null;
  /** JSON of DomainSigning. */
  dkim: string | null;
  /** 1: keys that it should have may be missing. */
  dkim_todo: number;
}

export interface DkimKeyRow {
  id: number;
  domain: string;
  selector: string;
  /** Empty: for all streams that have no key of their own. */
  stream: string;
  algorithm: DkimAlgorithm;
  /**
   * `waiting`: until its record was seen in DNS. `active`: signs. `retiring`: signs no more, but mail signed with it is
   * still on its way. `retired`: the private key is gone; the record may go.
   */
  state: 'waiting' | 'active' | 'retiring' | 'retired';
  /** As in the record. */
  public_key: string;
  sealed: Uint8Array | null;
  master: string | null;
  made_at: number;
  active_at: number | null;
  until: number | null;
  check_at: number | null;
  checked_at: number | null;
  fault: string | null;
}

export interface SourceRow {
  first: Uint8Array;
  prefix: number;
  customer: string;
  network: string;
  /** JSON of SharedProof. */
  shared: string | null;
}

export interface GrantRow {
  customer: string;
  domain: string;
  stream: string;
  proof: string;
}

export interface LoginRow {
  name: string;
  customer: string;
  /** JSON of the SCRAM keys. */
  scram: string;
}

export interface CertificateRow {
  key: string;
  customer: string;
}

export interface RecipientRow {
  customer: string;
  address: string;
}

export interface AuditRow {
  id: number;
  at: number;
  who: string;
  from: string | null;
  action: string;
  object: string;
  customer: string | null;
  reason: string | null;
  before: string | null;
  after: string | null;
  /** Covers the row and the hash before it (audit.ts). */
  hash: Uint8Array;
}

/** What the entries that are left follow, once those up to `id` are gone. */
export interface AuditAnchorRow {
  id: number;
  at: number;
  /** Of the last entry that is gone. */
  hash: Uint8Array;
  /** Id and hash, sealed. */
  seal: Uint8Array;
}

export interface ControlEventRow {
  seq: number;
  id: string;
  type: string;
  at: number;
  customer: string | null;
  /** JSON. */
  data: string;
}

export interface IdempotencyRow {
  who: string;
  key: string;
  request: string;
  at: number;
  /** 0: begun, not answered. */
  status: number;
  answer: Uint8Array | null;
}

export interface SuppressionRow {
  customer: string;
  /** Lower case, the domain in A-labels; `domain` is that again. */
  address: string;
  domain: string;
  reason: 'invalid_address' | 'complaint' | 'manual';
  evidence: string;
  at: number;
  by: string;
}

export interface ControlTables
  extends AccessTables,
    BulkTables,
    IdentityTables,
    PrivacyTables,
    QuarantineTables,
    CheckTables,
    CustomerTables,
    MessageTables,
    NoticeTables,
    WebhookTables,
    ProtectionTables,
    TerminationTables {
  pool: PoolRow;
  pool_address: PoolAddressRow;
  customer: CustomerRow;
  domain: DomainRow;
  dkim_key: Omit<DkimKeyRow, 'id'> & { id: Generated<number> };
  source: SourceRow;
  sending_grant: GrantRow;
  login: LoginRow;
  certificate: CertificateRow;
  recipient: RecipientRow;
  suppression: SuppressionRow;
  audit: AuditRow;
  audit_anchor: AuditAnchorRow;
  control_event: Omit<ControlEventRow, 'seq'> & { seq: Generated<number> };
  idempotency_key: IdempotencyRow;
}
