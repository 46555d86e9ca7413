import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { fromThread, Problem } from '../problem.ts';
import { customerId, whoAsks } from '../schemas.ts';
import { suppressedAddress } from '../suppression-schemas.ts';

/** Lifts a suppression: mail that was held because of it goes on. */
export function removeSuppression(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'DELETE',
    url: '/api/v1/customers/:id/suppressions/:address',
    schema: {
      operationId: 'removeSuppression',
      summary: 'Lift a suppression; held mail goes on',
      params: z.object({ id: customerId, address: suppressedAddress }),
      response: { 200: z.object({ customer: z.string(), address: z.string() }) },
    },
    handler: async ({ params: { id, address }, headers }) => {
      const known = await fromThread(context.control.suppressions.remove(id, address, whoAsks(headers)));
      if (!known) throw new Problem(404, `${address} is not suppressed for customer "${id}".`);
      return { customer: id, address };
    },
  });
}
