import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';

/** How the relay is, in short. */
export function getStatus(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/status',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'getStatus',
      summary: 'How the relay is',
      response: {
        200: z.object({ version: z.string(), hostname: z.string(), state: z.string(), started_at: z.string() }),
      },
    },
    handler: async () => context.status(),
  });
}
