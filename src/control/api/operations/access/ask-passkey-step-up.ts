import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { passkeyOptionsSchema } from './schemas.ts';

/** What a browser is asked for to prove with a passkey that it is the user. */
export function askPasskeyStepUp(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/session/step-up/passkey-options',
    config: { access: { self: true } },
    schema: {
      operationId: 'askPasskeyStepUp',
      summary: 'Begin a fresh proof with a passkey',
      response: { 200: passkeyOptionsSchema },
    },
    handler: (request) => context.services.access.account.stepUpOptions(userOf(request)),
  });
}
