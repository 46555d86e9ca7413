import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { shownWithFactors, userId, userWithFactorsSchema } from './schemas.ts';

/** A user. */
export function showUser(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/users/:user',
    config: { access: { needs: 'users:read', of: 'object' } },
    schema: {
      operationId: 'showUser',
      summary: 'A user',
      params: z.object({ user: userId }),
      response: { 200: userWithFactorsSchema },
    },
    handler: async ({ params, principal }, reply) => {
      const { users, secondFactors } = context.services.access;
      const person = await users.get(principal, params.user);
      setEtag(reply, person.version);
      return shownWithFactors(person, secondFactors);
    },
  });
}
