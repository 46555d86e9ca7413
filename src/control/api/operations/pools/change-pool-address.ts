import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { hostname, ipAddress, override, poolName, poolSchema, reason, shownPool } from './pool-schemas.ts';

/** Gives an address another name. */
export function changePoolAddress(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/pools/:pool/addresses/:ip',
    config: { access: { needs: 'pools:write', of: 'operator' } },
    schema: {
      operationId: 'changePoolAddress',
      summary: 'Change the name that an address says in EHLO',
      params: z.object({ pool: poolName, ip: ipAddress }),
      headers: ifMatchHeader,
      body: z.strictObject({ hostname, override, reason }),
      response: { 200: poolSchema },
    },
    handler: async ({ params, body, headers, principal }, reply) => {
      const how = { override: body.override, expected: expectedVersions(headers) };
      const by = actorOf(principal, body.reason);
      const pool = await context.services.pools.renameAddress(by, params, body.hostname, how);
      setEtag(reply, pool.version);
      return shownPool(pool);
    },
  });
}
