import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { assertKnown, checkKind, checkSchema, checkState, shownCheck } from './check-schemas.ts';

/** What the checks found last for a customer. */
export function getChecks(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/checks',
    config: { access: { needs: 'domains:read', of: 'path' } },
    schema: {
      operationId: 'getChecks',
      summary: 'What the checks of a customer found last',
      params: z.object({ customer: customerId }),
      querystring: z.strictObject({
        state: checkState.optional(),
        kind: checkKind.optional(),
        object: z.string().max(300).optional().describe('Domain, `host:port` or network.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.string()])),
      }),
      response: { 200: pageSchema(checkSchema) },
    },
    handler: async ({ params: { customer }, query: { limit, after, ...filter } }) => {
      await assertKnown(context.services.checks, customer);
      const place = after === undefined ? undefined : ([customer, ...after] as const);
      const views = await context.services.checks.list({ ...filter, customer, limit: limit + 1, after: place });
      return pageOf(views, limit, { entry: shownCheck, key: ({ kind, object }) => [kind, object] });
    },
  });
}
