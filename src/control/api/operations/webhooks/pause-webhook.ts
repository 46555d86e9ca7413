import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { ownWebhook, shownWebhook, webhookPath, webhookSchema } from './webhook-schemas.ts';

/** Nothing is sent meanwhile; events wait, each for some days at most. */
export function pauseWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks/:webhook/pause',
    config: { access: { needs: 'webhooks:write', of: 'object' } },
    schema: {
      operationId: 'pauseWebhook',
      summary: 'Send nothing for a while; events wait',
      params: webhookPath,
      response: { 200: webhookSchema },
    },
    handler: async ({ params, principal }, reply) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      const { webhooks } = context.services;
      await webhooks.setState(actorOf(principal), id, { state: 'paused', reason: 'hand' });
      const view = await webhooks.view(id);
      setEtag(reply, view.row.version);
      return shownWebhook(view);
    },
  });
}
