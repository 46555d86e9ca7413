import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { poolName, poolSchema, reason, shownPool, spfName } from './pool-schemas.ts';

/** Changes what is the pool's own. Its name stays: customers name it. */
export function changePool(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/pools/:pool',
    config: { access: { needs: 'pools:write', of: 'operator' } },
    schema: {
      operationId: 'changePool',
      summary: 'Say which SPF include covers a pool',
      params: z.object({ pool: poolName }),
      headers: ifMatchHeader,
      body: z.strictObject({ spf: spfName.nullable().describe('null: the usual include.'), reason }),
      response: { 200: poolSchema },
    },
    handler: async ({ params, body, headers, principal }, reply) => {
      const by = actorOf(principal, body.reason);
      const pool = await context.services.pools.change(by, params.pool, body.spf, expectedVersions(headers));
      setEtag(reply, pool.version);
      return shownPool(pool);
    },
  });
}
