import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { defined, orWait, setSessionCookie, userOf } from './browser.ts';
import { authenticationResponse, password, steppedUpSchema, ticket } from './schemas.ts';

/** A fresh proof, after which dangerous acts are allowed for a while. The session gets a new cookie. */
export function stepUp(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/session/step-up',
    config: { access: { self: true } },
    schema: {
      operationId: 'stepUp',
      summary: 'Show again who you are, for dangerous acts',
      body: z.union([z.strictObject({ password }), z.strictObject({ ticket, response: authenticationResponse })]),
      response: { 200: steppedUpSchema },
    },
    handler: async (request, reply) => {
      const { body } = request;
      const proof = 'password' in body ? body : { ticket: body.ticket, response: defined(body.response) };
      const { account } = context.services.access;
      const { token, steppedUpUntil } = await orWait(reply, () => account.stepUp(userOf(request), proof));
      setSessionCookie(reply, token, context);
      return { stepped_up_until: new Date(steppedUpUntil).toISOString() };
    },
  });
}
