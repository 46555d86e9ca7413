import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { sessionSchema, userId } from './schemas.ts';

/** The sessions of a user. */
export function listUserSessions(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/users/:user/sessions',
    config: { access: { needs: 'users:read', of: 'object' } },
    schema: {
      operationId: 'listUserSessions',
      summary: 'Sessions of a user',
      params: z.object({ user: userId }),
      response: { 200: z.object({ entries: z.array(sessionSchema) }) },
    },
    handler: async ({ params, principal }) => {
      const { users, sessions } = context.services.access;
      const person = await users.get(principal, params.user);
      return { entries: await sessions.listOf(person.id) };
    },
  });
}
