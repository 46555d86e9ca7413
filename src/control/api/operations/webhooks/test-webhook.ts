import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { ownWebhook, shownAttempt, webhookPath } from './webhook-schemas.ts';

/** Sends `webhook.test` once and at once, whatever the state of the webhook is. */
export function testWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks/:webhook/test',
    config: { access: { needs: 'webhooks:write', of: 'object' } },
    schema: {
      operationId: 'testWebhook',
      summary: 'Send a test event; one that was paused because it failed is resumed where it takes it',
      params: webhookPath,
      response: {
        200: z.object({
          event: z.string(),
          taken: z.boolean(),
          status: z.number().nullable(),
          result: z.string(),
          ms: z.number(),
          resumed: z.boolean(),
        }),
      },
    },
    handler: async ({ params, principal }) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      const { event, attempt, resumed } = await context.services.webhooks.test(actorOf(principal), id);
      const { status, result, ms } = shownAttempt(attempt);
      return { event, taken: result === 'taken', status, result, ms, resumed };
    },
  });
}
