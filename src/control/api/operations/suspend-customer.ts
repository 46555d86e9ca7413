import { z } from 'zod';
import { actorOf } from '../../access/principal.ts';
import type { ApiContext, ApiServer } from '../context.ts';
import { Problem } from '../problem.ts';
import { customerId } from '../schemas.ts';

/** Suspends a customer (new mail refused, queued mail held), or lets it go on. */
export function suspendCustomer(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/:act',
    config: { access: { needs: 'customers:suspend', of: 'path' } },
    schema: {
      operationId: 'suspendCustomer',
      summary: 'Suspend a customer, or let it go on',
      params: z.object({ customer: customerId, act: z.enum(['suspend', 'resume']) }),
      body: z.strictObject({ reason: z.string().max(500).optional() }),
      response: { 200: z.object({ customer: z.string(), state: z.string() }) },
    },
    handler: async ({ params, body, principal }) => {
      const suspended = params.act === 'suspend';
      const by = { who: actorOf(principal).who, ...(body.reason === undefined ? {} : { reason: body.reason }) };
      const known = await context.control.setSuspended(params.customer, suspended, by);
      if (!known) throw new Problem(404, `There is no customer "${params.customer}".`);
      return { customer: params.customer, state: suspended ? 'suspended' : 'live' };
    },
  });
}
