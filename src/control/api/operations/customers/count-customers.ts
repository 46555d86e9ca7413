import { z } from 'zod';
import { CONCERNS } from '../../../customers/concerns.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { stateSchema } from './shapes.ts';

/** How many customers there are, by state and by what is to be seen to. */
export function countCustomers(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customer-counts',
    config: { access: { needs: 'customers:read', of: 'operator' } },
    schema: {
      operationId: 'countCustomers',
      summary: 'How many customers there are, by state and by what is to be seen to',
      response: {
        200: z.object({
          total: z.number(),
          states: z.record(stateSchema, z.number()),
          concerns: z.record(z.enum(CONCERNS), z.number()),
        }),
      },
    },
    handler: () => services.customers.counts(),
  });
}
