import { z } from 'zod';
import { addressName } from '../../../protection/rule-schema.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { direction, senderShape, shownSender } from './protection-schemas.ts';

/** Listed senders in the order of their ids. */
export function listSenders(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/listed-senders',
    config: { access: { needs: 'protection:read', of: 'query' } },
    schema: {
      operationId: 'listSenders',
      summary: 'Senders that are allowed or blocked',
      querystring: z.strictObject({
        customer: customerId.optional(),
        of: z.literal('operator').optional().describe("The operator's own list alone."),
        direction: direction.optional(),
        list: z.enum(['allow', 'block']).optional(),
        sender: addressName.optional().describe('Exactly this entry.'),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
      }),
      response: { 200: pageSchema(senderShape) },
    },
    handler: async ({ query: { customer, of, direction: way, list, sender, limit, after } }) => {
      const owner = customer ?? (of === 'operator' ? '' : undefined);
      const rows = await context.services.protection.senders.list({
        limit: limit + 1,
        ...(owner !== undefined && { customer: owner }),
        ...(way !== undefined && { direction: way }),
        ...(list !== undefined && { list }),
        ...(sender !== undefined && { sender }),
        ...(after !== undefined && { after: after[0] }),
      });
      return pageOf(rows, limit, { entry: shownSender, key: ({ id }) => [id] });
    },
  });
}
