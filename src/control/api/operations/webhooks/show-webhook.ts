import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { ownWebhook, shownWebhook, webhookPath, webhookSchema } from './webhook-schemas.ts';

/** One webhook. */
export function showWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/webhooks/:webhook',
    config: { access: { needs: 'webhooks:read', of: 'object' } },
    schema: {
      operationId: 'showWebhook',
      summary: 'One webhook, and how it fares',
      params: webhookPath,
      response: { 200: webhookSchema },
    },
    handler: async ({ params, principal }, reply) => {
      await ownWebhook(context, principal, params.webhook);
      const view = await context.services.webhooks.view(params.webhook);
      setEtag(reply, view.row.version);
      return shownWebhook(view);
    },
  });
}
