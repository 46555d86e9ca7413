import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { ipAddress, override, poolName, poolSchema, reason, shownPool } from './pool-schemas.ts';

/** The operator's word about an address. */
export function setAddressState(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/pools/:pool/addresses/:ip/:act',
    config: { access: { needs: 'pools:write', of: 'operator' } },
    schema: {
      operationId: 'setAddressState',
      summary: 'Prepare, activate, drain or take out an address of ours',
      description:
        '`prepare`: the SPF include names it, so that it can be activated. `activate`: new mail leaves from it; 422 with what is expected and what was found while DNS does not speak for it. `drain`: no new mail. `out`: none at all; the SPF include names it for `spf.keep` more.',
      params: z.object({ pool: poolName, ip: ipAddress, act: z.enum(['prepare', 'activate', 'drain', 'out']) }),
      body: z.strictObject({ override, reason }),
      response: { 200: poolSchema },
    },
    handler: async ({ params: { act, ...which }, body, principal }, reply) => {
      const pool = await context.services.pools.say(actorOf(principal, body.reason), act, which, body.override);
      setEtag(reply, pool.version);
      return shownPool(pool);
    },
  });
}
