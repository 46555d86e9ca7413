import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader } from '../../etag.ts';
import { poolName, reason } from './pool-schemas.ts';

/** Removes a pool that no customer names and that has no address at work. */
export function removePool(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/pools/:pool',
    config: { access: { needs: 'pools:write', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'removePool',
      summary: 'Remove a pool; refused while customers name it',
      params: z.object({ pool: poolName }),
      headers: ifMatchHeader,
      querystring: z.strictObject({ reason }),
      response: { 200: z.object({ removed: z.string() }) },
    },
    handler: async ({ params, query, headers, principal }) => {
      await context.services.pools.remove(actorOf(principal, query.reason), params.pool, expectedVersions(headers));
      return { removed: params.pool };
    },
  });
}
