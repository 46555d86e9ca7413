import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { problem } from '../../problem.ts';
import { poolName, poolSchema, shownPool } from './pool-schemas.ts';

/** One pool, with its version. */
export function showPool(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/pools/:pool',
    config: { access: { needs: 'pools:read', of: 'operator' } },
    schema: {
      operationId: 'showPool',
      summary: 'A pool, its addresses, and what the checks found',
      params: z.object({ pool: poolName }),
      response: { 200: poolSchema },
    },
    handler: async ({ params }, reply) => {
      const pool = await context.services.pools.get(params.pool);
      if (pool === undefined) throw problem('no-pool', { pool: params.pool });
      setEtag(reply, pool.version);
      return shownPool(pool);
    },
  });
}
