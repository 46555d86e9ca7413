import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { dkimDomain, dkimKeySchema, dkimSelector, doneOrProblem } from '../dkim-schemas.ts';
import { whoAsks } from '../schemas.ts';

/** Forgets a key that waits or is retired; answers what it was. */
export function removeDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/keys/:domain/:selector/remove',
    schema: {
      operationId: 'removeDkimKey',
      summary: 'Forget a key that does not sign',
      params: z.object({ domain: dkimDomain, selector: dkimSelector }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ params, headers }) => doneOrProblem(await context.control.dkim.remove(params, whoAsks(headers))),
  });
}
