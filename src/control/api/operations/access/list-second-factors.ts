import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { passkeySchema, shownPasskey } from './schemas.ts';

/** The second factors of whoever asks. */
export function listSecondFactors(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/account/second-factors',
    config: { access: { self: true } },
    schema: {
      operationId: 'listSecondFactors',
      summary: 'Your second factors',
      response: {
        200: z.object({ totp: z.boolean(), passkeys: z.array(passkeySchema), recovery_codes: z.number() }),
      },
    },
    handler: async (request) => {
      const { account, secondFactors } = context.services.access;
      const person = account.person(userOf(request));
      return {
        totp: person.totp !== null,
        passkeys: secondFactors.passkeysOf(person.id).map(shownPasskey),
        recovery_codes: secondFactors.recoveryCodesOf(person.id),
      };
    },
  });
}
