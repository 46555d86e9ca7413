import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { assertOwnDomain, dkimDomain, dkimKeySchema, dkimSelector, doneOrProblem } from '../dkim-schemas.ts';

/** A key signs no more; its record has to stay for the overlap. */
export function retireDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/keys/:domain/:selector/retire',
    config: { access: { needs: 'dkim:write', of: 'object' } },
    schema: {
      operationId: 'retireDkimKey',
      summary: 'Sign no more with a key',
      params: z.object({ domain: dkimDomain, selector: dkimSelector }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ params, principal }) => {
      await assertOwnDomain(principal, params.domain, context);
      return doneOrProblem(await context.control.dkim.retire(params, actorOf(principal)));
    },
  });
}
