import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { answerSignIn, clientOf, orWait } from './browser.ts';
import { email, password, recoveryCode, signInStep, totpCode } from './schemas.ts';

/** Signs in with address and password; where there is a second factor, the answer asks for it. */
export function signIn(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/session/sign-in',
    config: { access: { public: 'nobody is known before the sign-in' } },
    schema: {
      operationId: 'signIn',
      summary: 'Sign in with address and password',
      body: z.strictObject({
        email,
        password,
        code: totpCode.optional(),
        recovery_code: recoveryCode.optional(),
      }),
      response: { 200: signInStep },
    },
    handler: async (request, reply) => {
      const { signIn } = context.services.access;
      const step = await orWait(reply, () => signIn.byPassword(request.body, clientOf(request, context)));
      return answerSignIn(reply, step, context);
    },
  });
}
