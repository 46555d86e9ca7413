// The queue by the addresses of ours from which it would leave: asked of the function that chooses them at delivery.

import type { CustomerId, Direction } from '../../../../mail/message.ts';
import type { QueueQuery } from '../../../../mail/queue/queue.ts';
import type { QueueGroup } from '../../../../mail/queue/queue-groups.ts';
import type { ApiContext } from '../../context.ts';
import { valueOf } from '../../problem.ts';

/** Pairs of customers and destinations that are looked at: the largest. */
const MOST_PATHS = 20_000;
const CUSTOMERS_NAMED = 10;

/** What would leave from one address. */
export interface AddressGroup extends QueueGroup {
  pool: string;
  /** Whose mail it is, the most first. */
  customers: { name: string; recipients: number }[];
}

/** The largest groups, and how many there are. An empty name: there is no address for it now. */
export async function groupsByAddress(
  context: ApiContext,
  query: QueueQuery,
  limit: number,
): Promise<{ groups: AddressGroup[]; count: number }> {
  const { groups } = valueOf(await context.reader.queueGroups(query, { by: 'path', limit: MOST_PATHS }), 'query');
  const found = new Map<string, AddressGroup>();
  for (const group of groups) {
    const { name, pool, customer } = addressOf(context, group.name);
    const key = `${pool} ${name}`;
    const before = found.get(key);
    const customers = added(before?.customers ?? [], customer, group.recipients);
    found.set(key, { ...(before === undefined ? group : together(before, group)), name, pool, customers });
  }
  const all = [...found.values()].toSorted((a, b) => b.recipients - a.recipients);
  const shown = all.slice(0, limit).map(({ customers, ...group }) => ({
    ...group,
    customers: customers.toSorted((a, b) => b.recipients - a.recipients).slice(0, CUSTOMERS_NAMED),
  }));
  return { groups: shown, count: all.length };
}

function addressOf({ control, sendingAddresses }: ApiContext, path: string) {
  const [id, destination, stream, direction] = JSON.parse(path) as [CustomerId, string, string, Direction];
  const customer = control.directory.customer(id);
  const chosen = customer === undefined ? 'none' : sendingAddresses({ customer, stream, direction, destination });
  if (chosen === 'none') return { name: '', pool: '', customer: id };
  const { v4, v6 } = chosen;
  return { name: (v4 ?? v6)?.ip ?? '', pool: (v4 ?? v6)?.pool ?? '', customer: id };
}

function added(customers: AddressGroup['customers'], name: string, recipients: number): AddressGroup['customers'] {
  const before = customers.find((one) => one.name === name);
  if (before === undefined) return [...customers, { name, recipients }];
  before.recipients += recipients;
  return customers;
}

/** Two parts as one; what is told of the older tells of both. */
function together(a: QueueGroup, b: QueueGroup): QueueGroup {
  const older = (b.oldest_at ?? '9') < (a.oldest_at ?? '9') ? b : a;
  return {
    name: a.name,
    recipients: a.recipients + b.recipients,
    queued: a.queued + b.queued,
    deferred: a.deferred + b.deferred,
    held: a.held + b.held,
    quarantined: a.quarantined + b.quarantined,
    oldest_at: older.oldest_at,
    next_attempt_at: [a.next_attempt_at, b.next_attempt_at].filter((at) => at !== null).toSorted()[0] ?? null,
    last_cause: older.last_cause ?? a.last_cause ?? b.last_cause,
  };
}
