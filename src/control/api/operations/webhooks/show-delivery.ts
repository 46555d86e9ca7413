import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { deliveryPath, deliverySchema, ownWebhook, shownDelivery } from './webhook-schemas.ts';

const requestSchema = z.object({
  url: z.string(),
  headers: z
    .record(z.string(), z.string())
    .describe('The time and the signature are made anew for each attempt; what stands for them here is `…`.'),
  body: z.string(),
});

/** One delivery with its attempts. */
export function showDelivery(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/webhooks/:webhook/deliveries/:delivery',
    config: { access: { needs: 'webhooks:read', of: 'object' } },
    schema: {
      operationId: 'showDelivery',
      summary: 'One delivery: what is sent, and its attempts',
      description: 'What an endpoint answers is its own affair: of it the status is kept, never the text.',
      params: deliveryPath,
      response: {
        200: deliverySchema.extend({
          request: requestSchema
            .nullable()
            .describe('As it is sent now. Null: the event is past its retention, or was erased.'),
        }),
      },
    },
    handler: async ({ params, principal }) => {
      const { id, url, signing } = await ownWebhook(context, principal, params.webhook);
      const { webhooks } = context.services;
      const delivery = await webhooks.delivery(id, params.delivery);
      const body = await webhooks.deliveryBody(id, params.delivery);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Easymail',
        'webhook-id': delivery.event,
        'webhook-timestamp': '…',
        'webhook-signature': signing === 'hmac' ? 'v1,…' : 'v1a,…',
      };
      return { ...shownDelivery(delivery), request: body === undefined ? null : { url, headers, body } };
    },
  });
}
