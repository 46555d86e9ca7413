import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { dkimDomain, dkimKeySchema } from '../dkim-schemas.ts';
import { customerId, pageLimit } from '../schemas.ts';

/** DKIM keys with the records to publish, in order of domain and selector. */
export function listDkimKeys(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/dkim/keys',
    config: { access: { needs: 'dkim:read', of: 'query' } },
    schema: {
      operationId: 'listDkimKeys',
      summary: 'DKIM keys, with the records to publish',
      querystring: z.strictObject({
        customer: customerId.optional(),
        domain: dkimDomain.optional(),
        state: z.enum(['waiting', 'active', 'retiring', 'retired']).optional(),
        limit: pageLimit,
        after: z.string().max(400).optional().describe('`next` of the page before.'),
      }),
      response: { 200: z.object({ entries: z.array(dkimKeySchema), next: z.string().optional() }) },
    },
    handler: async ({ query: { limit, customer, domain, state, after } }) => {
      const entries = await context.control.dkim.list({
        limit,
        ...(customer !== undefined && { customer }),
        ...(domain !== undefined && { domain }),
        ...(state !== undefined && { state }),
        ...(after !== undefined && { after }),
      });
      const last = entries.length === limit ? entries.at(-1) : undefined;
      return { entries, ...(last !== undefined && { next: `${last.domain} ${last.selector}` }) };
    },
  });
}
