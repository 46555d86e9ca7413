import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import { STAGES } from '../../../customers/stages.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, iso, isoTime, reasonText } from './shapes.ts';

/** The operator's word on an order that is under way. */
export function moveCustomer(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/stage',
    config: { access: { needs: 'customers:approve', of: 'path', stepUp: true } },
    schema: {
      operationId: 'moveCustomer',
      summary: 'Make a customer live without what is missing, or give up its order, by the operator’s word',
      params: customerPath,
      body: z.strictObject({ to: z.enum(['live', 'removed']), reason: reasonText }),
      response: { 200: z.object({ customer: z.string(), from: z.enum(STAGES), to: z.enum(STAGES), at: isoTime }) },
    },
    handler: async ({ params: { customer }, body: { to, reason }, principal }) => {
      const moved = await services.customers.entering.decide(actorOf(principal, reason), customer, to, reason);
      return { customer, from: moved.from, to: moved.to, at: iso(moved.at) };
    },
  });
}
