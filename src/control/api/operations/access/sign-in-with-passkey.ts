import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { answerSignIn, clientOf, defined } from './browser.ts';
import { authenticationResponse, signInStep, ticket } from './schemas.ts';

/** Signs in with a passkey, which is both factors. */
export function signInWithPasskey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/session/passkey',
    config: { access: { public: 'nobody is known before the sign-in' } },
    schema: {
      operationId: 'signInWithPasskey',
      summary: 'Sign in with a passkey',
      body: z.strictObject({ ticket, response: authenticationResponse }),
      response: { 200: signInStep },
    },
    handler: async (request, reply) => {
      const answer = { ticket: request.body.ticket, response: defined(request.body.response) };
      return answerSignIn(
        reply,
        await context.services.access.signIn.byPasskey(answer, clientOf(request, context)),
        context,
      );
    },
  });
}
