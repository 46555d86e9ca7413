import type { ApiContext, ApiServer } from '../../context.ts';
import { deliveryPath, deliverySchema, ownWebhook, shownDelivery } from './webhook-schemas.ts';

/** One delivery with its attempts. */
export function showDelivery(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/webhooks/:webhook/deliveries/:delivery',
    config: { access: { needs: 'webhooks:read', of: 'object' } },
    schema: {
      operationId: 'showDelivery',
      summary: 'One delivery with its attempts',
      params: deliveryPath,
      response: { 200: deliverySchema },
    },
    handler: async ({ params, principal }) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      return shownDelivery(await context.services.webhooks.delivery(id, params.delivery));
    },
  });
}
