import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { recoveryCodes, ticket, totpCode } from './schemas.ts';

/** Sets up codes of an authenticator app. */
export function confirmTotp(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/totp/confirm',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'confirmTotp',
      summary: 'Set up codes of an authenticator app',
      body: z.strictObject({ ticket, code: totpCode }),
      response: { 200: z.object({ recovery_codes: recoveryCodes.optional() }) },
    },
    handler: (request) => context.services.access.secondFactors.confirmTotp(userOf(request), request.body),
  });
}
