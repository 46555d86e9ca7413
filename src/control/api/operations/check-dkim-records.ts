import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { assertOwnDomain, dkimDomain, dkimKeySchema } from '../dkim-schemas.ts';

/** Looks into DNS now; a key that waited for its record begins to sign if it is there. */
export function checkDkimRecords(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/domains/:domain/check',
    config: { access: { needs: 'dkim:write', of: 'object' } },
    schema: {
      operationId: 'checkDkimRecords',
      summary: 'Look whether the published records are those of the keys',
      params: z.object({ domain: dkimDomain }),
      response: { 200: z.object({ entries: z.array(dkimKeySchema) }) },
    },
    handler: async ({ params: { domain }, principal }) => {
      await assertOwnDomain(principal, domain, context);
      await context.control.dkimKeeper.check(domain);
      return { entries: await context.control.dkim.list({ domain, limit: 1000 }) };
    },
  });
}
