import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread, problem } from '../problem.ts';
import { customerId } from '../schemas.ts';
import { suppressedAddress } from '../suppression-schemas.ts';

/** Lifts a suppression: mail that was held because of it goes on. */
export function removeSuppression(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/customers/:customer/suppressions/:address',
    config: { access: { needs: 'suppressions:write', of: 'path' } },
    schema: {
      operationId: 'removeSuppression',
      summary: 'Lift a suppression; held mail goes on',
      params: z.object({ customer: customerId, address: suppressedAddress }),
      response: { 200: z.object({ customer: z.string(), address: z.string() }) },
    },
    handler: async ({ params: { customer: id, address }, principal }) => {
      const known = await fromThread(context.control.suppressions.remove(id, address, actorOf(principal)));
      if (!known) throw problem('not-suppressed', { address, customer: id });
      return { customer: id, address };
    },
  });
}
