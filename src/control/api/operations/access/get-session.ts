import { permissionsHeld } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { sessionStateSchema, shownUser } from './schemas.ts';

/** Who is signed in, and what it may do. */
export function getSession(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/session',
    config: { access: { self: true } },
    schema: {
      operationId: 'getSession',
      summary: 'Who is signed in, and what it may do',
      response: { 200: sessionStateSchema },
    },
    handler: async (request) => {
      const user = userOf(request);
      const person = context.services.access.account.person(user);
      return {
        user: shownUser(person),
        permissions: [...permissionsHeld(user)],
        session: user.session,
        stepped_up_until: new Date(user.steppedUpUntil).toISOString(),
        set_up_needed: user.mustSetUp === true,
      };
    },
  });
}
