import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userId } from './schemas.ts';

/** Ends all sessions of a user. */
export function endUserSessions(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/users/:user/sessions',
    config: { access: { needs: 'users:write', of: 'object' } },
    schema: {
      operationId: 'endUserSessions',
      summary: 'End all sessions of a user',
      params: z.object({ user: userId }),
      response: { 200: z.object({ ended: z.number() }) },
    },
    handler: async ({ params, principal }) => {
      const { users, sessions } = context.services.access;
      const person = await users.get(principal, params.user);
      users.assertMayChange(principal, person);
      return { ended: await sessions.endAll(actorOf(principal), person) };
    },
  });
}
