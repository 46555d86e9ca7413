import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { MOST_AT_ONCE } from '../../../quarantine/bulk.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { bulkAction, bulkQuery, heldMeantBy } from './bulk-body.ts';
import { heldMessage, language, seenMessages, sideOf } from './schemas.ts';

const body = z.strictObject({
  query: bulkQuery,
  action: bulkAction,
  dry_run: z.boolean().default(true).describe('Nothing is done; what would be is told.'),
  expected: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('`messages` of the dry run; a 409 where they are others by now.'),
  reason: z.string().trim().max(500).optional().describe('Why, for the audit.'),
  language,
});

/** Releases, deletes or reports all that a query means. */
export function changeQuarantine(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/quarantine/bulk',
    config: { access: { needs: 'quarantine:write', of: 'object' } },
    schema: {
      operationId: 'changeQuarantine',
      summary: 'Release, delete or report many messages in quarantine',
      description: `Unless \`dry_run\` is false, it tells what it would do. ${MOST_AT_ONCE} messages at a time; \`more\` says that there are others. What you may not release is left alone, and counted.`,
      body,
      response: {
        200: z.object({
          done: z.boolean(),
          messages: z.number(),
          recipients: z.number(),
          skipped: z.object({
            virus: z.number().describe('They hold a virus.'),
            operator: z.number().describe('Only the operator may release them.'),
          }),
          more: z.boolean(),
          sample: z.array(heldMessage),
        }),
      },
    },
    handler: async ({ body: { query, action, dry_run: dryRun, expected, reason, language }, principal }) => {
      const { quarantine } = context.services;
      const meant = heldMeantBy(principal, query);
      const { sample, ...result } = await quarantine.changeMany(
        actorOf(principal, reason),
        { query: meant, action },
        { side: sideOf(principal), dryRun, ...(expected !== undefined && { expected }) },
      );
      return { ...result, sample: await seenMessages(quarantine, sample, { principal, language }) };
    },
  });
}
