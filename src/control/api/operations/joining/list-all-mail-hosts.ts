import { z } from 'zod';
import { listAllMailHosts as list } from '../../../customers/list-holdings.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';
import { pageLimit } from '../../schemas.ts';
import { checkState } from '../checks/check-schemas.ts';
import { heldBy, holdingQuery, shownHolder } from './holding-schemas.ts';

const hostSchema = heldBy.extend({
  host: z.string(),
  port: z.number(),
  preference: z.number(),
  tls: z.enum(['opportunistic', 'verify', 'none']),
  state: checkState.describe('What its check says; `waiting` where it was not looked at yet.'),
  found: z.string(),
  words: wordsSchema,
});

/** Mail hosts of all customers. */
export function listAllMailHosts(api: ApiServer, { control }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/mailhosts',
    config: { access: { needs: 'domains:read', of: 'query' } },
    schema: {
      operationId: 'listAllMailHosts',
      summary: 'Mail hosts of all customers, in the order of customer, host and port, with what their checks say',
      querystring: z.strictObject({
        ...holdingQuery,
        state: checkState.optional().describe('Its check is in this state.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.string(), z.number()])),
      }),
      response: { 200: pageSchema(hostSchema) },
    },
    handler: async ({ query }) =>
      pageOf(await list(control.database.reads, query), query.limit, {
        entry: ({ customer, customerName, state, found, ...host }) => ({
          ...shownHolder({ customer, customerName }),
          ...host,
          state: state ?? ('waiting' as const),
          found: found ?? '',
          ...wordsOf({ found }),
        }),
        key: ({ customer, host, port }) => [customer, host, port],
      }),
  });
}
