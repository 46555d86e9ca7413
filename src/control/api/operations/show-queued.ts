import { z } from 'zod';
import { assertOwn } from '../access.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { Problem, valueOf } from '../problem.ts';
import { queueId } from '../schemas.ts';

/** One message of the queue with its recipients and holds. */
export function showQueued(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue/messages/:id',
    config: { access: { needs: 'queue:read', of: 'object' } },
    schema: {
      operationId: 'showQueued',
      summary: 'One message of the queue',
      params: z.object({ id: queueId }),
      response: { 200: z.looseObject({}) },
    },
    handler: async ({ params, principal }) => {
      const message = valueOf(await context.reader.queueShow(params.id), 'id');
      if (message === undefined) {
        throw new Problem(404, `${params.id} is not in the queue. What became of it is in the trace.`);
      }
      assertOwn(principal, message.meta.customer, 'message');
      return { ...message };
    },
  });
}
