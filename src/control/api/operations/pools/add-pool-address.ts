import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { hostname, ipAddress, poolName, poolSchema, reason, shownPool } from './pool-schemas.ts';

/** Puts an address into a pool: out, and named in the SPF include from now on. */
export function addPoolAddress(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/pools/:pool/addresses',
    config: { access: { needs: 'pools:write', of: 'operator' } },
    schema: {
      operationId: 'addPoolAddress',
      summary: 'Add an address of ours to a pool; it is out until it is activated',
      params: z.object({ pool: poolName }),
      body: z.strictObject({ ip: ipAddress, hostname, reason }),
      response: { 201: poolSchema },
    },
    handler: async ({ params, body, principal }, reply) => {
      const pool = await context.services.pools.addAddress(actorOf(principal, body.reason), params.pool, body);
      setEtag(reply, pool.version);
      return reply.code(201).send(shownPool(pool));
    },
  });
}
