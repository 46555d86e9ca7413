import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { shownUser, userId, userSchema } from './schemas.ts';

/** Takes all second factors of a user away, who lost them. Its sessions end. */
export function removeSecondFactors(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/users/:user/second-factors',
    config: { access: { needs: 'users:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'removeSecondFactors',
      summary: 'Remove the second factors of a user',
      params: z.object({ user: userId }),
      response: { 200: userSchema },
    },
    handler: async ({ params, principal }) =>
      shownUser(await context.services.access.users.removeSecondFactors(principal, params.user)),
  });
}
