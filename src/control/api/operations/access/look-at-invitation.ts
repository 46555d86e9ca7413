import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { language, role, token } from './schemas.ts';

/** Whom a link invites. */
export function lookAtInvitation(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/invitations/look',
    config: { access: { public: 'the token of the link is the credential' } },
    schema: {
      operationId: 'lookAtInvitation',
      summary: 'Look at an invitation',
      body: z.strictObject({ token }),
      response: {
        200: z.object({
          kind: z.enum(['first', 'invitation']),
          email: z.string().optional(),
          name: z.string().optional(),
          role,
          language: language.optional(),
        }),
      },
    },
    handler: async ({ body }) => {
      const looked = await context.services.access.joining.lookAtInvitation(body.token);
      if (looked.kind === 'first') return { kind: looked.kind, role: 'administrator' as const };
      const { email, display_name: name, role, language } = looked.person;
      return { kind: looked.kind, email, name, role, language };
    },
  });
}
