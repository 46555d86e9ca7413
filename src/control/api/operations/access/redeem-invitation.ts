import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { answerSignIn, clientOf } from './browser.ts';
import { displayName, email, language, newPassword, signInStep, token } from './schemas.ts';

/** Takes an invitation: sets the password, and signs in. */
export function redeemInvitation(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/invitations/redeem',
    config: { access: { public: 'the token of the link is the credential' } },
    schema: {
      operationId: 'redeemInvitation',
      summary: 'Take an invitation',
      body: z.strictObject({
        token,
        password: newPassword,
        email: email.optional().describe('Of the first administrator; everybody else was invited by it.'),
        name: displayName.optional(),
        language: language.optional(),
      }),
      response: { 200: signInStep },
    },
    handler: async (request, reply) => {
      const { joining } = context.services.access;
      const joined = await joining.redeemInvitation(request.body, clientOf(request, context));
      return answerSignIn(reply, { kind: 'signed_in', ...joined }, context);
    },
  });
}
