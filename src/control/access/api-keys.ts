// API keys: random, shown once, kept as a hash; for some permissions, one customer or the operator, some addresses, a time.

import { type Kysely, sql } from 'kysely';
import { assertOwn } from '../api/access.ts';
import { fault } from '../api/field-faults.ts';
import { problem } from '../api/problem.ts';
import type { AuditedChange } from '../audit/audit.ts';
import type { ControlTables } from '../database/tables.ts';
import { scopesOf } from './authenticate.ts';
import type { KnownKey } from './lookups.ts';
import type { AccessParts } from './parts.ts';
import { CUSTOMER_PERMISSIONS, type Permission } from './permissions.ts';
import { actorOf, holds, type Principal } from './principal.ts';
import { newId, randomToken, tokenHash } from './secrets.ts';
import type { ApiKeyRow } from './tables.ts';

export interface NewKey {
  name: string;
  scopes: readonly Permission[];
  customer?: string | undefined;
  networks: readonly string[];
  expires_at?: number | undefined;
}

export interface ListedKey {
  id: string;
  name: string;
  /** As the key was made. */
  scopes: Permission[];
  /** What it can do now: never more than who made it. */
  effective_scopes: Permission[];
  customer: string | null;
  networks: string[];
  state: 'active' | 'expired' | 'revoked';
  made_at: string;
  made_by: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
  last_from: string | null;
}

export interface KeyPage {
  customer?: string | undefined;
  state?: ListedKey['state'] | undefined;
  /** When the last of the page before was made, and its id. */
  after?: readonly [madeAt: number, id: string] | undefined;
  limit: number;
}

export interface ApiKeys {
  /** One more than `limit` where there are more; newest first. */
  list(page: KeyPage): Promise<ListedKey[]>;
  /** Throws a Problem (404) where there is no such key of the principal's. */
  get(by: Principal, id: string): Promise<ListedKey>;
  /** The key itself is in this answer and nowhere else. Throws a Problem: 403 for scopes the principal does not hold. */
  make(by: Principal, key: NewKey): Promise<{ key: string; entry: ListedKey }>;
  /** Ends the key at once. Throws a Problem (404) where there is no such key of the principal's. */
  revoke(by: Principal, id: string): Promise<ListedKey>;
}

/** Makes the keeper of keys. */
export function createApiKeys(parts: AccessParts): ApiKeys {
  const { changes, database } = parts;
  const now = () => parts.clock.now();
  const read = (by: Principal, row: KnownKey | undefined) => {
    if (row === undefined) throw problem('no-such-key');
    assertOwn(by, row.customer, 'API key');
    return row;
  };
  return {
    async list(page) {
      const at = now();
      return (await listQuery(database.reads, page, at).execute()).map((row) => listed(row, at));
    },

    get: async (by, id) =>
      listed(read(by, await withMaker(database.db).where('api_key.id', '=', id).executeTakeFirst()), now()),

    async make(by, key) {
      assertMayMake(by, key);
      const token = `emk_${randomToken()}`;
      const entry = await changes.make(actorOf(by), async (trx, now) => {
        if (key.expires_at !== undefined && key.expires_at <= now) {
          throw problem('void-key', {}, [fault('expires_at', 'in-future')]);
        }
        const row = newRow(by, key, { token, now });
        await trx.insertInto('api_key').values(row).execute();
        const maker = by.kind === 'user' ? { maker_state: 'active' as const, maker_role: by.role } : NO_MAKER;
        return { result: listed({ ...row, ...maker }, now), audit: [aboutKey(row, 'made')] };
      });
      return { key: token, entry };
    },

    revoke: (by, id) =>
      changes.make(actorOf(by), async (trx, now) => {
        const row = read(by, await withMaker(trx).where('api_key.id', '=', id).executeTakeFirst());
        if (row.revoked_at !== null) return { result: listed(row, now), audit: [] };
        await trx.updateTable('api_key').set({ revoked_at: now }).where('id', '=', id).execute();
        return { result: listed({ ...row, revoked_at: now }, now), audit: [aboutKey(row, 'revoked')] };
      }),
  };
}

function listQuery(db: Kysely<ControlTables>, { customer, state, after, limit }: KeyPage, now: number) {
  let query = withMaker(db)
    .orderBy('api_key.made_at', 'desc')
    .orderBy('api_key.id')
    .limit(limit + 1);
  if (customer !== undefined) query = query.where('api_key.customer', '=', customer);
  if (state === 'revoked') query = query.where('api_key.revoked_at', 'is not', null);
  else if (state !== undefined) {
    const end = sql<number>`coalesce(api_key.expires_at, ${Number.MAX_SAFE_INTEGER})`;
    query = query.where('api_key.revoked_at', 'is', null).where(end, state === 'active' ? '>' : '<=', now);
  }
  if (after === undefined) return query;
  const [at, id] = after;
  return query.where((where) =>
    where.or([
      where('api_key.made_at', '<', at),
      where.and([where('api_key.made_at', '=', at), where('api_key.id', '>', id)]),
    ]),
  );
}

const NO_MAKER = { maker_state: null, maker_role: null };

function withMaker(db: Kysely<ControlTables>) {
  return db
    .selectFrom('api_key')
    .leftJoin('person', 'person.id', 'api_key.person')
    .selectAll('api_key')
    .select(['person.state as maker_state', 'person.role as maker_role']);
}

/** Nobody gives more than it holds; and a key that made keys would go on in them after it was revoked. */
function assertMayMake(by: Principal, { scopes, customer }: NewKey): void {
  if (by.kind === 'key') throw problem('keys-by-people');
  assertOwn(by, customer, 'customer');
  const beyond = scopes.filter((scope) => !holds(by, scope));
  if (beyond.length > 0) {
    throw problem('key-beyond-own-rights', {}, [
      fault('scopes', 'beyond-own-rights', { permissions: beyond.join(', ') }),
    ]);
  }
  const never = customer === undefined ? [] : scopes.filter((scope) => !CUSTOMER_PERMISSIONS.includes(scope));
  if (never.length === 0) return;
  throw problem('scopes-unfit', {}, [fault('scopes', 'not-of-customers', { permissions: never.join(', ') })]);
}

function newRow(by: Principal, key: NewKey, { token, now }: { token: string; now: number }): ApiKeyRow {
  return {
    id: newId('key'),
    token_hash: tokenHash(token),
    name: key.name,
    scopes: JSON.stringify([...new Set(key.scopes)].sort()),
    customer: key.customer ?? null,
    networks: JSON.stringify(key.networks),
    person: by.kind === 'user' ? by.id : null,
    made_at: now,
    made_by: actorOf(by).who,
    expires_at: key.expires_at ?? null,
    revoked_at: null,
    last_used_at: null,
    last_from: null,
  };
}

function aboutKey(row: ApiKeyRow, action: 'made' | 'revoked'): AuditedChange {
  const { id, name, customer, expires_at } = row;
  const shown = { name, scopes: JSON.parse(row.scopes), networks: JSON.parse(row.networks), expires_at };
  const states = action === 'made' ? { before: null, after: shown } : { before: shown, after: null };
  return { action, object: `key ${id}`, ...(customer !== null && { customer }), ...states };
}

function listed(row: KnownKey, now: number): ListedKey {
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const expired = row.expires_at !== null && row.expires_at <= now;
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as Permission[],
    effective_scopes: [...scopesOf(row)],
    customer: row.customer,
    networks: JSON.parse(row.networks) as string[],
    state: row.revoked_at !== null ? 'revoked' : expired ? 'expired' : 'active',
    made_at: new Date(row.made_at).toISOString(),
    made_by: row.made_by,
    expires_at: time(row.expires_at),
    revoked_at: time(row.revoked_at),
    last_used_at: time(row.last_used_at),
    last_from: row.last_from,
  };
}
