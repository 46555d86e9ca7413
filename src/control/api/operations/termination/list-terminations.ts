import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { listedTerminationSchema } from './shapes.ts';

/** Customers that leave, or left. */
export function listTerminations(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/terminations',
    config: { access: { needs: 'customers:read', of: 'query' } },
    schema: {
      operationId: 'listTerminations',
      summary: 'Customers that leave or left, the newest first',
      querystring: z.strictObject({
        state: z.enum(['running', 'removed', 'stopped']).optional(),
        customer: customerId.optional(),
        limit: pageLimit,
        after: z.coerce.number().int().min(1).optional().describe('`next` of the page before.'),
      }),
      response: { 200: z.object({ entries: z.array(listedTerminationSchema), next: z.string().optional() }) },
    },
    handler: async ({ query: { state, customer, limit, after } }) => {
      const entries = await services.termination.list({
        limit,
        ...(state !== undefined && { state }),
        ...(customer !== undefined && { customer }),
        ...(after !== undefined && { before: after }),
      });
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return { entries, ...(last !== undefined && { next: String(last.id) }) };
    },
  });
}
