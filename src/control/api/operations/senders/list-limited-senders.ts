import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { limitSchema, shownLimit } from './shapes.ts';

/** Senders that are slowed or locked. */
export function listLimitedSenders(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/limited-senders',
    config: { access: { needs: 'protection:read', of: 'query' } },
    schema: {
      operationId: 'listLimitedSenders',
      summary: 'Senders of customers that are slowed or locked, in the order of customer and name',
      querystring: z.strictObject({
        customer: customerId.optional(),
        level: z.enum(['slowed', 'locked']).optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.string(), z.string()])),
      }),
      response: { 200: pageSchema(limitSchema) },
    },
    handler: async ({ query: { customer, level, limit, after } }) => {
      const rows = await services.identities.list({
        limit: limit + 1,
        ...(customer !== undefined && { customer }),
        ...(level !== undefined && { level }),
        ...(after !== undefined && { after: { customer: after[0], name: after[1], kind: after[2] } }),
      });
      return pageOf(rows, limit, { entry: shownLimit, key: (row) => [row.customer, row.name, row.kind] });
    },
  });
}
