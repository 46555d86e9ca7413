// Grants by DNS: a customer asks to send for a domain of somebody else; the owner says yes by a record under its own name,
// and no by removing it.

import type { Kysely } from 'kysely';
import type { CustomerId } from '../../mail/message.ts';
import type { Actor } from '../actor.ts';
import { problem } from '../api/problem.ts';
import { newToken } from '../checks/subject-rows.ts';
import type { SubjectName } from '../checks/subjects.ts';
import type { DnsGrantRow } from '../checks/tables.ts';
import type { ControlTables } from '../database/tables.ts';
import type { ServiceParts } from '../services.ts';
import { dropGrant, recordsOf } from './grant-changes.ts';
import { type GrantRecord, grantAt, grantRecord } from './grant-record.ts';

export interface GrantView {
  customer: string;
  domain: string;
  /** What was asked for; `*` is every stream. */
  stream: string;
  askedAt: number;
  askedBy: string;
  /** What the owner of the domain publishes. */
  record: { name: string; text: string };
  /** What the owner's records say. */
  granted: GrantRecord[];
  /** `in_force` now; `later` or `over` by the owner's dates; `none`: the owner has not granted it, or has taken it back. */
  state: 'in_force' | 'later' | 'over' | 'none';
  /** The stream that is in force now; `*` is every stream. */
  inForce?: string;
}

export interface Grants {
  /** Asks for a grant; the view says what the owner has to publish. Throws a Problem where the domain is the customer's own. */
  ask(by: Actor, customer: CustomerId, grant: { domain: string; stream: string }): Promise<GrantView>;
  /** The customer wants it no longer: it ends at once. False: there was none. */
  drop(by: Actor, customer: CustomerId, domain: string): Promise<boolean>;
  /** Grants that a customer asked for, in the order of domains. */
  list(customer: CustomerId, page: { limit: number; after?: string | undefined }): Promise<GrantView[]>;
  /** Who may send, or wants to send, for a customer's own domains; in the order of domains and customers. */
  over(
    owner: CustomerId,
    page: { limit: number; after?: readonly [domain: string, customer: string] | undefined },
  ): Promise<GrantView[]>;
}

export type GrantParts = Pick<ServiceParts, 'database' | 'changes' | 'clock'> & {
  lookNow: (names: readonly SubjectName[]) => Promise<void>;
};

/** So many grants a customer may ask for. */
const MOST_GRANTS = 1000;

/** Makes the service. */
export function openGrants(parts: GrantParts): Grants {
  return new GrantService(parts);
}

class GrantService implements Grants {
  readonly #parts: GrantParts;

  constructor(parts: GrantParts) {
    this.#parts = parts;
  }

  async ask(
    by: Actor,
    customer: CustomerId,
    { domain, stream }: { domain: string; stream: string },
  ): Promise<GrantView> {
    await this.#parts.changes.make(by, async (trx, now) => {
      const before = await assertMayAsk(trx, customer, domain);
      if (before?.stream === stream) return { result: undefined, audit: [] };
      await trx
        .insertInto('grant_token')
        .values({ customer, token: newToken() })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await writeAsked(trx, { customer, domain, stream, asked_at: now, asked_by: by.who });
      const change = { action: 'grant.asked', object: `grant ${domain}`, customer };
      const was = before === undefined ? null : { stream: before.stream };
      return { result: undefined, audit: [{ ...change, before: was, after: { stream } }] };
    });
    await this.#parts.lookNow([{ customer, kind: 'grant', object: domain }]);
    const view = (await this.#views([await findRow(this.#db, customer, domain)])).at(0);
    if (view === undefined) throw problem('grant-dropped');
    return view;
  }

  drop(by: Actor, customer: CustomerId, domain: string): Promise<boolean> {
    return this.#parts.changes.make(by, async (trx) => {
      const row = await findRow(trx, customer, domain);
      if (row === undefined) return { result: false, audit: [] };
      const before = { stream: row.stream, in_force: row.in_force };
      const audit = [{ action: 'grant.dropped', object: `grant ${domain}`, customer, before, after: null }];
      return { result: true, audit, directory: await dropGrant(trx, customer, domain) };
    });
  }

  async list(
    customer: CustomerId,
    { limit, after }: { limit: number; after?: string | undefined },
  ): Promise<GrantView[]> {
    let query = this.#db.selectFrom('dns_grant').selectAll().where('customer', '=', customer);
    if (after !== undefined) query = query.where('domain', '>', after);
    return this.#views(await query.orderBy('domain').limit(limit).execute());
  }

  async over(
    owner: CustomerId,
    { limit, after }: { limit: number; after?: readonly [string, string] | undefined },
  ): Promise<GrantView[]> {
    let query = this.#db
      .selectFrom('dns_grant')
      .innerJoin('domain', 'domain.name', 'dns_grant.domain')
      .selectAll('dns_grant')
      .where('domain.customer', '=', owner)
      // Anybody may enter a name: who asks for it is the business of whoever has shown that it is its own.
      .where('domain.verified', '=', 1);
    if (after !== undefined) {
      const [domain, customer] = after;
      query = query.where((expression) =>
        expression(
          expression.refTuple('dns_grant.domain', 'dns_grant.customer'),
          '>',
          expression.tuple(domain, customer),
        ),
      );
    }
    return this.#views(await query.orderBy('dns_grant.domain').orderBy('dns_grant.customer').limit(limit).execute());
  }

  async #views(rows: readonly (DnsGrantRow | undefined)[]): Promise<GrantView[]> {
    const present = rows.filter((row) => row !== undefined);
    if (present.length === 0) return [];
    const customers = [...new Set(present.map(({ customer }) => customer))];
    const tokens = await this.#db.selectFrom('grant_token').selectAll().where('customer', 'in', customers).execute();
    const byCustomer = new Map(tokens.map(({ customer, token }) => [customer, token]));
    return present.map((row) => viewOf(row, byCustomer.get(row.customer) ?? '', this.#parts.clock.now()));
  }

  get #db() {
    return this.#parts.database.reads;
  }
}

type Db = Kysely<ControlTables>;

/** The grant as it was asked for before, if it was; throws a Problem where it cannot be asked for. */
async function assertMayAsk(db: Db, customer: string, domain: string): Promise<DnsGrantRow | undefined> {
  const known = await db.selectFrom('customer').select('id').where('id', '=', customer).executeTakeFirst();
  if (known === undefined) throw problem('no-customer-to-send', { customer });
  const own = await db.selectFrom('domain').select('customer').where('name', '=', domain).executeTakeFirst();
  if (own?.customer === customer) throw problem('grant-not-needed', { domain });
  const before = await findRow(db, customer, domain);
  if (before !== undefined) return before;
  const count = db.selectFrom('dns_grant').select((query) => query.fn.countAll<number>().as('grants'));
  const { grants } = await count.where('customer', '=', customer).executeTakeFirstOrThrow();
  if (grants >= MOST_GRANTS) throw problem('too-many-grants', { most: MOST_GRANTS });
  return undefined;
}

/** The row of the grant, and that of the look at it, which is due at once. */
async function writeAsked(
  trx: Db,
  asked: Pick<DnsGrantRow, 'customer' | 'domain' | 'stream' | 'asked_at' | 'asked_by'>,
): Promise<void> {
  const { customer, domain, stream, asked_at, asked_by } = asked;
  await trx
    .insertInto('dns_grant')
    .values({ ...asked, records: null, in_force: null, changes_at: null })
    .onConflict((conflict) => conflict.columns(['customer', 'domain']).doUpdateSet({ stream, asked_at, asked_by }))
    .execute();
  const subject = {
    customer,
    kind: 'grant',
    object: domain,
    due: 0,
    made_at: asked_at,
    looked_at: null,
    pace: 0,
  } as const;
  await trx
    .insertInto('check_subject')
    .values(subject)
    .onConflict((conflict) => conflict.columns(['customer', 'kind', 'object']).doUpdateSet({ due: 0 }))
    .execute();
}

function findRow(db: Db, customer: string, domain: string): Promise<DnsGrantRow | undefined> {
  return db
    .selectFrom('dns_grant')
    .selectAll()
    .where('customer', '=', customer)
    .where('domain', '=', domain)
    .executeTakeFirst();
}

function viewOf(row: DnsGrantRow, token: string, now: number): GrantView {
  const { customer, domain, stream } = row;
  const granted = recordsOf(row);
  const next = grantAt(granted, now);
  const over = granted.length > 0 && granted.every(({ until }) => until !== undefined && until <= now);
  const state =
    row.in_force !== null
      ? 'in_force'
      : over
        ? 'over'
        : next.changesAt !== undefined && next.stream === undefined
          ? 'later'
          : 'none';
  return {
    customer,
    domain,
    stream,
    granted,
    state,
    askedAt: row.asked_at,
    askedBy: row.asked_by,
    record: grantRecord(domain, { token, stream }),
    ...(row.in_force !== null && { inForce: row.in_force }),
  };
}
