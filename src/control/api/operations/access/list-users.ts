import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { afterCursor, pageOf, pageSchema } from '../../cursor.ts';
import { customerId, pageLimit } from '../../schemas.ts';
import { email, role, shownUser, userSchema } from './schemas.ts';

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
        email: email.optional(),
      }),
      response: { 200: pageSchema(userSchema) },
    },
    handler: async ({ query }) => {
      const { after, ...more } = query;
      const rows = await context.services.access.users.list({ ...more, after: after?.[0] });
      return pageOf(rows, query.limit, { entry: shownUser, key: ({ name }) => [name] });
    },
  });
}
