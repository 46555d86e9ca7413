import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';

/** Ends all sessions of whoever asks, but for the one that asks. */
export function endOtherSessions(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/account/sessions',
    config: { access: { self: true } },
    schema: {
      operationId: 'endOtherSessions',
      summary: 'End all your other sessions',
      response: { 200: z.object({ ended: z.number() }) },
    },
    handler: async (request) => {
      const user = userOf(request);
      const { account, sessions } = context.services.access;
      return { ended: await sessions.endAll(actorOf(user), account.person(user), user.session) };
    },
  });
}
