// What webhooks are made of.

import type { Watched } from '../../mail/trace/trace.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { Notices } from '../notices/notices.ts';
import type { ServiceParts } from '../services.ts';

export interface WebhookParts
  extends Pick<ServiceParts, 'database' | 'changes' | 'clock' | 'log' | 'config' | 'alarms'> {
  /** Seals the secrets of webhooks. */
  box: SecretBox;
  /** Tells the trace whose events are followed from now on. */
  watch: (watched: Watched) => void;
  /** How long webhooks of a customer that is removed are tried with the news of it; a minute, but for tests. */
  lastMs?: number;
  /** Writes to people. */
  tell: Notices['tell'];
}
