import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { clientOf, orWait } from './browser.ts';
import { email } from './schemas.ts';

/** Sends a link for a new password, where the address is somebody’s. The answer never says whether it is. */
export function askForReset(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/password-resets',
    config: { access: { public: 'whoever forgot the password cannot sign in' } },
    schema: {
      operationId: 'askForReset',
      summary: 'Ask for a link to set a new password',
      body: z.strictObject({ email }),
      response: { 202: z.object({ answer: z.string() }) },
    },
    handler: async (request, reply) => {
      const { joining } = context.services.access;
      await orWait(reply, () => joining.askForReset(request.body.email, clientOf(request, context)));
      return reply.code(202).send({ answer: 'If this is the address of a user, a link was sent to it.' });
    },
  });
}
