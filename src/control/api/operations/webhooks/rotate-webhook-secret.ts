import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { isoOf, ownWebhook, shownSecretSchema, webhookPath } from './webhook-schemas.ts';

const HOUR_MS = 3_600_000;

/** Makes a new secret; the former one signs beside it for a while. */
export function rotateWebhookSecret(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks/:webhook/rotate',
    config: { access: { needs: 'webhooks:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'rotateWebhookSecret',
      summary: 'Change the secret of a webhook, with an overlap',
      params: webhookPath,
      body: z.strictObject({
        overlap_hours: z
          .number()
          .min(0)
          .max(168)
          .default(24)
          .describe('So long events are signed with both. 0: the former secret is known to others.'),
      }),
      response: { 200: shownSecretSchema.extend({ overlap_until: z.string() }) },
    },
    handler: async ({ params, body, principal }, reply) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      const overlapMs = Math.round(body.overlap_hours * HOUR_MS);
      const { shown, version, rotatedAt } = await context.services.webhooks.rotate(actorOf(principal), id, overlapMs);
      setEtag(reply, version);
      return { ...shown, overlap_until: isoOf(rotatedAt + overlapMs) };
    },
  });
}
