// The beginning of the audit goes at its date, and only from the beginning: an anchor takes the place of what is gone.

import type { Transaction } from 'kysely';
import type { SecretBox } from '../../platform/secret-box.ts';
import { RELAY_ACTOR } from '../actor.ts';
import type { Changes } from '../changes.ts';
import type { ControlTables } from '../database/tables.ts';

/** Entries a transaction: others who change something wait meanwhile. */
const AT_ONCE = 20_000;

/** Drops entries older than this (milliseconds since 1970) as far as no younger one lies before them; how many. */
export async function pruneAudit(changes: Changes, box: SecretBox, before: number): Promise<number> {
  let gone = 0;
  for (;;) {
    const step = await changes.make(RELAY_ACTOR, async (trx, now) => {
      const dropped = await dropSome(trx, { before, now, box });
      if (dropped === undefined) return { result: 0, audit: [] };
      const { entries, last, hash } = dropped;
      const audit = [
        {
          action: 'pruned',
          object: 'audit',
          before: { entries, last },
          after: { follows: Buffer.from(hash).toString('hex') },
        },
      ];
      return { result: entries, audit };
    });
    gone += step;
    if (step < AT_ONCE) return gone;
  }
}

async function dropSome(
  trx: Transaction<ControlTables>,
  { before, now, box }: { before: number; now: number; box: SecretBox },
): Promise<{ entries: number; last: number; hash: Uint8Array } | undefined> {
  const first = await trx.selectFrom('audit').select('id').orderBy('id').limit(1).executeTakeFirst();
  if (first === undefined) return undefined;
  const younger = await trx
    .selectFrom('audit')
    .select('id')
    .where('at', '>=', before)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  const end = Math.min(younger?.id ?? Number.MAX_SAFE_INTEGER, first.id + AT_ONCE);
  const last = await trx
    .selectFrom('audit')
    .select(['id', 'hash'])
    .where('id', '<', end)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return undefined;
  const seal = box.seal(sealed(last), ANCHOR);
  await trx
    .insertInto('audit_anchor')
    .values({ ...last, at: now, seal })
    .execute();
  const removed = await trx.deleteFrom('audit').where('id', '<=', last.id).executeTakeFirst();
  return { entries: Number(removed.numDeletedRows), last: last.id, hash: last.hash };
}

const ANCHOR = 'anchor of the audit';

function sealed({ id, hash }: { id: number; hash: Uint8Array }): Buffer {
  return Buffer.concat([Buffer.from(`${id} `), hash]);
}

/** Whether an anchor was made here: its seal can only be made with the master key. */
export function isOwnAnchor(box: SecretBox, anchor: { id: number; hash: Uint8Array; seal: Uint8Array }): boolean {
  return box.open(anchor.seal, ANCHOR)?.equals(sealed(anchor)) === true;
}
