import { z } from 'zod';
import { isContentHold } from '../../../mail/queue/content-holds.ts';
import type { OperatorVerb, VerbResult } from '../../../mail/queue/operations.ts';
import type { QueueQuery } from '../../../mail/queue/queue.ts';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread, Problem } from '../problem.ts';
import { definedQuery, queueQuery } from '../schemas.ts';

export const QUEUE_VERBS = ['hold', 'release', 'retry', 'remove', 'reroute'] as const;

const body = z.strictObject({
  query: queueQuery.default({}),
  all: z.boolean().default(false).describe('Must be true where the query is empty: the whole queue is meant.'),
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be the kind of a hold such as "operator"')
    .default('operator')
    .describe('hold, release: the kind of the hold. A message has one of each kind; lifting one leaves the others.'),
  note: z.string().max(500).optional().describe('hold: why.'),
  hosts: z
    .array(
      z
        .string()
        .regex(/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/, 'must be "host", "host:port" or "[v6]:port"'),
    )
    .min(1)
    .optional()
    .describe('reroute: hosts to use instead of the route, in order.'),
});

/** Does one of the verbs to all recipients that a query means. Acts at once, answers how many. */
export function changeQueue(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/queue/:verb',
    config: { access: { needs: 'queue:write', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'changeQueue',
      summary: 'Hold, release, retry, remove or reroute what a query means',
      params: z.object({ verb: z.enum(QUEUE_VERBS) }),
      body,
      response: { 200: z.object({ changed: z.number(), busy: z.number() }) },
    },
    handler: async ({ params, body, principal }) => {
      const query = definedQuery(body.query);
      if (Object.keys(query).length === 0 && !body.all) {
        const message = 'is empty, which means the whole queue; say all: true if that is meant';
        throw new Problem(422, 'The query is empty.', [{ field: 'query', message }]);
      }
      if (params.verb === 'release' && isContentHold(body.kind)) {
        throw new Problem(409, 'What is held for what it holds is released over the quarantine (releaseQuarantined).', [
          { field: 'kind', message: 'is a kind that the quarantine lifts' },
        ]);
      }
      const verb = operatorVerb(params.verb, query, { ...body, by: actorOf(principal).who });
      const result = await fromThread(context.store().apply(verb));
      await context.control.changes.make(actorOf(principal, body.note), async () => ({
        result: undefined,
        audit: [
          {
            action: `queue_${params.verb}`,
            object: 'queue',
            ...whose(query),
            before: null,
            after: toldOf(query, result),
          },
        ],
      }));
      return result;
    },
  });
}

function whose({ customer }: QueueQuery): { customer?: string } {
  return customer === undefined ? {} : { customer };
}

/** What the audit keeps of a query: no addresses of people, of which it could not be rid again. */
function toldOf({ from, to, ...query }: QueueQuery, { changed }: VerbResult): object {
  return { ...query, ...(from !== undefined && { from: 'given' }), ...(to !== undefined && { to: 'given' }), changed };
}

function operatorVerb(
  verb: (typeof QUEUE_VERBS)[number],
  query: QueueQuery,
  given: { kind: string; note?: string | undefined; hosts?: string[] | undefined; by: string },
): OperatorVerb {
  const { by, kind, note, hosts } = given;
  switch (verb) {
    case 'hold':
      return { verb, query, reason: note === undefined ? { kind, by } : { kind, note, by } };
    case 'release':
      return { verb, query, kind, by };
    case 'retry':
    case 'remove':
      return { verb, query, by };
    case 'reroute':
      if (hosts === undefined) {
        throw new Problem(422, 'No hosts are given.', [{ field: 'hosts', message: 'is missing: where should it go?' }]);
      }
      return { verb, query, hosts, by };
    default:
      return verb satisfies never;
  }
}
