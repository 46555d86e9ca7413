import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { poolName } from './pool-schemas.ts';

/** How many customers would notice a change of a pool. */
export function getPoolUsage(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/pools/:pool/usage',
    config: { access: { needs: 'pools:read', of: 'operator' } },
    schema: {
      operationId: 'getPoolUsage',
      summary: 'How many customers’ mail leaves from a pool; who they are says listCustomers with `pool`',
      params: z.object({ pool: poolName }),
      response: {
        200: z.object({
          customers: z.number().describe('Whose business mail, or a stream of it, names the pool.'),
          alone: z.number().describe('Of those, whose business mail has no other pool.'),
        }),
      },
    },
    handler: async ({ params: { pool } }) => {
      if ((await services.pools.get(pool)) === undefined) throw problem('no-pool', { pool });
      return services.pools.usage(pool);
    },
  });
}
