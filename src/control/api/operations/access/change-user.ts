import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { expectedVersions, ifMatchHeader, setEtag } from '../../etag.ts';
import { displayName, language, role, shownUser, userId, userSchema } from './schemas.ts';

/** Changes role, name, language or whether somebody may sign in. Sessions end where the role or that changes. */
export function changeUser(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'PATCH',
    url: '/api/v1/users/:user',
    config: { access: { needs: 'users:write', of: 'object', stepUp: true } },
    schema: {
      operationId: 'changeUser',
      summary: 'Change a user',
      params: z.object({ user: userId }),
      headers: ifMatchHeader,
      body: z.strictObject({
        role: role.optional(),
        name: displayName.optional(),
        language: language.optional(),
        disabled: z.boolean().optional().describe('Whether the user is kept from signing in.'),
      }),
      response: { 200: userSchema },
    },
    handler: async ({ params, body, headers, principal }, reply) => {
      const expected = expectedVersions(headers);
      const person = await context.services.access.users.change(principal, params.user, body, expected);
      setEtag(reply, person.version);
      return shownUser(person);
    },
  });
}
