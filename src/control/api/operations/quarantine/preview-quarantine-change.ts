import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { asOfNow, bulkAction, bulkQuery, heldMeantBy } from './bulk-body.ts';
import { heldMessage, language, seenMessages, sideOf } from './schemas.ts';

/** Tells what would be done to many messages. */
export function previewQuarantineChange(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/jobs/preview',
    config: { access: { needs: 'quarantine:write', of: 'object' } },
    schema: {
      operationId: 'previewQuarantineChange',
      summary: 'See what would be released, deleted or reported; nothing is done',
      description:
        'What you may not release is left alone, and counted. Give `before` to startQuarantineJob in its query, so that what comes later is left alone.',
      body: z.strictObject({ query: bulkQuery, action: bulkAction, language }),
      response: {
        200: z.object({
          messages: z.number(),
          recipients: z.number(),
          customers: z.array(z.object({ name: z.string(), messages: z.number() })).describe('The largest.'),
          customer_count: z.number(),
          skipped: z.object({
            virus: z.number().describe('They hold a virus.'),
            operator: z.number().describe('Only the operator may release them.'),
          }),
          more: z.boolean().describe('There was no time to look at all: there are more than this.'),
          sample: z.array(heldMessage).describe('Some of them, the newest.'),
          before: z.string().describe('What was accepted before this time, by the clock of the relay, was looked at.'),
        }),
      },
    },
    handler: async ({ body: { query, action, language }, principal }) => {
      const { quarantine } = context.services;
      const what = { query: asOfNow(heldMeantBy(principal, query)), action };
      const { sample, customerCount, ...told } = await quarantine.lookAhead(what, sideOf(principal));
      const seen = await seenMessages(quarantine, sample, { principal, language });
      return {
        ...told,
        customer_count: customerCount,
        sample: seen,
        before: new Date(what.query.before).toISOString(),
      };
    },
  });
}
