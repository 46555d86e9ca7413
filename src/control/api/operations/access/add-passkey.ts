import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { defined, userOf } from './browser.ts';
import { displayName, recoveryCodes, registrationResponse, ticket } from './schemas.ts';

/** Adds a passkey. */
export function addPasskey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/account/passkeys',
    config: { access: { self: true, stepUp: true } },
    schema: {
      operationId: 'addPasskey',
      summary: 'Add a passkey',
      body: z.strictObject({
        ticket,
        response: registrationResponse,
        name: displayName.min(1).describe('Such as the device it is on.'),
      }),
      response: { 201: z.object({ id: z.string(), recovery_codes: recoveryCodes.optional() }) },
    },
    handler: async (request, reply) => {
      const { ticket, response, name } = request.body;
      const { secondFactors } = context.services.access;
      const added = await secondFactors.addPasskey(userOf(request), { ticket, response: defined(response), name });
      return reply.code(201).send(added);
    },
  });
}
