import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { assertOwnDomain, dkimDomain, dkimKeySchema, dkimSelector } from '../dkim-schemas.ts';
import { problem } from '../problem.ts';

/** One DKIM key with its record. */
export function showDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/dkim/keys/:domain/:selector',
    config: { access: { needs: 'dkim:read', of: 'object' } },
    schema: {
      operationId: 'showDkimKey',
      summary: 'One DKIM key, with the record to publish',
      params: z.object({ domain: dkimDomain, selector: dkimSelector }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ params: { domain, selector }, principal }) => {
      await assertOwnDomain(principal, domain, context);
      const key = await context.control.dkim.show({ domain, selector });
      if (key === undefined) throw problem('no-dkim-key', { selector, domain });
      return key;
    },
  });
}
