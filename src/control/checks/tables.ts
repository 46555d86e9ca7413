// Tables of 0005-checks.sql.

/** What a check is about. */
export type SubjectKind = 'domain' | 'mailhost' | 'source' | 'grant';

export type CheckKind = 'ownership' | 'spf' | 'mx' | 'dkim' | 'dmarc' | 'mailhost' | 'source' | 'grant';

/**
 * `ok`: as it should be. `warn`: it works, and should be better. `fail`: it has to be changed. `unknown`: DNS or the host
 * gave no answer, so nothing is known. `waiting`: not looked at yet, or what it waits for comes by itself.
 */
export type CheckState = 'ok' | 'warn' | 'fail' | 'unknown' | 'waiting';

export interface CheckSubjectRow {
  customer: string;
  kind: SubjectKind;
  object: string;
  due: number;
  made_at: number;
  looked_at: number | null;
  pace: number;
}

export interface CheckResultRow {
  customer: string;
  kind: CheckKind;
  object: string;
  state: CheckState;
  expected: string;
  found: string;
  advice: string;
  /** The same in parts: AdviceCode, and JSON of its values. */
  code: string | null;
  code_values: string | null;
  since: number;
}

export interface DomainOwnershipRow {
  customer: string;
  domain: string;
  token: string;
  made_at: number;
  seen_at: number | null;
  missing_since: number | null;
  missing_looks: number;
  missing_ms: number;
  missing_at: number | null;
  warned_at: number | null;
}

export interface GrantTokenRow {
  customer: string;
  token: string;
}

export interface DnsGrantRow {
  customer: string;
  domain: string;
  stream: string;
  asked_at: number;
  asked_by: string;
  /** JSON list of GrantRecord. */
  records: string | null;
  in_force: string | null;
  changes_at: number | null;
}

export interface CheckTables {
  check_changed: { customer: string };
  check_subject: CheckSubjectRow;
  check_result: CheckResultRow;
  domain_ownership: DomainOwnershipRow;
  grant_token: GrantTokenRow;
  dns_grant: DnsGrantRow;
}
