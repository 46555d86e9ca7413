// Which customers hold a subscription beside Easymail. A customer that never had one (it came by a file) is left alone.

import { type Kysely, sql } from 'kysely';
import type { ControlTables } from '../database/tables.ts';

/** Kind of the subscription that is this service itself. */
const EASYMAIL = 'easymail';
/** Subscriptions read in one stretch: some milliseconds. */
const STRETCH = 500;

/** Live customers whose subscriptions beside Easymail, one at least, have all ended by this day; stretch by stretch. */
export async function* withoutSubscription(db: Kysely<ControlTables>, today: string): AsyncGenerator<string[]> {
  const { last } = await db
    .selectFrom('subscription')
    .select((query) => query.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  for (let after = 0; after < ((last as number | null) ?? 0); after += STRETCH) {
    yield await stretch(db, today, after);
    // The database answers at once: others get their turn in between.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function stretch(db: Kysely<ControlTables>, today: string, after: number): Promise<string[]> {
  const ended = await db
    .selectFrom('subscription')
    .select('customer')
    .distinct()
    .where('id', '>', after)
    .where('id', '<=', after + STRETCH)
    // The sign keeps the index of ends out: it would be read whole for each stretch.
    .where(sql<string>`+until`, '<=', today)
    .where(sql<string>`lower(kind)`, '<>', EASYMAIL)
    .execute();
  if (ended.length === 0) return [];
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where(
      'id',
      'in',
      ended.map(({ customer }) => customer),
    )
    .where(sql<string>`+stage`, '=', 'live')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('subscription')
            .select('subscription.id')
            .whereRef('subscription.customer', '=', 'account.id')
            .where(sql<string>`lower(subscription.kind)`, '<>', EASYMAIL)
            .where((still) =>
              still.or([still('subscription.until', 'is', null), still('subscription.until', '>', today)]),
            ),
        ),
      ),
    )
    .execute();
  return rows.map(({ id }) => id);
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
