import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { keySchema } from './schemas.ts';

/** API keys, without their secrets. */
export function listKeys(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/keys',
    config: { access: { needs: 'keys:read', of: 'query' } },
    schema: {
      operationId: 'listKeys',
      summary: 'API keys',
      querystring: z.strictObject({
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
        customer: customerId.optional(),
      }),
      response: { 200: pageSchema(keySchema) },
    },
    handler: async ({ query }) => {
      const { after, ...more } = query;
      const rows = await context.services.access.keys.list({ ...more, after: after?.[0] });
      return pageOf(rows, query.limit, { entry: (key) => key, key: ({ id }) => [id] });
    },
  });
}
