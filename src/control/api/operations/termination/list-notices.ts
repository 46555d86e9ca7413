import { z } from 'zod';
import { LANGUAGES } from '../../../notices/languages.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { isoTime } from '../customers/shapes.ts';

/** What was sent to whom. */
export function listNotices(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/notices',
    config: { access: { needs: 'audit:read', of: 'query' } },
    schema: {
      operationId: 'listNotices',
      summary: 'Mails of the relay to people: which kind went to whom, and when; never their words',
      querystring: z.strictObject({
        customer: customerId.optional(),
        recipient: z.string().min(3).max(254).optional(),
        limit: pageLimit,
        after: z.coerce.number().int().min(1).optional().describe('`next` of the page before.'),
      }),
      response: {
        200: z.object({
          entries: z.array(
            z.object({
              id: z.number(),
              at: isoTime,
              kind: z.string(),
              customer: z.string().nullable(),
              recipient: z.string(),
              language: z.enum(LANGUAGES),
              state: z.enum(['sending', 'sent', 'withheld', 'summed', 'dropped', 'failed']),
              message: z.string().nullable().describe('Id of the mail in queue and trace.'),
            }),
          ),
          next: z.string().optional(),
        }),
      },
    },
    handler: async ({ query: { customer, recipient, limit, after } }) => {
      const entries = await services.notices.list({
        limit,
        ...(customer !== undefined && { customer }),
        ...(recipient !== undefined && { recipient }),
        ...(after !== undefined && { before: after }),
      });
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return { entries, ...(last !== undefined && { next: String(last.id) }) };
    },
  });
}
