// Answers kept for requests with an Idempotency-Key: whoever asks again, because the first answer was lost on its way,
// gets that answer, and nothing is done twice.

import type { Kysely } from 'kysely';
import type { Clock } from '../../platform/clock.ts';
import type { ControlTables } from './tables.ts';

export interface KeptAnswer {
  /** What was asked: the key may not be used for anything else. */
  request: string;
  status: number;
  body: string;
}

export interface IdempotencyStore {
  find(who: string, key: string): Promise<KeptAnswer | undefined>;
  keep(who: string, key: string, answer: KeptAnswer): Promise<void>;
}

const KEPT_MS = 24 * 3_600_000;

export function createIdempotencyStore(db: Kysely<ControlTables>, clock: Clock): IdempotencyStore {
  return {
    find: async (who, key) => {
      const found = db.selectFrom('idempotency_key').select(['request', 'status', 'body']);
      return found
        .where('who', '=', who)
        .where('key', '=', key)
        .where('at', '>', clock.now() - KEPT_MS)
        .executeTakeFirst();
    },
    keep: async (who, key, answer) => {
      const now = clock.now();
      await db
        .deleteFrom('idempotency_key')
        .where('at', '<=', now - KEPT_MS)
        .execute();
      await db
        .replaceInto('idempotency_key')
        .values({ who, key, at: now, ...answer })
        .execute();
    },
  };
}
