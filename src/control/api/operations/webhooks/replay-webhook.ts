import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { fault } from '../../field-faults.ts';
import { problem } from '../../problem.ts';
import { instant, isoOf, ownWebhook, webhookPath } from './webhook-schemas.ts';

/** Sends the events of a period again, with the ids they had. */
export function replayWebhook(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/webhooks/:webhook/replay',
    config: { access: { needs: 'webhooks:write', of: 'object' } },
    schema: {
      operationId: 'replayWebhook',
      summary: 'Send the events of a period again',
      params: webhookPath,
      body: z.strictObject({
        since: instant,
        until: instant.optional().describe('Default: now.'),
        only: z
          .enum(['failed', 'all'])
          .default('failed')
          .describe('`failed`: what the log has as failed. `all`: everything that is kept, also what was delivered.'),
      }),
      response: {
        200: z.object({
          since: z.string(),
          until: z.string(),
          queued: z
            .number()
            .optional()
            .describe('Events that wait again; absent where they are still being looked up.'),
        }),
      },
    },
    handler: async ({ params, body: { since, until, only }, principal }) => {
      const { id } = await ownWebhook(context, principal, params.webhook);
      if (until !== undefined && since >= until) {
        throw problem('period-empty', {}, [fault('since', 'before-until')]);
      }
      const period = { since, only, ...(until !== undefined && { until }) };
      const replayed = await context.services.webhooks.replay(actorOf(principal), id, period);
      return { ...replayed, since: isoOf(since), until: isoOf(replayed.until) };
    },
  });
}
