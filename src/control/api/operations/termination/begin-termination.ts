import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, reasonText } from '../customers/shapes.ts';
import { terminationSchema } from './shapes.ts';

/** Gives a customer notice by the operator's hand. */
export function beginTermination(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/termination',
    config: { access: { needs: 'customers:approve', of: 'path', stepUp: true } },
    schema: {
      operationId: 'beginTermination',
      summary: 'Give a customer notice, although it has a subscription',
      params: customerPath,
      body: z.strictObject({ reason: reasonText }),
      response: { 201: terminationSchema },
    },
    handler: async ({ params: { customer }, body: { reason }, principal }, reply) => {
      return reply.code(201).send(await services.termination.begin(actorOf(principal, reason), customer, reason));
    },
  });
}
