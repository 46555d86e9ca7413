import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { checkKind, checkSchema, checkState, shownCheck } from './check-schemas.ts';

/** Checks of all customers, or of one. */
export function listChecks(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/checks',
    config: { access: { needs: 'domains:read', of: 'query' } },
    schema: {
      operationId: 'listChecks',
      summary: 'Checks of DNS, mail hosts and sources, in the order of customer, kind and object',
      querystring: z.strictObject({
        customer: customerId.optional(),
        state: checkState.optional(),
        kind: checkKind.optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.string(), z.string()])),
      }),
      response: { 200: pageSchema(checkSchema) },
    },
    handler: async ({ query: { limit, ...filter } }) =>
      pageOf(await context.services.checks.list({ ...filter, limit: limit + 1 }), limit, {
        entry: shownCheck,
        key: ({ customer, kind, object }) => [customer, kind, object],
      }),
  });
}
