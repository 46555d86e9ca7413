import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader } from '../../etag.ts';
import { ownWebhook, webhookPath } from './webhook-schemas.ts';

/** Removes a webhook, with what waits for it and its log. */
export function removeWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/webhooks/:webhook',
    config: { access: { needs: 'webhooks:write', of: 'object' } },
    schema: {
      operationId: 'removeWebhook',
      summary: 'Remove a webhook, with what waits for it',
      params: webhookPath,
      headers: ifMatchHeader,
      response: { 200: z.object({ removed: z.string() }) },
    },
    handler: async ({ params, headers, principal }) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      await context.services.webhooks.remove(actorOf(principal), id, expectedVersions(headers));
      return { removed: id };
    },
  });
}
