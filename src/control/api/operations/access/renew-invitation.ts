import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { invitedSchema, shownUser, userId } from './schemas.ts';

/** Sends a new link; the one before works no longer. */
export function renewInvitation(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/users/:user/invitation',
    config: { access: { needs: 'users:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'renewInvitation',
      summary: 'Invite somebody again',
      params: z.object({ user: userId }),
      response: { 200: invitedSchema },
    },
    handler: async ({ params, principal }) => {
      const { person, mailed } = await context.services.access.users.renewInvitation(principal, params.user);
      return { ...shownUser(person), mailed };
    },
  });
}
