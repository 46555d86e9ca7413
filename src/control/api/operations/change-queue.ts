import { z } from 'zod';
import type { VerbResult } from '../../../mail/queue/operations.ts';
import type { QueueQuery } from '../../../mail/queue/queue.ts';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread } from '../problem.ts';
import { QUEUE_VERBS, verbBody, verbOf } from './queue/verb.ts';

/** Does one of the verbs to all recipients that a query means. Acts at once, answers how many. */
export function changeQueue(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/queue/:verb',
    config: { access: { needs: 'queue:write', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'changeQueue',
      summary: 'Hold, release, retry, remove or reroute what a query means',
      description: 'Answers once all is done. Of very much, startQueueJob shows how far it is, and can be stopped.',
      params: z.object({ verb: z.enum(QUEUE_VERBS) }),
      body: verbBody,
      response: { 200: z.object({ changed: z.number(), busy: z.number() }) },
    },
    handler: async ({ params, body, principal }) => {
      const verb = await verbOf(context, params.verb, body, actorOf(principal).who);
      const result = await fromThread(context.store().apply(verb));
      await context.control.changes.make(actorOf(principal, body.note), async () => ({
        result: undefined,
        audit: [
          {
            action: `queue_${params.verb}`,
            object: 'queue',
            ...whose(verb.query),
            before: null,
            after: toldOf(verb.query, result),
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
function toldOf({ from, to, leaves, ...query }: QueueQuery, { changed }: VerbResult): object {
  return {
    ...query,
    ...(from !== undefined && { from: 'given' }),
    ...(to !== undefined && { to: 'given' }),
    ...(leaves !== undefined && { address: leaves.address }),
    changed,
  };
}
