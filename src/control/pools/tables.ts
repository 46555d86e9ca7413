// Tables of migrations/control/0008-pools.sql.

export interface PoolAddressRow {
  pool: string;
  ip: string;
  state: 'active' | 'draining' | 'out';
  since: number;
  prepared: number;
  /** JSON list of AddressFinding. */
  findings: string | null;
  looked_at: number | null;
}
