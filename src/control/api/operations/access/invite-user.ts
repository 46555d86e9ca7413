import { z } from 'zod';
import { customerOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { setEtag } from '../../etag.ts';
import { customerId } from '../../schemas.ts';
import { displayName, email, invitedSchema, language, role, shownUser } from './schemas.ts';

/** Invites somebody: a link goes to the address. */
export function inviteUser(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/users',
    config: { access: { needs: 'users:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'inviteUser',
      summary: 'Invite somebody',
      body: z.strictObject({
        email,
        role,
        customer: customerId
          .optional()
          .describe('For roles of a customer’s side; its administrators may leave it out.'),
        name: displayName.optional(),
        language: language.default('en'),
      }),
      response: { 201: invitedSchema },
    },
    handler: async ({ body, principal }, reply) => {
      const customer = body.customer ?? customerOf(principal);
      const { person, mailed } = await context.services.access.users.invite(principal, { ...body, customer });
      setEtag(reply, person.version);
      return reply.code(201).send({ ...shownUser(person), mailed });
    },
  });
}
