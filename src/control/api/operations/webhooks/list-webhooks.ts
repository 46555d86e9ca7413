import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { shownWebhook, webhookSchema } from './webhook-schemas.ts';

/** Webhooks in the order of their ids; the operator sees its own and those of all customers. */
export function listWebhooks(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/webhooks',
    config: { access: { needs: 'webhooks:read', of: 'query' } },
    schema: {
      operationId: 'listWebhooks',
      summary: 'Webhooks, and how they fare',
      querystring: z.strictObject({
        customer: customerId.optional(),
        state: z.enum(['active', 'paused', 'disabled']).optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
      }),
      response: { 200: pageSchema(webhookSchema) },
    },
    handler: async ({ query: { customer, state, limit, after } }) => {
      const views = await context.services.webhooks.list({
        limit: limit + 1,
        ...(customer !== undefined && { customer }),
        ...(state !== undefined && { state }),
        ...(after !== undefined && { after: after[0] }),
      });
      return pageOf(views, limit, { entry: shownWebhook, key: ({ row }) => [row.id] });
    },
  });
}
