import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { assertOwnDomain, dkimDomain, dkimKeySchema, dkimSelector, doneOrProblem } from '../dkim-schemas.ts';

/** Forgets a key that waits or is retired; answers what it was. */
export function removeDkimKey(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/dkim/keys/:domain/:selector/remove',
    config: { access: { needs: 'dkim:write', of: 'object' } },
    schema: {
      operationId: 'removeDkimKey',
      summary: 'Forget a key that does not sign',
      params: z.object({ domain: dkimDomain, selector: dkimSelector }),
      response: { 200: dkimKeySchema },
    },
    handler: async ({ params, principal }) => {
      await assertOwnDomain(principal, params.domain, context);
      return doneOrProblem(await context.control.dkim.remove(params, actorOf(principal)));
    },
  });
}
