import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { userOf } from './browser.ts';
import { sessionSchema } from './schemas.ts';

/** The sessions of whoever asks. */
export function listOwnSessions(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/account/sessions',
    config: { access: { self: true } },
    schema: {
      operationId: 'listOwnSessions',
      summary: 'Your sessions',
      response: { 200: z.object({ entries: z.array(sessionSchema), current: z.string() }) },
    },
    handler: async (request) => {
      const user = userOf(request);
      return { entries: await context.services.access.sessions.listOf(user.id), current: user.session };
    },
  });
}
