import { z } from 'zod';
import type { DestinationState } from '../../../../mail/queue/operations.ts';
import type { QueueGroup } from '../../../../mail/queue/queue-groups.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { fromThread, valueOf } from '../../problem.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';
import { queueQuery } from '../../schemas.ts';
import { type AddressGroup, groupsByAddress, queueQueryOf } from './by-address.ts';

const groupShape = z.object({
  name: z.string(),
  recipients: z.number(),
  queued: z.number(),
  deferred: z.number(),
  held: z.number(),
  quarantined: z.number(),
  oldest_at: z.string().nullable().describe('When its oldest message was accepted.'),
  next_attempt_at: z.string().nullable().describe('When the first of those that were put off is tried again.'),
  last_cause: z.string().nullable().describe('Why the oldest of those was put off last.'),
  closed_until: z.string().nullable().describe('destination: nothing can be delivered there before this time.'),
  closed_reason: z.string().nullable(),
  words: wordsSchema,
  in_flight: z.number().nullable().describe('destination: messages on their way, of all destinations of its hosts.'),
  pool: z.string().nullable().describe('address: the pool that gives it.'),
  customers: z.array(z.object({ name: z.string(), recipients: z.number() })).describe('address: whose mail; the most.'),
});

/** The queue in parts, the largest first. */
export function listQueueGroups(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue/groups',
    config: { access: { needs: 'queue:read', of: 'operator' } },
    schema: {
      operationId: 'listQueueGroups',
      summary: 'The queue by destination, customer, sender or sending address, the largest part first',
      description:
        '`address`: the addresses of the relay from which mail that waits would leave now, as the query `address` means it; named by IPv4 where both families are at work. What no address is there for has an empty name.',
      querystring: queueQuery.extend({
        by: z.enum(['destination', 'customer', 'sender', 'address']),
        limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Groups, the largest.'),
      }),
      response: {
        200: z.object({
          groups: z.array(groupShape),
          count: z.number().describe('How many there are.'),
          more: z.boolean().describe('address: the queue is too varied; only its largest parts were counted.'),
        }),
      },
    },
    handler: async ({ query: { by, limit, ...rest } }) => {
      const query = await queueQueryOf(context, rest);
      if (by === 'address') {
        const { groups, ...all } = await groupsByAddress(context, query, limit);
        return { groups: groups.map((group) => shownGroup(group)), ...all };
      }
      const { groups, count } = valueOf(await context.reader.queueGroups(query, { by, limit }), 'query');
      const states = by === 'destination' ? await statesOf(context, groups) : new Map<string, DestinationState>();
      return { groups: groups.map((group) => shownGroup(group, states.get(group.name))), count, more: false };
    },
  });
}

async function statesOf(
  context: ApiContext,
  groups: readonly QueueGroup[],
): Promise<ReadonlyMap<string, DestinationState>> {
  const names = groups.map(({ name }) => name);
  const states = await fromThread(context.store().destinations({ names, limit: 1000 }));
  return new Map(states.map((state) => [state.destination, state]));
}

/** A group as the API tells it. */
function shownGroup(
  { name, recipients, queued, deferred, held, quarantined, ...group }: QueueGroup & Partial<AddressGroup>,
  state?: DestinationState,
): z.input<typeof groupShape> {
  return {
    name,
    recipients,
    queued,
    deferred,
    held,
    quarantined,
    oldest_at: group.oldest_at,
    next_attempt_at: group.next_attempt_at,
    last_cause: group.last_cause,
    closed_until: state?.closed_until ?? null,
    closed_reason: state?.last_reason ?? null,
    ...wordsOf({ last_cause: group.last_cause, closed_reason: state?.last_reason }),
    in_flight: state?.in_flight ?? null,
    pool: group.pool ?? null,
    customers: group.customers ?? [],
  };
}
