import { z } from 'zod';
import type { PersonRow } from '../../../access/tables.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { email, role, shownWithFactors, userState, userWithFactorsSchema } from './schemas.ts';

/** Users by address. */
export function listUsers(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/users',
    config: { access: { needs: 'users:read', of: 'query' } },
    schema: {
      operationId: 'listUsers',
      summary: 'Users by address',
      querystring: z.strictObject({
        limit: pageLimit,
        after: afterCursor(z.tuple([z.string()])),
        customer: customerId.optional(),
        role: role.optional(),
        state: userState.optional(),
        text: z.string().min(1).max(100).optional().describe('A part of the address or of the name.'),
        email: email.optional(),
      }),
      response: { 200: pageSchema(userWithFactorsSchema) },
    },
    handler: async ({ query }) => {
      const { after, ...more } = query;
      const { users, secondFactors } = context.services.access;
      const rows = await users.list({ ...more, after: after?.[0] });
      const entry = (row: PersonRow) => shownWithFactors(row, secondFactors);
      return pageOf(rows, query.limit, { entry, key: ({ name }) => [name] });
    },
  });
}
