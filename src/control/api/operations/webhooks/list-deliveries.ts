import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { pageLimit } from '../../schemas.ts';
import { deliverySchema, instant, ownWebhook, shownDelivery, webhookPath } from './webhook-schemas.ts';

/** The log of a webhook, newest first. */
export function listDeliveries(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/webhooks/:webhook/deliveries',
    config: { access: { needs: 'webhooks:read', of: 'object' } },
    schema: {
      operationId: 'listDeliveries',
      summary: 'What was sent to a webhook, what came of it, and what waits',
      params: webhookPath,
      querystring: z.strictObject({
        state: z.enum(['waiting', 'delivered', 'failed']).optional(),
        type: z.string().max(100).optional(),
        since: instant.optional().describe('Events that happened at this time or later.'),
        until: instant.optional().describe('Events that happened before.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number()])),
      }),
      response: { 200: pageSchema(deliverySchema) },
    },
    handler: async ({ params, query: { state, type, since, until, limit, after }, principal }) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      const rows = await context.services.webhooks.deliveries({
        webhook: id,
        limit: limit + 1,
        ...(state !== undefined && { state }),
        ...(type !== undefined && { type }),
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        ...(after !== undefined && { before: after[0] }),
      });
      return pageOf(rows, limit, { entry: shownDelivery, key: (row) => [row.id] });
    },
  });
}
