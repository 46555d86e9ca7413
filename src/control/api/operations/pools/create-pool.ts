import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { says } from '../../field-faults.ts';
import { hostname, ipAddress, poolName, poolSchema, reason, shownPool, spfName } from './pool-schemas.ts';

const MOST_ADDRESSES = 5000;

/** Makes a pool. */
export function createPool(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/pools',
    config: { access: { needs: 'pools:write', of: 'operator' } },
    schema: {
      operationId: 'createPool',
      summary: 'Make a pool; its addresses are out until they are activated',
      body: z.strictObject({
        name: poolName,
        spf: spfName.optional(),
        addresses: z
          .array(z.strictObject({ ip: ipAddress, hostname }))
          .max(MOST_ADDRESSES)
          .refine((all) => new Set(all.map(({ ip }) => ip)).size === all.length, says('address-once'))
          .default([]),
        reason,
      }),
      response: { 201: poolSchema },
    },
    handler: async ({ body: { name, spf, addresses, ...more }, principal }, reply) => {
      const made = await context.services.pools.create(actorOf(principal, more.reason), {
        name,
        addresses: addresses.map((address) => ({ ...address, state: 'out' })),
        ...(spf !== undefined && { spf }),
      });
      setEtag(reply, made.version);
      return reply.code(201).send(shownPool(made));
    },
  });
}
