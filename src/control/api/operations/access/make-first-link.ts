import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';

/** A link for the first administrator, where there is none. Only on the socket of the data folder. */
export function makeFirstLink(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/users/first-link',
    config: { access: { needs: 'users:write', of: 'operator' } },
    schema: {
      operationId: 'makeFirstLink',
      summary: 'Make the link for the first administrator anew',
      response: { 200: z.object({ link: z.string() }) },
    },
    handler: async ({ principal }) => {
      if (principal.kind !== 'owner') throw problem('owner-only');
      const link = await context.services.access.joining.firstLink(actorOf(principal));
      if (link === undefined) throw problem('administrator-invites');
      return { link };
    },
  });
}
