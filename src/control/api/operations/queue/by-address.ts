// The queue by the addresses of ours from which it would leave: asked of the function that chooses them at delivery.

import type { z } from 'zod';
import type { CustomerId, Direction } from '../../../../mail/message.ts';
import type { LeavesFrom, QueueQuery } from '../../../../mail/queue/queue.ts';
import type { QueueGroup, QueueGroups } from '../../../../mail/queue/queue-groups.ts';
import type { ApiContext } from '../../context.ts';
import { fault } from '../../field-faults.ts';
import { problem, valueOf } from '../../problem.ts';
import type { queueQuery } from '../../schemas.ts';

/** Paths (customer, destination, stream, direction) that are looked at: the largest. */
const MOST_PATHS = 20_000;
const CUSTOMERS_NAMED = 10;
/** In a query: mail for which there is no address. */
const NONE = 'none';

/** What would leave from one address. */
export interface AddressGroup extends QueueGroup {
  pool: string;
  /** Whose mail it is, the most first. */
  customers: { name: string; recipients: number }[];
}

export interface AddressGroups {
  groups: AddressGroup[];
  count: number;
  /** Not all was looked at. */
  more: boolean;
}

/** The largest groups, and how many there are. An empty name: there is no address for it now. */
export async function groupsByAddress(context: ApiContext, query: QueueQuery, limit: number): Promise<AddressGroups> {
  const { groups, count } = await readPaths(context, query);
  const found = new Map<string, AddressGroup>();
  for (const group of groups) {
    const { name, pool, customer } = leavingFrom(context, group.name);
    const before = found.get(name);
    const customers = added(before?.customers ?? [], customer, group.recipients);
    const both = before === undefined ? group : together(before, group);
    found.set(name, { ...both, name, pool: before?.pool ?? pool, customers });
  }
  const all = [...found.values()].toSorted((a, b) => b.recipients - a.recipients);
  const shown = all.slice(0, limit).map(({ customers, ...group }) => ({
    ...group,
    customers: customers.toSorted((a, b) => b.recipients - a.recipients).slice(0, CUSTOMERS_NAMED),
  }));
  return { groups: shown, count: all.length, more: count > groups.length };
}

/**
 * A query as the queue takes it. Of an address of ours it is found out now which mail would leave from there; what is
 * done to that mail is done to it, wherever it would leave from by then. Throws a 422 where the queue is too varied.
 */
export async function queueQueryOf(
  context: ApiContext,
  { address, ...given }: z.output<typeof queueQuery>,
): Promise<QueueQuery> {
  const query: QueueQuery = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return address === undefined ? query : { ...query, leaves: await leavesFrom(context, query, address) };
}

/** What mail of the query takes which way may change; which ways there are is asked of what cannot change. */
async function leavesFrom(context: ApiContext, query: QueueQuery, address: string): Promise<LeavesFrom> {
  const { status: _status, hold: _hold, cause: _cause, ...lasting } = query;
  const { groups, count } = await readPaths(context, lasting);
  if (count > groups.length) {
    const most = MOST_PATHS.toLocaleString('en');
    throw problem('queue-too-varied', {}, [fault('address', 'narrow-address', { most })]);
  }
  const paths = groups.map(({ name }) => name);
  return { address, paths: paths.filter((path) => leavingFrom(context, path).all.includes(address)) };
}

async function readPaths(context: ApiContext, query: QueueQuery): Promise<QueueGroups> {
  return valueOf(await context.reader.queueGroups(query, { by: 'path', limit: MOST_PATHS }), 'query');
}

function leavingFrom({ control, sendingAddresses }: ApiContext, path: string) {
  const [id, destination, stream, direction] = JSON.parse(path) as [CustomerId, string, string, Direction];
  const customer = control.directory.customer(id);
  const chosen = customer === undefined ? 'none' : sendingAddresses({ customer, stream, direction, destination });
  if (chosen === 'none') return { name: '', pool: '', customer: id, all: [NONE] };
  const { v4, v6 } = chosen;
  const all = [v4, v6].flatMap((one) => one?.ip ?? []);
  return { name: all[0] ?? '', pool: (v4 ?? v6)?.pool ?? '', customer: id, all };
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
