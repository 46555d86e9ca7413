import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { recoveryCodes } from './schemas.ts';

/** Makes new recovery codes; the old ones work no longer. */
export function renewRecoveryCodes(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/recovery-codes',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'renewRecoveryCodes',
      summary: 'Make new recovery codes',
      response: { 200: z.object({ recovery_codes: recoveryCodes }) },
    },
    handler: async (request) => ({
      recovery_codes: await context.services.access.secondFactors.renewRecoveryCodes(userOf(request)),
    }),
  });
}
