import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import { CONTENT_READ } from '../../../privacy/content-access.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';

const accessSchema = z.object({
  at: z.string().describe('ISO 8601.'),
  who: z.string(),
  from: z.string().nullable().describe('Address that the request came from; for the operator.'),
  object: z.string().describe('The message.'),
  reason: z.string().nullable(),
});

/** Who looked at content of a customer's messages. */
export function listContentAccess(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/privacy/content-access',
    config: { access: { needs: 'privacy:read', of: 'path' } },
    schema: {
      operationId: 'listContentAccess',
      summary: "Who read content of a customer's messages, when and why; the newest first",
      params: z.object({ customer: customerId }),
      querystring: z.strictObject({ limit: pageLimit, after: afterCursor(z.tuple([z.number()])) }),
      response: { 200: pageSchema(accessSchema) },
    },
    handler: async ({ params: { customer }, query: { limit, after }, principal }) => {
      let rows = context.control.database.db
        .selectFrom('audit')
        .select(['id', 'at', 'who', 'from', 'object', 'reason'])
        .where('customer', '=', customer)
        .where('action', '=', CONTENT_READ)
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (after !== undefined) rows = rows.where('id', '<', after[0]);
      const entry = ({ at, id: _id, from, ...row }: Awaited<ReturnType<typeof rows.execute>>[number]) => ({
        ...row,
        from: customerOf(principal) === undefined ? from : null,
        at: new Date(at).toISOString(),
      });
      return pageOf(await rows.execute(), limit, { entry, key: ({ id }) => [id] });
    },
  });
}
