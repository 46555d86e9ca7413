// What the quarantine works with.

import type { MessagePreview } from '../../mail/inspect/preview/preview.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { Notices } from '../notices/notices.ts';
import type { ServiceParts } from '../services.ts';
import type { Lessons } from './report.ts';

export interface QuarantineParts
  extends Pick<
    ServiceParts,
    'database' | 'changes' | 'clock' | 'log' | 'config' | 'directory' | 'reader' | 'store' | 'secretBox'
  > {
  notices: Pick<Notices, 'tell'>;
  /** Teaches the spam scanners; rejects where none takes it. */
  learn: (as: 'spam' | 'ham', content: Uint8Array) => Promise<void>;
  /** Lessons that nobody waits for. */
  lessons: Lessons;
  /** Reads hostile content where it can do no harm. Throws a Problem where it cannot be shown. */
  preview: (content: Uint8Array) => Promise<MessagePreview>;
}

/** What the rounds work with. */
export interface RoundParts extends QuarantineParts {
  /** Seals links. */
  box: SecretBox;
}
