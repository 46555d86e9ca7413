import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, reasonText } from '../customers/shapes.ts';
import { terminationSchema } from './shapes.ts';

/** Takes the end of a customer back. */
export function reinstateCustomer(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/reinstate',
    config: { access: { needs: 'customers:approve', of: 'path', stepUp: true } },
    schema: {
      operationId: 'reinstateCustomer',
      summary: 'Take the end of a customer back: it is live again; possible until the removal',
      params: customerPath,
      body: z.strictObject({ reason: reasonText }),
      response: { 200: terminationSchema },
    },
    handler: ({ params: { customer }, body: { reason }, principal }) =>
      services.termination.reinstate(actorOf(principal, reason), customer, reason),
  });
}
