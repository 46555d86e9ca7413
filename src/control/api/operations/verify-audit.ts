import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { wordsOf, wordsSchema } from '../reasons.ts';

/** Whether the audit is as it was written; looks at every entry. */
export function verifyAudit(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/audit/verification',
    config: { access: { needs: 'audit:read', of: 'operator' } },
    schema: {
      operationId: 'verifyAudit',
      summary: 'Whether the audit is as it was written',
      description: 'Looks at every entry that is kept: about ten seconds for a million. See docs/audit.md.',
      response: {
        200: z.object({
          ok: z.boolean(),
          entries: z.number().describe('Entries looked at.'),
          first: z.number().nullable(),
          last: z.number().nullable(),
          head: z.string().describe('Hash of the newest entry: note it elsewhere, and compare.'),
          dropped_up_to: z.number().nullable().describe('The last entry that was dropped at its date.'),
          heads: z.number().describe('Heads noted outside of the database that were compared.'),
          faults: z
            .array(z.object({ id: z.number(), what: z.string(), words: wordsSchema }))
            .describe('Places at which it is not as it was written; the first hundred.'),
        }),
      },
    },
    handler: async () => {
      const verdict = await context.services.audit.verify();
      return { ...verdict, faults: verdict.faults.map((one) => ({ ...one, ...wordsOf({ what: one.what }) })) };
    },
  });
}
