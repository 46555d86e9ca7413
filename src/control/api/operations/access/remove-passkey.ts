import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { passkeyId } from './schemas.ts';

/** Removes a passkey. */
export function removePasskey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/account/passkeys/:passkey',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'removePasskey',
      summary: 'Remove a passkey',
      params: z.object({ passkey: passkeyId }),
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      await context.services.access.secondFactors.removePasskey(userOf(request), request.params.passkey);
      return reply.code(204).send(null);
    },
  });
}
