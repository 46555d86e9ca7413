// The control database as types: one an SQL table of migrations/control.

export interface PoolRow {
  name: string;
  /** JSON list of PoolAddressFact. */
  addresses: string;
}

export interface CustomerRow {
  id: string;
  name: string;
  state: 'live' | 'suspended' | 'deactivated';
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
  action: string;
  object: string;
  before: string | null;
  after: string | null;
}

export interface IdempotencyRow {
  key: string;
  request: string;
  at: number;
  status: number;
  body: string;
}

export interface ControlTables {
  pool: PoolRow;
  customer: CustomerRow;
  domain: DomainRow;
  source: SourceRow;
  sending_grant: GrantRow;
  login: LoginRow;
  certificate: CertificateRow;
  recipient: RecipientRow;
  audit: Omit<AuditRow, 'id'> & { id: import('kysely').Generated<number> };
  idempotency_key: IdempotencyRow;
}
