import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';
import { domainName } from './check-schemas.ts';

/** The customer wants a grant no longer. */
export function dropGrant(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/customers/:customer/grants/:domain',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'dropGrant',
      summary: 'Give up a grant: it ends at once',
      params: z.object({ customer: customerId, domain: domainName }),
      response: { 204: z.null() },
    },
    handler: async ({ params: { customer, domain }, principal }, reply) => {
      const dropped = await context.services.checks.grants.drop(actorOf(principal), customer, domain);
      if (!dropped) throw problem('no-such-grant', { domain });
      return reply.code(204).send(null);
    },
  });
}
