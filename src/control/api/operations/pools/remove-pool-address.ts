import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { ipAddress, poolName, poolSchema, reason, shownPool } from './pool-schemas.ts';

/** Takes an address out of a pool for good. */
export function removePoolAddress(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/pools/:pool/addresses/:ip',
    config: { access: { needs: 'pools:write', of: 'operator' } },
    schema: {
      operationId: 'removePoolAddress',
      summary: 'Remove an address that is out and that the SPF include names no longer',
      params: z.object({ pool: poolName, ip: ipAddress }),
      headers: ifMatchHeader,
      querystring: z.strictObject({
        override: z.stringbool().default(false).describe('At once, in whatever state it is; needs a reason.'),
        reason,
      }),
      response: { 200: poolSchema },
    },
    handler: async ({ params, query, headers, principal }, reply) => {
      const how = { override: query.override, expected: expectedVersions(headers) };
      const pool = await context.services.pools.removeAddress(actorOf(principal, query.reason), params, how);
      setEtag(reply, pool.version);
      return shownPool(pool);
    },
  });
}
