import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread } from '../problem.ts';
import { countsSchema } from '../schemas.ts';

/** Counts of the queue; kept, not counted. */
export function getQueueCounts(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/queue',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: { operationId: 'getQueueCounts', summary: 'Counts of the queue', response: { 200: countsSchema } },
    handler: async () => fromThread(context.store().counts()),
  });
}
