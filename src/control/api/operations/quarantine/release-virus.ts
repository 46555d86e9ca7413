import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { queueId } from '../../schemas.ts';

/** One of the two people of the operator who let mail with a virus go on. */
export function releaseVirus(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/:id/release-virus',
    config: { access: { needs: 'quarantine:virus', of: 'operator', stepUp: true } },
    schema: {
      operationId: 'releaseVirus',
      summary: 'Release mail with a virus, together with a second person',
      description:
        'The first call asks, the second within 24 hours, by another user of the operator, releases. Users alone: ' +
        'an API key or the socket is nobody’s second pair of eyes.',
      params: z.object({ id: queueId }),
      body: z.strictObject({ reason: z.string().trim().min(5).max(500).describe('Why, for the audit.') }),
      response: {
        200: z.object({
          state: z.enum(['asked', 'released']),
          until: z.string().nullable().describe('Until when the second person has to say so.'),
          released: z.number(),
        }),
      },
    },
    handler: async ({ params: { id }, body: { reason }, principal }) => {
      if (principal.kind !== 'user') throw problem('people-by-themselves');
      const { quarantine } = context.services;
      const done = await quarantine.releaseVirus(principal, await quarantine.find(id), reason);
      if (done.kind === 'released') return { state: done.kind, until: null, released: done.recipients };
      return { state: done.kind, until: new Date(done.until).toISOString(), released: 0 };
    },
  });
}
