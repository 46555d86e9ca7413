import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { keyId, keySchema } from './schemas.ts';

/** Ends an API key at once. */
export function revokeKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/keys/:key',
    config: { access: { needs: 'keys:write', of: 'object' } },
    schema: {
      operationId: 'revokeKey',
      summary: 'Revoke an API key',
      params: z.object({ key: keyId }),
      response: { 200: keySchema },
    },
    handler: ({ params, principal }) => context.services.access.keys.revoke(principal, params.key),
  });
}
