import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { keyId, keySchema } from './schemas.ts';

/** An API key, without its secret. */
export function showKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/keys/:key',
    config: { access: { needs: 'keys:read', of: 'object' } },
    schema: {
      operationId: 'showKey',
      summary: 'An API key',
      params: z.object({ key: keyId }),
      response: { 200: keySchema },
    },
    handler: ({ params, principal }) => context.services.access.keys.get(principal, params.key),
  });
}
