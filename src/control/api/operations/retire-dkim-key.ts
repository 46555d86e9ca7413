import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { dkimDomain, dkimKeySchema, dkimSelector, doneOrProblem } from '../dkim-schemas.ts';
import { whoAsks } from '../schemas.ts';

/** A key signs no more; its record has to stay for the overlap. */
export function retireDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/keys/:domain/:selector/retire',
    schema: {
      operationId: 'retireDkimKey',
      summary: 'Sign no more with a key',
      params: z.object({ domain: dkimDomain, selector: dkimSelector }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ params, headers }) => doneOrProblem(await context.control.dkim.retire(params, whoAsks(headers))),
  });
}
