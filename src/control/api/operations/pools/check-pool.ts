import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { problem } from '../../problem.ts';
import { poolName, poolSchema, shownPool } from './pool-schemas.ts';

/** Asks DNS now about the addresses of a pool. */
export function checkPool(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/pools/:pool/check',
    config: { access: { needs: 'pools:read', of: 'operator' } },
    schema: {
      operationId: 'checkPool',
      summary: 'Look now whether DNS speaks for the addresses of a pool',
      params: z.object({ pool: poolName }),
      response: { 200: poolSchema },
    },
    handler: async ({ params }, reply) => {
      if ((await context.services.pools.get(params.pool)) === undefined) {
        throw problem('no-pool', { pool: params.pool });
      }
      const [pool] = await context.services.pools.look(params.pool);
      if (pool === undefined) throw problem('no-pool', { pool: params.pool });
      setEtag(reply, pool.version);
      return shownPool(pool);
    },
  });
}
