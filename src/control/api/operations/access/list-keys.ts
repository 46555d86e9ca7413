import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { keySchema, keyState } from './schemas.ts';

/** API keys, without their secrets. */
export function listKeys(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/keys',
    config: { access: { needs: 'keys:read', of: 'query' } },
    schema: {
      operationId: 'listKeys',
      summary: 'API keys, newest first',
      querystring: z.strictObject({
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number(), z.string()])),
        customer: customerId.optional(),
        state: keyState.optional(),
      }),
      response: { 200: pageSchema(keySchema) },
    },
    handler: async ({ query }) => {
      const rows = await context.services.access.keys.list(query);
      return pageOf(rows, query.limit, { entry: (key) => key, key: ({ id, made_at }) => [Date.parse(made_at), id] });
    },
  });
}
