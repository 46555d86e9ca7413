import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { assertKnown, grantSchema, shownGrant } from './check-schemas.ts';

/** Who may send, or wants to, for a customer's own domains. */
export function listGranted(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/granted',
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'listGranted',
      summary: 'Who else asked to send for domains of a customer, and may',
      params: z.object({ customer: customerId }),
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.string(), z.string()])) }),
      response: { 200: pageSchema(grantSchema) },
    },
    handler: async ({ params: { customer }, query: { limit, after } }) => {
      await assertKnown(context.services.checks, customer);
      const views = await context.services.checks.grants.over(customer, { limit: limit + 1, after });
      return pageOf(views, limit, { entry: shownGrant, key: (view) => [view.domain, view.customer] });
    },
  });
}
