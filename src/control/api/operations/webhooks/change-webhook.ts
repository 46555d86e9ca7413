import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { WebhookFields } from '../../../webhooks/webhooks.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { assertUrl, ownWebhook, shownWebhook, webhookFields, webhookPath, webhookSchema } from './webhook-schemas.ts';

/** Changes what is given. */
export function changeWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/webhooks/:webhook',
    config: { access: { needs: 'webhooks:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'changeWebhook',
      summary: 'Change where events are sent, and which',
      params: webhookPath,
      headers: ifMatchHeader,
      body: z.strictObject(webhookFields).partial(),
      response: { 200: webhookSchema },
    },
    handler: async ({ params, body, headers, principal }, reply) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      if (body.url !== undefined) assertUrl(context, body.url);
      const given = Object.entries(body).filter(([, value]) => value !== undefined);
      const fields = Object.fromEntries(given) as Partial<WebhookFields>;
      const { webhooks } = context.services;
      await webhooks.change(actorOf(principal), id, fields, expectedVersions(headers));
      const view = await webhooks.view(id);
      setEtag(reply, view.row.version);
      return shownWebhook(view);
    },
  });
}
