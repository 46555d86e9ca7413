// A verb of the queue as a request says it: checked the same way where it is only told what would be done.

import { z } from 'zod';
import { isContentHold } from '../../../../mail/queue/content-holds.ts';
import type { QueryVerb } from '../../../../mail/queue/operations.ts';
import type { QueueQuery } from '../../../../mail/queue/queue.ts';
import { rowOfKey } from '../../../../mail/queue/row-key.ts';
import type { ApiContext } from '../../context.ts';
import { fault, says } from '../../field-faults.ts';
import { problem } from '../../problem.ts';
import { queueQuery } from '../../schemas.ts';
import { queueQueryOf } from './by-address.ts';

export const QUEUE_VERBS = ['hold', 'release', 'retry', 'remove', 'reroute'] as const;
export type QueueVerb = (typeof QUEUE_VERBS)[number];

/** Recipients that are chosen one by one. */
const MOST_KEYS = 1000;

/** Which recipients are meant; single ones too. */
export const meantQuery = queueQuery.extend({
  keys: z
    .array(z.string().regex(/^[0-9a-z]{1,11}$/, says('recipient-key')))
    .min(1)
    .max(MOST_KEYS)
    .optional()
    .describe('Single recipients, by their `key` in listQueue.'),
});

export const verbBody = z.strictObject({
  query: meantQuery.default({}),
  all: z.boolean().default(false).describe('Must be true where the query is empty: the whole queue is meant.'),
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, says('hold-kind'))
    .default('operator')
    .describe('hold, release: the kind of the hold. A message has one of each kind; lifting one leaves the others.'),
  note: z
    .string()
    .max(500)
    .optional()
    .describe('Why: shown with a hold, kept in the audit, and in the trace of what is removed.'),
  hosts: z
    .array(z.string().regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/, says('host-port')))
    .min(1)
    .optional()
    .describe('reroute: hosts to use instead of the route, in order.'),
});

export type VerbBody = z.output<typeof verbBody>;

/** The query that a request means. Throws a 422 where it is empty and nobody said that all is meant. */
async function meantOf(
  context: ApiContext,
  { query: { keys, ...rest }, all }: Pick<VerbBody, 'query' | 'all'>,
): Promise<QueueQuery> {
  const query = await queueQueryOf(context, rest);
  if (keys !== undefined) query.rows = keys.flatMap((key) => rowOfKey(key) ?? []);
  if (Object.keys(query).length > 0 || all) return query;
  throw problem('query-empty', {}, [fault('query', 'whole-queue')]);
}

/** The verb that a request means. Throws a Problem where something is missing, or is another's to do. */
export async function verbOf(context: ApiContext, verb: QueueVerb, body: VerbBody, by: string): Promise<QueryVerb> {
  const query = await meantOf(context, body);
  const { kind, note, hosts } = body;
  switch (verb) {
    case 'hold':
      return { verb, query, reason: note === undefined ? { kind, by } : { kind, note, by } };
    case 'release':
      if (isContentHold(kind)) {
        throw problem('quarantine-releases', {}, [fault('kind', 'quarantine-kind')]);
      }
      return { verb, query, kind, by };
    case 'remove':
      return note === undefined ? { verb, query, by } : { verb, query, by, note };
    case 'retry':
      return { verb, query, by };
    case 'reroute':
      if (hosts === undefined) {
        throw problem('hosts-needed', {}, [fault('hosts', 'hosts-missing')]);
      }
      return { verb, query, hosts, by };
    default:
      return verb satisfies never;
  }
}
