import { z } from 'zod';
import type { ApiContext, ApiServer } from '../context.ts';
import { Problem } from '../problem.ts';
import { customerId, whoAsks } from '../schemas.ts';

/** Suspends a customer (new mail refused, queued mail held), or lets it go on. */
export function suspendCustomer(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:id/:act',
    schema: {
      operationId: 'suspendCustomer',
      summary: 'Suspend a customer, or let it go on',
      params: z.object({ id: customerId, act: z.enum(['suspend', 'resume']) }),
      body: z.strictObject({ reason: z.string().max(500).optional() }),
      response: { 200: z.object({ customer: z.string(), state: z.string() }) },
    },
    handler: async ({ params, body, headers }) => {
      const suspended = params.act === 'suspend';
      const by = { who: whoAsks(headers), ...(body.reason === undefined ? {} : { reason: body.reason }) };
      const known = await context.control.setSuspended(params.id, suspended, by);
      if (!known) throw new Problem(404, `There is no customer "${params.id}".`);
      return { customer: params.id, state: suspended ? 'suspended' : 'live' };
    },
  });
}
