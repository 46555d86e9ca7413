import { z } from 'zod';
import { listEvents as eventsOf } from '../../../events/list-events.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { isoOf } from './webhook-schemas.ts';

/** Events of the control plane, newest first; those of messages are found in the trace. */
export function listEvents(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/events',
    config: { access: { needs: 'webhooks:read', of: 'query' } },
    schema: {
      operationId: 'listEvents',
      summary: 'What happened to customers, domains, servers and addresses, newest first',
      querystring: z.strictObject({
        customer: customerId.optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number()])),
      }),
      response: {
        200: pageSchema(
          z.object({
            id: z.string(),
            type: z.string(),
            occurred_at: z.string(),
            customer_id: z.string().nullable(),
            data: z.looseObject({}),
          }),
        ),
      },
    },
    handler: async ({ query: { customer, limit, after } }) => {
      const rows = await eventsOf(context.control.database.db, {
        limit: limit + 1,
        ...(customer !== undefined && { customer }),
        ...(after !== undefined && { before: after[0] }),
      });
      return pageOf(rows, limit, {
        entry: ({ id, type, at, customer: whose, data }) => ({
          id,
          type,
          occurred_at: isoOf(at),
          customer_id: whose,
          data: JSON.parse(data) as Record<string, unknown>,
        }),
        key: ({ seq }) => [seq],
      });
    },
  });
}
