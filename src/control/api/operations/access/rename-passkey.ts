import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { displayName, passkeyId, passkeySchema, shownPasskey } from './schemas.ts';

/** Gives a passkey another name. */
export function renamePasskey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/account/passkeys/:passkey',
    config: { access: { self: true } },
    schema: {
      operationId: 'renamePasskey',
      summary: 'Give a passkey another name',
      params: z.object({ passkey: passkeyId }),
      body: z.strictObject({ name: displayName.min(1).describe('Such as the device it is on.') }),
      response: { 200: passkeySchema },
    },
    handler: async (request) => {
      const { secondFactors } = context.services.access;
      const { params, body } = request;
      return shownPasskey(await secondFactors.renamePasskey(userOf(request), params.passkey, body.name));
    },
  });
}
