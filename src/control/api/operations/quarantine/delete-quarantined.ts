import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { queueId } from '../../schemas.ts';

/** Takes a message out of quarantine for good. */
export function deleteQuarantined(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/:id/delete',
    config: { access: { needs: 'quarantine:write', of: 'object' } },
    schema: {
      operationId: 'deleteQuarantined',
      summary: 'Delete a message in quarantine',
      description: 'Its sender is told nothing. It cannot be had back.',
      params: z.object({ id: queueId }),
      body: z.strictObject({ reason: z.string().trim().max(500).optional().describe('Why, for audit and trace.') }),
      response: { 200: z.object({ deleted: z.number().describe('Recipients it was deleted for.') }) },
    },
    handler: async ({ params: { id }, body: { reason }, principal }) => {
      const { quarantine } = context.services;
      const message = await quarantine.find(id);
      assertOwn(principal, message.customer, 'message');
      return { deleted: await quarantine.remove(actorOf(principal, reason), message) };
    },
  });
}
