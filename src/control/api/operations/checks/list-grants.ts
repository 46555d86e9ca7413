import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { assertKnown, grantSchema, shownGrant } from './check-schemas.ts';

/** Grants that a customer asked for. */
export function listGrants(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/grants',
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'listGrants',
      summary: 'Domains of others that a customer asked to send for, with what their owners say',
      params: z.object({ customer: customerId }),
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.string()])) }),
      response: { 200: pageSchema(grantSchema) },
    },
    handler: async ({ params: { customer }, query: { limit, after } }) => {
      await assertKnown(context.services.checks, customer);
      const page = { limit: limit + 1, after: after?.[0] };
      const views = await context.services.checks.grants.list(customer, page);
      return pageOf(views, limit, { entry: shownGrant, key: ({ domain }) => [domain] });
    },
  });
}
