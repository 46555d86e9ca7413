import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { shownTolerance, toleranceSchema } from './shapes.ts';

/** Senders that do it on purpose. */
export function listToleratedSenders(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/tolerated-senders',
    config: { access: { needs: 'protection:read', of: 'query' } },
    schema: {
      operationId: 'listToleratedSenders',
      summary: 'Senders of customers that are not slowed or locked until a time, in the order of customer and name',
      querystring: z.strictObject({
        customer: customerId.optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.string(), z.string()])),
      }),
      response: { 200: pageSchema(toleranceSchema) },
    },
    handler: async ({ query: { customer, limit, after } }) => {
      const rows = await services.identities.tolerated({
        limit: limit + 1,
        ...(customer !== undefined && { customer }),
        ...(after !== undefined && { after: { customer: after[0], name: after[1], kind: after[2] } }),
      });
      return pageOf(rows, limit, { entry: shownTolerance, key: (row) => [row.customer, row.name, row.kind] });
    },
  });
}
