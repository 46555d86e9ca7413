import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { requestSchema, shownRequest } from './privacy-schemas.ts';

/** Requests about privacy, the newest first. */
export function listPrivacyRequests(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/privacy/requests',
    config: { access: { needs: 'privacy:read', of: 'query' } },
    schema: {
      operationId: 'listPrivacyRequests',
      summary: 'Requests for export and erasure, the newest first',
      querystring: z.strictObject({
        customer: customerId.optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number(), z.string()])),
      }),
      response: { 200: pageSchema(requestSchema) },
    },
    handler: async ({ query: { customer, limit, after } }) => {
      const page = { limit, ...(customer !== undefined && { customer }), ...(after !== undefined && { after }) };
      const rows = await context.services.privacy.requests.list(page);
      return pageOf(rows, limit, { entry: shownRequest, key: ({ asked_at: at, id }) => [at, id] });
    },
  });
}
