// Tables of 0006-webhooks.sql.

import type { Generated } from 'kysely';
import type { WebhookState } from './endpoint.ts';
import type { SigningKind } from './signing.ts';

export interface WebhookRow {
  id: string;
  /** Null: the operator's own. */
  customer: string | null;
  url: string;
  description: string;
  /** JSON list of filters. */
  types: string;
  thin: number;
  signing: SigningKind;
  state: WebhookState;
  /** Why it is not active: by hand, because it failed for long, or because it answered 410. */
  reason: 'hand' | 'failing' | 'gone' | null;
  state_at: number;
  made_at: number;
  version: number;
}

export interface WebhookSecretRow {
  id: number;
  webhook: string;
  sealed: Uint8Array;
  master: string;
  /** `whpk_…` of Ed25519. */
  public_key: string | null;
  made_at: number;
  /** Of one that another took the place of: until then it signs too. */
  until: number | null;
}

export interface WebhookTables {
  webhook: WebhookRow;
  webhook_secret: Omit<WebhookSecretRow, 'id'> & { id: Generated<number> };
}
