// Tables of 0003-access.sql.

import type { Generated } from 'kysely';
import type { Role } from './permissions.ts';

export type PersonLanguage = 'en' | 'de' | 'fr';

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  display_name: string;
  language: PersonLanguage;
  role: Role;
  customer: string | null;
  state: 'invited' | 'active' | 'disabled';
  password: string | null;
  password_at: number | null;
  totp: Uint8Array | null;
  totp_master: string | null;
  totp_at: number | null;
  totp_step: number;
  made_at: number;
  made_by: string;
  last_login_at: number | null;
  version: number;
}

export interface PasskeyRow {
  id: string;
  person: string;
  public_key: Uint8Array;
  counter: number;
  transports: string;
  name: string;
  made_at: number;
  last_used_at: number | null;
}

export interface RecoveryCodeRow {
  person: string;
  hash: Uint8Array;
}

export interface SessionRow {
  id: string;
  token_hash: Uint8Array;
  person: string;
  made_at: number;
  expires_at: number;
  last_used_at: number;
  last_from: string | null;
  agent: string | null;
  stepped_up_until: number;
}

export interface DeviceRow {
  token_hash: Uint8Array;
  person: string;
  made_at: number;
  last_used_at: number;
}

export interface LoginHistoryRow {
  id: number;
  person: string;
  at: number;
  outcome: 'signed_in' | 'refused';
  how: string;
  from: string | null;
  network: string | null;
  agent: string | null;
  count: number;
}

export interface AccessTokenRow {
  hash: Uint8Array;
  kind: 'first' | 'invitation' | 'reset';
  person: string | null;
  made_at: number;
  expires_at: number;
}

export interface ApiKeyRow {
  id: string;
  token_hash: Uint8Array;
  name: string;
  scopes: string;
  customer: string | null;
  networks: string;
  person: string | null;
  made_at: number;
  made_by: string;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  last_from: string | null;
}

export interface AccessTables {
  person: PersonRow;
  passkey: PasskeyRow;
  recovery_code: RecoveryCodeRow;
  session: SessionRow;
  device: DeviceRow;
  login_history: Omit<LoginHistoryRow, 'id'> & { id: Generated<number> };
  access_token: AccessTokenRow;
  api_key: ApiKeyRow;
}
