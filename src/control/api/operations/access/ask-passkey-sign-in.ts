import type { ApiContext, ApiServer } from '../../context.ts';
import { passkeyOptionsSchema } from './schemas.ts';

/** What a browser is asked for to sign in with a passkey. Names nobody. */
export function askPasskeySignIn(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/session/passkey-options',
    config: { access: { public: 'nobody is known before the sign-in' } },
    schema: {
      operationId: 'askPasskeySignIn',
      summary: 'Begin a sign-in with a passkey',
      response: { 200: passkeyOptionsSchema },
    },
    handler: () => context.services.access.signIn.passkeyOptions(),
  });
}
