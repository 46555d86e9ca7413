// Links by mail: invitations, new passwords, the first administrator. Random, for one use, for a time; only hashes are kept.

import type { Transaction } from 'kysely';
import { problem } from '../api/problem.ts';
import type { ControlTables } from '../database/tables.ts';
import { randomToken, tokenHash } from './secrets.ts';
import type { AccessTokenRow } from './tables.ts';

type Trx = Transaction<ControlTables>;
export type LinkUse = AccessTokenRow['kind'];

/** Makes a link; those of the same kind that the person had before are void. Answers the whole address. */
export async function makeLink(
  trx: Trx,
  link: { kind: LinkUse; person: string | null; now: number; until: number },
  url: string,
): Promise<string> {
  const { kind, person, now, until } = link;
  const former = trx.deleteFrom('access_token').where('kind', '=', kind);
  await (person === null ? former.where('person', 'is', null) : former.where('person', '=', person)).execute();
  const token = randomToken();
  const row = { hash: tokenHash(token), kind, person, made_at: now, expires_at: until };
  await trx.insertInto('access_token').values(row).execute();
  // Behind the # it goes to no server, and into no log of one.
  return `${url.replace(/\/$/, '')}/#${kind}=${token}`;
}

/** What the link is for. Throws a Problem (410) where it is none, too old or used. */
export async function readLink(
  trx: Trx,
  token: string,
  kinds: readonly LinkUse[],
  now: number,
): Promise<AccessTokenRow> {
  const row = await trx.selectFrom('access_token').selectAll().where('hash', '=', tokenHash(token)).executeTakeFirst();
  if (row === undefined || row.expires_at <= now || !kinds.includes(row.kind)) {
    throw problem('link-used');
  }
  return row;
}
