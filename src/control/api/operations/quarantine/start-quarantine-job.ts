import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { fault } from '../../field-faults.ts';
import { problem } from '../../problem.ts';
import { jobShape, shownJob } from '../queue/shapes.ts';
import { asOfNow, bulkAction, bulkQuery, heldMeantBy } from './bulk-body.ts';
import { sideOf } from './schemas.ts';

/** Releases, deletes or reports very many, step by step. */
export function startQuarantineJob(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/jobs',
    config: { access: { needs: 'quarantine:write', of: 'object' } },
    schema: {
      operationId: 'startQuarantineJob',
      summary: 'Release, delete or report very many messages in quarantine, step by step',
      description:
        'Answers at once; showQuarantineJob says how far it is. What comes after it began is left alone, and so is what you may not release. It goes on after a restart, and can be stopped.',
      body: z.strictObject({
        query: bulkQuery,
        action: bulkAction,
        expected: z
          .number()
          .int()
          .min(0)
          .optional()
          .describe('`messages` of the preview; a 409 where they are more by now.'),
        reason: z.string().trim().max(500).optional().describe('Why, for the audit.'),
      }),
      response: { 202: jobShape },
    },
    handler: async ({ body: { query, action, expected, reason }, principal }, reply) => {
      const { quarantine, bulk } = context.services;
      const side = sideOf(principal);
      const meant = asOfNow(heldMeantBy(principal, query));
      const { messages, more } = await quarantine.lookAhead({ query: meant, action }, side);
      if (messages === 0) {
        throw problem('nothing-held-meant', {}, [fault('query', 'means-nothing')]);
      }
      if (expected !== undefined && messages > expected && !more) {
        throw problem('number-changed', { count: messages, expected });
      }
      const row = await bulk.start(actorOf(principal, reason), {
        work: { part: 'quarantine', action, query: meant, side },
        customer: meant.customer,
        total: messages,
        more,
      });
      return reply.code(202).send(shownJob(row));
    },
  });
}
