import { z } from 'zod';
import { QUARANTINE_ACTIONS, type QuarantineActionRow } from '../../../quarantine/tables.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit, queueId } from '../../schemas.ts';

export const actSchema = z.object({
  at: z.string(),
  who: z.string(),
  customer: z.string(),
  message: z.string(),
  action: z.enum(QUARANTINE_ACTIONS),
  recipients: z.number(),
  reason: z.string().nullable(),
});

/** A row as the API tells it. */
export function actOf({ id: _id, at, ...row }: QuarantineActionRow): z.input<typeof actSchema> {
  return { ...row, at: new Date(at).toISOString() };
}

/** Who did what in quarantine. */
export function listQuarantineActs(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/quarantine/acts',
    config: { access: { needs: 'quarantine:read', of: 'query' } },
    schema: {
      operationId: 'listQuarantineActs',
      summary: 'Who did what in quarantine, the newest first; of messages that are gone too',
      querystring: z.strictObject({
        customer: customerId.optional(),
        message: queueId.optional(),
        limit: pageLimit,
        after: afterCursor(z.tuple([z.number()])),
      }),
      response: { 200: pageSchema(actSchema) },
    },
    handler: async ({ query: { customer, message, limit, after } }) => {
      const rows = await context.services.quarantine.acts({
        limit: limit + 1,
        ...(customer !== undefined && { customer }),
        ...(message !== undefined && { message }),
        ...(after !== undefined && { before: after[0] }),
      });
      return pageOf(rows, limit, { entry: actOf, key: ({ id }) => [id] });
    },
  });
}
