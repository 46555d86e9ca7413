import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';

/** Switches codes of an authenticator app off. */
export function removeTotp(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/account/totp',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'removeTotp',
      summary: 'Switch codes of an authenticator app off',
      response: { 204: z.null() },
    },
    handler: async (request, reply) => {
      await context.services.access.secondFactors.removeTotp(userOf(request));
      return reply.code(204).send(null);
    },
  });
}
