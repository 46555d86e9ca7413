// Domains, mail hosts and sources of all customers, with what the checks say of them.

import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { KINDS_OF } from '../checks/kinds.ts';
import type { CheckKind, CheckState } from '../checks/tables.ts';
import type { ControlTables, DomainRow } from '../database/tables.ts';
import { hasText } from './has-text.ts';

interface HoldingQuery<Key> {
  limit: number;
  /** Key of the last entry of the page before. */
  after?: Key | undefined;
  customer?: string | undefined;
  /** A part of its own name, or of the id or name of the customer. */
  text?: string | undefined;
  /** A check of it is in this state. */
  state?: CheckState | undefined;
}

export interface DomainQuery extends HoldingQuery<readonly [name: string]> {
  verified?: boolean | undefined;
  direction?: 'inbound' | 'outbound' | undefined;
}

export type MailHostQuery = HoldingQuery<readonly [customer: string, host: string, port: number]>;

export interface SourceQuery extends HoldingQuery<readonly [customer: string, network: string]> {
  waiting?: boolean | undefined;
}

interface Held {
  customer: string;
  customerName: string | null;
}

/** A check of it, in short. */
export interface ShortCheck {
  kind: CheckKind;
  state: CheckState;
}

export type HeldDomain = Held & Omit<DomainRow, 'customer'> & { checks: ShortCheck[] };

export interface HeldMailHost extends Held {
  host: string;
  port: number;
  preference: number;
  tls: 'opportunistic' | 'verify' | 'none';
  state: CheckState | null;
  found: string | null;
}

export interface HeldSource extends Held {
  network: string;
  /** JSON of SharedProof. */
  shared: string | null;
  waiting: 0 | 1;
  state: CheckState | null;
  found: string | null;
}

type Db = Kysely<ControlTables>;

/** `limit` domains and one more, in the order of their names. */
export async function listAllDomains(db: Db, query: DomainQuery): Promise<HeldDomain[]> {
  const { limit, after, customer, text, state, verified, direction } = query;
  let rows = db
    .selectFrom('domain')
    .leftJoin('account', 'account.id', 'domain.customer')
    .selectAll('domain')
    .select('account.name as customerName')
    .where('domain.name', '>', after?.[0] ?? '');
  if (customer !== undefined) rows = rows.where('domain.customer', '=', customer);
  if (text !== undefined) rows = rows.where(hasText(text, ['domain.name', 'domain.customer', 'account.name']));
  if (verified !== undefined) rows = rows.where('verified', '=', Number(verified));
  if (direction !== undefined) rows = rows.where(direction, '=', 1);
  if (state !== undefined) rows = rows.where(domainCheckIs(state));
  const page = await rows
    .orderBy('domain.name')
    .limit(limit + 1)
    .execute();
  const checks = await checksOfDomains(db, page);
  return page.map((row) => ({ ...row, checks: checks.get(`${row.customer} ${row.name}`) ?? [] }));
}

function domainCheckIs(state: CheckState): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from check_result where check_result.customer = domain.customer
    and check_result.object = domain.name and check_result.state = ${state}
    and check_result.kind in (${sql.join(KINDS_OF.domain)}))`;
}

/**
 * What was not looked at yet waits. Much is well, or waits: that is found beside each in the order of the list, which is
 * what `coalesce` keeps it in. Of all else there is little: it is found by its index, and put in order.
 */
function resultIs(state: CheckState): RawBuilder<SqlBool> {
  return state === 'waiting' || state === 'ok'
    ? sql<SqlBool>`coalesce(result.state, 'waiting') = ${state}`
    : sql<SqlBool>`(result.state = ${state} and result.state <> 'ok')`;
}

async function checksOfDomains(db: Db, page: readonly DomainRow[]): Promise<Map<string, ShortCheck[]>> {
  const found = new Map<string, ShortCheck[]>();
  if (page.length === 0) return found;
  const customers = [...new Set(page.map(({ customer }) => customer))];
  const names = page.map(({ name }) => name);
  const rows = await db
    .selectFrom('check_result')
    .select(['customer', 'object', 'kind', 'state'])
    .where('customer', 'in', customers)
    .where('kind', 'in', KINDS_OF.domain)
    .where('object', 'in', names)
    .execute();
  for (const { customer, object, kind, state } of rows) {
    const key = `${customer} ${object}`;
    found.set(key, [...(found.get(key) ?? []), { kind, state }]);
  }
  return found;
}

const HOST = sql<string>`(held.value ->> 'host')`;
const PORT = sql<number>`(held.value ->> 'port')`;

/** `limit` mail hosts and one more, in the order of customer, host and port. */
export async function listAllMailHosts(db: Db, query: MailHostQuery): Promise<HeldMailHost[]> {
  const { limit, after, customer, text, state } = query;
  const where = [
    customer === undefined ? undefined : sql<SqlBool>`customer.id = ${customer}`,
    text === undefined
      ? undefined
      : sql<SqlBool>`(instr(${HOST}, ${text.toLowerCase()}) > 0 or ${hasText(text, ['customer.id', 'account.name'])})`,
    state === undefined ? undefined : resultIs(state),
    after && sql<SqlBool>`(customer.id, ${HOST}, ${PORT}) > (${after[0]}, ${after[1]}, ${after[2]})`,
  ].filter((one) => one !== undefined);
  const { rows } = await sql<HeldMailHost>`
    select customer.id as customer, account.name as customerName, ${HOST} as host, ${PORT} as port,
      held.value ->> 'preference' as preference, held.value ->> 'tls' as tls, result.state, result.found
    from customer
    join json_each(customer.mailhosts) held
    left join account on account.id = customer.id
    left join check_result result on result.customer = customer.id and result.kind = 'mailhost' and result.object =
      case when instr(${HOST}, ':') > 0 then '[' || ${HOST} || ']' else ${HOST} end || ':' || ${PORT}
    where ${sql.join([sql`true`, ...where], sql` and `)}
    order by customer.id, ${HOST}, ${PORT}
    limit ${limit + 1}`.execute(db);
  return rows;
}

/** `limit` sources and one more, in the order of customer and network; with those that wait for the operator. */
export async function listAllSources(db: Db, query: SourceQuery): Promise<HeldSource[]> {
  const { limit, after, customer, state, waiting } = query;
  const where = [
    customer === undefined ? undefined : sql<SqlBool>`held.customer = ${customer}`,
    state === undefined ? undefined : resultIs(state),
    waiting === undefined ? undefined : sql<SqlBool>`held.waiting = ${Number(waiting)}`,
    after && sql<SqlBool>`(held.customer, held.network) > (${after[0]}, ${after[1]})`,
  ].filter((one) => one !== undefined);
  const { rows } = await sql<HeldSource>`
    select held.customer, account.name as customerName, held.network, held.shared, held.waiting, result.state, result.found
    from (
      select customer, network, shared, 0 as waiting from ${among('source', query)}
      union all select customer, network, shared, 1 as waiting from ${among('waiting_source', query)}
    ) held
    left join account on account.id = held.customer
    left join check_result result on result.customer = held.customer and result.kind = 'source' and result.object = held.network
    where ${sql.join([sql`true`, ...where], sql` and `)}
    order by held.customer, held.network
    limit ${limit + 1}`.execute(db);
  return rows;
}

type SourceTable = 'source' | 'waiting_source';

/** Of very many sources those that can be meant: found by indexes alone, before anything is read about them. */
function among(table: SourceTable, query: SourceQuery): RawBuilder<unknown> {
  const named = query.text === undefined ? sql`true` : amongNamed(table, query, query.text);
  // Of those that wait for the operator there are few.
  const isNew = table === 'source' && query.state === 'waiting';
  const from = isNew ? sql`${notLookedAt(query)} wanted cross join source using (customer, network)` : sql.table(table);
  return sql`${from} where ${named}`;
}

/**
 * Sources that were not looked at yet; a look always finds something. What came with a change of its customer is no
 * subject of a look until that change is read. So many as a page has are enough, unless not all of them are wanted.
 */
function notLookedAt({ limit, after, customer, text, waiting }: SourceQuery): RawBuilder<unknown> {
  const most = text === undefined && waiting === undefined ? limit + 1 : -1;
  const page = (owner: string, network: string) => {
    const [of, at] = [sql.ref(owner), sql.ref(network)];
    const wanted = customer === undefined ? sql`true` : sql`${of} = ${customer}`;
    const past = after === undefined ? sql`true` : sql`(${of}, ${at}) > (${after[0]}, ${after[1]})`;
    return sql`${wanted} and ${past} order by ${of}, ${at} limit ${most}`;
  };
  return sql`(
    select * from (select fresh.customer, fresh.object as network from check_subject fresh
      where fresh.kind = 'source' and fresh.looked_at is null
        and exists (select 1 from source held where held.customer = fresh.customer and held.network = fresh.object)
        and ${page('fresh.customer', 'fresh.object')})
    union all
    select * from (select held.customer, held.network from check_changed changed
      cross join source held on held.customer = changed.customer
      where not exists (select 1 from check_subject known
          where known.customer = held.customer and known.kind = 'source' and known.object = held.network)
        and ${page('held.customer', 'held.network')}))`;
}

/** What a part of a network may be. */
const NETWORK_PART = /^[0-9a-f.:/]+$/;

/** Those that hold the text, or whose customer does. So many as a page has are enough, unless not all of them are wanted. */
function amongNamed(table: SourceTable, query: SourceQuery, text: string): RawBuilder<unknown> {
  const { limit, after, customer, state } = query;
  const part = text.toLowerCase();
  const named = sql<SqlBool>`customer in (
    select id from customer where ${hasText(text, ['id'])} union select id from account where ${hasText(text, ['id', 'name'])})`;
  const where = [
    NETWORK_PART.test(part) ? sql<SqlBool>`(instr(network, ${part}) > 0 or ${named})` : named,
    customer === undefined ? undefined : sql<SqlBool>`customer = ${customer}`,
    after && sql<SqlBool>`(customer, network) > (${after[0]}, ${after[1]})`,
  ].filter((one) => one !== undefined);
  return sql`(customer, network) in (
    select customer, network from ${sql.table(table)} where ${sql.join(where, sql` and `)}
    order by customer, network limit ${state === undefined ? limit + 1 : -1})`;
}
