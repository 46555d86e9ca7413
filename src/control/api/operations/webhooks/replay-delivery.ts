import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { deliveryPath, deliverySchema, ownWebhook, shownDelivery } from './webhook-schemas.ts';

/** Sends one delivery again, with the id it had. */
export function replayDelivery(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks/:webhook/deliveries/:delivery/replay',
    config: { access: { needs: 'webhooks:write', of: 'object' } },
    schema: {
      operationId: 'replayDelivery',
      summary: 'Send one event again',
      params: deliveryPath,
      response: { 200: deliverySchema },
    },
    handler: async ({ params, principal }) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      const { webhooks } = context.services;
      await webhooks.sendAgain(actorOf(principal), id, params.delivery);
      return shownDelivery(await webhooks.delivery(id, params.delivery));
    },
  });
}
