import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId } from '../../schemas.ts';
import { dropRunSchema, kindSchema, lookRunSchema, shownDrop, shownLook } from './privacy-schemas.ts';

const ranAt = { at: z.string().describe('ISO 8601.') };

/** What is kept for how long, and what the jobs of the retention last did. */
export function getRetention(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/privacy/retention',
    config: { access: { needs: 'privacy:read', of: 'query' } },
    schema: {
      operationId: 'getRetention',
      summary: 'What is kept for how long, and the last runs of the jobs that drop and that look',
      querystring: z.strictObject({ customer: customerId.optional() }),
      response: {
        200: z.object({
          kinds: z.array(kindSchema),
          last_drop: dropRunSchema.extend(ranAt).nullable(),
          last_look: lookRunSchema
            .extend(ranAt)
            .nullable()
            .describe('Anything in it is overdue. For the operator alone.'),
        }),
      },
    },
    handler: async ({ principal }) => {
      const { privacy } = context.services;
      const kinds = privacy.register().data;
      if (customerOf(principal) !== undefined) return { kinds, last_drop: null, last_look: null };
      const { last_drop, last_look } = await privacy.lastRuns();
      return { kinds, last_drop: last_drop && shownDrop(last_drop), last_look: last_look && shownLook(last_look) };
    },
  });
}
