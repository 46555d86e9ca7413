// What customers are told on their way to live: that what they entered was taken, sent back or approved, and that the service
// runs. Mails that tell what the portal shows too: one that cannot be sent is logged, and that is all.

import type { Customers } from '../customers/customers.ts';
import type { StageChange } from '../customers/moves.ts';
import type { TransitionRow } from '../customers/tables.ts';
import type { NoticeKind, NoticeValues, Reader } from './kinds.ts';
import type { Notices, NoticesOptions } from './notices.ts';
import { readersOf } from './readers.ts';

export interface StageNoticesOptions extends Pick<NoticesOptions, 'database' | 'log'> {
  customers: Pick<Customers, 'onStage'>;
  notices: Pick<Notices, 'tell'>;
}

/** Domains that a mail names. */
const NAMED_DOMAINS = 20;

/** Begins to listen. */
export function startStageNotices(options: StageNoticesOptions): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const deaf = options.customers.onStage((change) => {
    running = running
      .then(() => tellOf(options, change))
      .catch((err: unknown) =>
        options.log.error('a customer was not told of its stage', { err, customer: change.customer }),
      );
  });
  return {
    close: async () => {
      deaf();
      await running;
    },
  };
}

async function tellOf(options: StageNoticesOptions, { customer, from, to }: StageChange): Promise<void> {
  const news = `${from} ${to}`;
  const isNews = to === 'submitted' || to === 'approved' || news === 'submitted invited' || news === 'verifying live';
  if (!isNews) return;
  const { db } = options.database;
  const account = await db.selectFrom('account').select('name').where('id', '=', customer).executeTakeFirst();
  if (account === undefined) return;
  const readers = await readersOf(db, customer);
  const { name } = account;
  const step = await stepTo(options, customer, to);
  const by = step === undefined || /^(?:link|key):/.test(step.who) ? name : step.who;
  const tell = async <K extends NoticeKind>(kind: K, values: NoticeValues[K]) => {
    for (const reader of readers) await tellOne(options, { reader, customer }, kind, values);
  };
  switch (to) {
    case 'submitted':
      return tell('entry_submitted', { customer: name, by });
    case 'invited':
      return tell('entry_returned', { customer: name, reason: step?.why ?? '' });
    case 'approved':
      return tell('entry_approved', { customer: name });
    default:
      return tell('customer_live', { customer: name, domains: await domainsOf(options, customer) });
  }
}

async function tellOne<K extends NoticeKind>(
  { notices, log }: StageNoticesOptions,
  { reader, customer }: { reader: Reader; customer: string },
  kind: K,
  values: NoticeValues[K],
): Promise<void> {
  try {
    await notices.tell(kind, reader, values, { customer });
  } catch (err) {
    log.error('a customer was not told of its stage', { err, customer, kind });
  }
}

function stepTo(
  { database }: StageNoticesOptions,
  customer: string,
  to: StageChange['to'],
): Promise<Pick<TransitionRow, 'who' | 'why'> | undefined> {
  return database.db
    .selectFrom('transition')
    .select(['who', 'why'])
    .where('customer', '=', customer)
    .where('to', '=', to)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function domainsOf({ database }: StageNoticesOptions, customer: string): Promise<string> {
  const rows = await database.db
    .selectFrom('domain')
    .select('name')
    .where('customer', '=', customer)
    .orderBy('name')
    .limit(NAMED_DOMAINS + 1)
    .execute();
  const names = rows.slice(0, NAMED_DOMAINS).map(({ name }) => name);
  return [...names, ...(rows.length > NAMED_DOMAINS ? ['…'] : [])].join(', ');
}
