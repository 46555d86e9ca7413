import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { passkeyOptionsSchema } from './schemas.ts';

/** What a browser is asked to make a passkey with. */
export function askPasskeyRegistration(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/passkeys/options',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'askPasskeyRegistration',
      summary: 'Begin to add a passkey',
      response: { 200: passkeyOptionsSchema },
    },
    handler: (request) => context.services.access.secondFactors.beginPasskey(userOf(request)),
  });
}
