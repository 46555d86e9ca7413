// Which customers hold a subscription beside Easymail. A customer that never had one (it came by a file) is left alone.

import { type Kysely, sql } from 'kysely';
import type { ControlTables } from '../database/tables.ts';

/** Kind of the subscription that is this service itself. */
const EASYMAIL = 'easymail';
/** Customers that begin to leave in one look. */
const AT_ONCE = 1000;

/** Live customers whose subscriptions beside Easymail, one at least, have all ended by this day. */
export async function withoutSubscription(db: Kysely<ControlTables>, today: string): Promise<string[]> {
  const rows = await db
    .selectFrom('subscription')
    .innerJoin('account', 'account.id', 'subscription.customer')
    .select('subscription.customer')
    .distinct()
    .where('subscription.until', '<=', today)
    .where(sql<string>`lower(subscription.kind)`, '<>', EASYMAIL)
    .where('account.stage', '=', 'live')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('subscription as other')
            .select('other.id')
            .whereRef('other.customer', '=', 'subscription.customer')
            .where(sql<string>`lower(other.kind)`, '<>', EASYMAIL)
            .where((still) => still.or([still('other.until', 'is', null), still('other.until', '>', today)])),
        ),
      ),
    )
    .limit(AT_ONCE)
    .execute();
  return rows.map(({ customer }) => customer);
}

/** Whether the customer holds a subscription beside Easymail on this day, or will. */
export async function hasSubscription(db: Kysely<ControlTables>, customer: string, today: string): Promise<boolean> {
  const row = await db
    .selectFrom('subscription')
    .select('id')
    .where('customer', '=', customer)
    .where(sql<string>`lower(kind)`, '<>', EASYMAIL)
    .where((where) => where.or([where('until', 'is', null), where('until', '>', today)]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The day on which the last of its subscriptions ended; nothing where one goes on, or there was none. */
export async function lastEnd(db: Kysely<ControlTables>, customer: string, today: string): Promise<string | undefined> {
  if (await hasSubscription(db, customer, today)) return undefined;
  const row = await db
    .selectFrom('subscription')
    .select((query) => query.fn.max('until').as('until'))
    .where('customer', '=', customer)
    .where(sql<string>`lower(kind)`, '<>', EASYMAIL)
    .executeTakeFirst();
  return row?.until ?? undefined;
}
