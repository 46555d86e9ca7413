// Answers kept for requests with an Idempotency-Key: whoever asks again, because the first answer was lost on its way,
// gets that answer, and nothing is done twice. They are kept sealed: some hold a key or a link that is shown once.

import type { Kysely } from 'kysely';
import type { Clock } from '../../platform/clock.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import type { ControlTables } from './tables.ts';

/** An answer as it is given again. */
export interface KeptAnswer {
  status: number;
  etag?: string;
  body: string;
}

/** What is known of a key when a request comes with it. */
export type KeyState =
  /** The first of its kind: it is noted as begun. */
  | { kind: 'new' }
  | { kind: 'answered'; answer: KeptAnswer }
  /** It was begun, and no answer was kept: the relay ended meanwhile. Whether it was done is not known. */
  | { kind: 'unfinished' }
  /** The key was used for another request. */
  | { kind: 'other' };

export interface IdempotencyStore {
  begin(who: string, key: string, request: string): Promise<KeyState>;
  finish(who: string, key: string, answer: KeptAnswer): Promise<void>;
  /** Nothing was done: the key is free again. */
  forget(who: string, key: string): Promise<void>;
  close(): Promise<void>;
}

export interface IdempotencyOptions {
  db: Kysely<ControlTables>;
  clock: Clock;
  /** Seals the answers. */
  box: SecretBox;
}

const KEPT_MS = 24 * 3_600_000;
const UNFINISHED = 0;

/** Keeps answers for a day. */
export function createIdempotencyStore({ db, clock, box }: IdempotencyOptions): IdempotencyStore {
  const of = (who: string, key: string) => `${who} ${key}`;
  return {
    async begin(who, key, request) {
      const now = clock.now();
      await db
        .deleteFrom('idempotency_key')
        .where('at', '<=', now - KEPT_MS)
        .execute();
      const row = { who, key, request, at: now, status: UNFINISHED, answer: null };
      const begun = await db
        .insertInto('idempotency_key')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (begun.numInsertedOrUpdatedRows === 1n) return { kind: 'new' };
      const known = await db
        .selectFrom('idempotency_key')
        .select(['request', 'status', 'answer'])
        .where('who', '=', who)
        .where('key', '=', key)
        .executeTakeFirst();
      if (known !== undefined && known.request !== request) return { kind: 'other' };
      const text = known?.answer ? box.open(known.answer, of(who, key))?.toString() : undefined;
      if (text === undefined) return { kind: 'unfinished' };
      return { kind: 'answered', answer: JSON.parse(text) as KeptAnswer };
    },
    async finish(who, key, answer) {
      const sealed = box.seal(Buffer.from(JSON.stringify(answer)), of(who, key));
      await db
        .updateTable('idempotency_key')
        .set({ status: answer.status, answer: sealed })
        .where('who', '=', who)
        .where('key', '=', key)
        .execute();
    },
    async forget(who, key) {
      await db.deleteFrom('idempotency_key').where('who', '=', who).where('key', '=', key).execute();
    },
    close: async () => {},
  };
}
