import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread } from '../problem.ts';
import { countsSchema } from '../schemas.ts';

/** Takes no new mail from now on; what is queued is still delivered. */
export function drain(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/drain',
    config: { access: { needs: 'relay:operate', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'drain',
      summary: 'Take no new mail, empty the queue',
      response: { 202: countsSchema },
    },
    handler: async ({ principal }, reply) => {
      await context.control.changes.make(actorOf(principal), async () => ({
        result: undefined,
        audit: [{ action: 'drained', object: 'relay', before: null, after: null }],
      }));
      context.drain();
      return reply.code(202).send(await fromThread(context.store().counts()));
    },
  });
}
