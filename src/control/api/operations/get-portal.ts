import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';

/** What the portal has to know before anybody has signed in. */
export function getPortal(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/portal',
    config: { access: { public: 'the portal asks it before anybody has signed in; it says nothing of anybody' } },
    schema: {
      operationId: 'getPortal',
      summary: 'What the portal has to know before anybody has signed in',
      response: { 200: z.object({ sandbox: z.boolean().describe('Whether this relay is a sandbox.') }) },
    },
    handler: async () => ({ sandbox: context.sandbox !== undefined }),
  });
}
