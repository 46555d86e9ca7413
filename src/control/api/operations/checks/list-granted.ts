import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
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
      response: {
        200: pageSchema(grantSchema.extend({ asked_by: z.string().nullable().describe('For the operator.') })),
      },
    },
    handler: async ({ params: { customer }, query: { limit, after }, principal }) => {
      await assertKnown(context.services.checks, customer);
      const views = await context.services.checks.grants.over(customer, { limit: limit + 1, after });
      // Which person it was is the other customer's own matter.
      const isOperator = customerOf(principal) === undefined;
      const entry = (view: (typeof views)[number]) => ({
        ...shownGrant(view),
        asked_by: isOperator ? view.askedBy : null,
      });
      return pageOf(views, limit, { entry, key: (view) => [view.domain, view.customer] });
    },
  });
}
