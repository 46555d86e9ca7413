import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';

/** What whoever wants to sign in has to know first. */
export function getSignIn(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/session/ways',
    config: { access: { public: 'nobody is known before the sign-in' } },
    schema: {
      operationId: 'getSignIn',
      summary: 'What a sign-in takes here',
      response: {
        200: z.object({
          administrator: z
            .boolean()
            .describe(
              'Whether there is an administrator. If not, the relay prints a link to make one on its terminal.',
            ),
          passkeys: z.boolean().describe('Whether there can be passkeys: `http.url` needs a host name for them.'),
        }),
      },
    },
    handler: async () => {
      const { joining, passkeysPossible } = context.services.access;
      return { administrator: await joining.hasAdministrator(), passkeys: passkeysPossible() };
    },
  });
}
