import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { assertOwn } from '../../access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { queueId } from '../../schemas.ts';

/** Says what a message is; the spam scanners learn it. */
export function reportQuarantined(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/:id/report',
    config: { access: { needs: 'quarantine:write', of: 'object' } },
    schema: {
      operationId: 'reportQuarantined',
      summary: 'Report a message in quarantine as spam, or as none',
      description: 'The spam scanners learn from it. The message stays where it is.',
      params: z.object({ id: queueId }),
      body: z.strictObject({
        as: z.enum(['spam', 'ham']).describe('`ham` is what is no spam.'),
        reason: z.string().trim().max(500).optional().describe('Why, for the audit.'),
      }),
      response: { 200: z.object({ learned: z.literal(true) }) },
    },
    handler: async ({ params: { id }, body: { as, reason }, principal }) => {
      const { quarantine } = context.services;
      const message = await quarantine.find(id);
      assertOwn(principal, message.customer, 'message');
      await quarantine.report(actorOf(principal, reason), message, as);
      return { learned: true as const };
    },
  });
}
