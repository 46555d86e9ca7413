import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { clearSessionCookie, userOf } from './browser.ts';
import { sessionId } from './schemas.ts';

/** Ends one of the sessions of whoever asks. */
export function endOwnSession(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/account/sessions/:session',
    config: { access: { self: true } },
    schema: {
      operationId: 'endOwnSession',
      summary: 'End one of your sessions',
      params: z.object({ session: sessionId }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      const user = userOf(request);
      const { account, sessions } = context.services.access;
      await sessions.end(actorOf(user), account.person(user), request.params.session);
      if (request.params.session === user.session) clearSessionCookie(reply, context);
      return reply.code(204).send(null);
    },
  });
}
