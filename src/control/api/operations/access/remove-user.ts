import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { shownUser, userId, userSchema } from './schemas.ts';

/** Removes a user, and ends the keys that the user made, or takes them over. */
export function removeUser(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/users/:user',
    config: { access: { needs: 'users:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'removeUser',
      summary: 'Remove a user',
      params: z.object({ user: userId }),
      querystring: z.strictObject({
        keys: z
          .enum(['revoke', 'take_over'])
          .default('revoke')
          .describe('API keys that the user made: they end, or become those of whoever removes the user.'),
      }),
      response: { 200: userSchema },
    },
    handler: async ({ params, query, principal }) =>
      shownUser(await context.services.access.users.remove(principal, params.user, query.keys)),
  });
}
