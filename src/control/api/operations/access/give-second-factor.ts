import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { answerSignIn, clientOf, orWait } from './browser.ts';
import { recoveryCode, signInStep, ticket, totpCode } from './schemas.ts';

/** The second step of a sign-in. */
export function giveSecondFactor(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/session/second-factor',
    config: { access: { public: 'nobody is known before the sign-in' } },
    schema: {
      operationId: 'giveSecondFactor',
      summary: 'Give the second factor of a sign-in',
      body: z.strictObject({ ticket, code: totpCode.optional(), recovery_code: recoveryCode.optional() }),
      response: { 200: signInStep },
    },
    handler: async (request, reply) => {
      const { signIn } = context.services.access;
      const step = await orWait(reply, () => signIn.bySecondFactor(request.body, clientOf(request, context)));
      return answerSignIn(reply, step, context);
    },
  });
}
