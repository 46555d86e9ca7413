import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { pageLimit } from '../../schemas.ts';
import { poolSchema, shownPool } from './pool-schemas.ts';

/** Pools with their addresses, in order of name. */
export function listPools(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/pools',
    config: { access: { needs: 'pools:read', of: 'operator' } },
    schema: {
      operationId: 'listPools',
      summary: 'Pools of our sending addresses',
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.string()])) }),
      response: { 200: pageSchema(poolSchema) },
    },
    handler: async ({ query: { limit, after } }) => {
      const page = { limit: limit + 1, ...(after !== undefined && { after: after[0] }) };
      return pageOf(await context.services.pools.list(page), limit, { entry: shownPool, key: ({ name }) => [name] });
    },
  });
}
