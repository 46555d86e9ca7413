// What has become of a link, for whoever holds its token: one that opens nothing any more should say why.

import type { Kysely } from 'kysely';
import type { LinkKind } from '../access/principal.ts';
import type { ControlTables } from '../database/tables.ts';
import type { Language } from './accounts.ts';
import { linkByToken } from './links.ts';
import { isComing } from './stages.ts';

/** `live`: the way to live is over. `finished`: so is the service. `replaced`: a newer link was made in its place. */
export const LINK_STATES = ['open', 'expired', 'replaced', 'revoked', 'live', 'finished', 'unknown'] as const;

export interface LinkLook {
  state: (typeof LINK_STATES)[number];
  kind?: LinkKind;
  language?: Language;
  /** Milliseconds since 1970. */
  expiresAt?: number;
}

/** Looks at the link with this token. */
export async function lookAtLink(db: Kysely<ControlTables>, token: string, now: number): Promise<LinkLook> {
  const row = await linkByToken(db, token);
  if (row === undefined) return { state: 'unknown' };
  const { id, customer, kind, made_at, expires_at: expiresAt, revoked_at } = row;
  const account = await db
    .selectFrom('account')
    .select(['stage', 'language'])
    .where('id', '=', customer)
    .executeTakeFirst();
  if (account === undefined) return { state: 'finished', kind, expiresAt };
  const about = { kind, expiresAt, language: account.language as Language };
  if (account.stage === 'live' || account.stage === 'notice') return { state: 'live', ...about };
  if (!isComing(account.stage)) return { state: 'finished', ...about };
  if (revoked_at === null) return { state: expiresAt > now ? 'open' : 'expired', ...about };
  const newer = await db
    .selectFrom('link')
    .select('id')
    .where('customer', '=', customer)
    .where('kind', '=', kind)
    .where('made_at', '>=', made_at)
    .where('id', '<>', id)
    .where('revoked_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return { state: newer === undefined ? 'revoked' : 'replaced', ...about };
}
