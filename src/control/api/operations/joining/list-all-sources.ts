import { z } from 'zod';
import type { SharedProof } from '../../../../mail/authorise/directory.ts';
import { type HeldSource, listAllSources as list } from '../../../customers/list-holdings.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';
import { pageLimit } from '../../schemas.ts';
import { checkState } from '../checks/check-schemas.ts';
import { flag, heldBy, holdingQuery, shownHolder } from './holding-schemas.ts';

const sourceSchema = heldBy.extend({
  network: z.string(),
  waiting: z.boolean().describe('For the operator’s approval.'),
  proof: z
    .enum(['login', 'header', 'secret'])
    .optional()
    .describe('Of a source that others share: what shows whose mail it is.'),
  state: checkState.describe('What its check says; `waiting` where it was not looked at yet.'),
  found: z.string(),
  words: wordsSchema,
});

function shown({ customer, customerName, network, shared, waiting, state, found }: HeldSource) {
  const proof = shared === null ? undefined : (JSON.parse(shared) as SharedProof).kind;
  return {
    ...shownHolder({ customer, customerName }),
    network,
    waiting: waiting === 1,
    ...(proof !== undefined && { proof }),
    state: state ?? ('waiting' as const),
    found: found ?? '',
    ...wordsOf({ found }),
  };
}

/** Sources of all customers. */
export function listAllSources(api: ApiServer, { control }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/sources',
    config: { access: { needs: 'domains:read', of: 'query' } },
    schema: {
      operationId: 'listAllSources',
      summary:
        'Addresses and networks that customers send from, in the order of customer and network; with those that wait',
      querystring: z.strictObject({
        ...holdingQuery,
        state: checkState.optional().describe('Its check is in this state.'),
        waiting: flag.optional().describe('For the operator’s approval.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string(), z.string()])),
      }),
      response: { 200: pageSchema(sourceSchema) },
    },
    handler: async ({ query }) =>
      pageOf(await list(control.database.reads, query), query.limit, {
        entry: shown,
        key: ({ customer, network }) => [customer, network],
      }),
  });
}
