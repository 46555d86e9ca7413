import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';

/** A secret for an authenticator app; in force once a code of it is given back. */
export function beginTotp(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/totp',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'beginTotp',
      summary: 'Begin to set up codes of an authenticator app',
      response: { 200: z.object({ ticket: z.string(), secret: z.string(), uri: z.string() }) },
    },
    handler: async (request) => context.services.access.secondFactors.beginTotp(userOf(request)),
  });
}
