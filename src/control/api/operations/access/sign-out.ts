import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { clearSessionCookie, userOf } from './browser.ts';

/** Ends the session of the request. */
export function signOut(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/session',
    config: { access: { self: true } },
    schema: {
      operationId: 'signOut',
      summary: 'Sign out',
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const user = userOf(request);
      const { account, sessions } = context.services.access;
      await sessions.end(actorOf(user), account.person(user), user.session);
      clearSessionCookie(reply, context);
      return reply.code(204).send(null);
    },
  });
}
