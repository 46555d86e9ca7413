import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { ownWebhook, shownWebhook, webhookPath, webhookSchema } from './webhook-schemas.ts';

/** Lets a webhook go on that was paused or disabled; what waits is sent at once. */
export function resumeWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks/:webhook/resume',
    config: { access: { needs: 'webhooks:write', of: 'object' } },
    schema: {
      operationId: 'resumeWebhook',
      summary: 'Send events again, those that wait first',
      params: webhookPath,
      response: { 200: webhookSchema },
    },
    handler: async ({ params, principal }, reply) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      const { webhooks } = context.services;
      await webhooks.setState(actorOf(principal), id, { state: 'active', reason: null });
      const view = await webhooks.view(id);
      setEtag(reply, view.row.version);
      return shownWebhook(view);
    },
  });
}
