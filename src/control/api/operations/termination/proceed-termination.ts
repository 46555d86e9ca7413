import { z } from 'zod';
import { actorOf } from '../../../access/principal.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath, reasonText } from '../customers/shapes.ts';
import { terminationSchema } from './shapes.ts';

/** The next step of an end before its day: because the customer asked for it, as a rule. */
export function proceedTermination(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/termination/proceed',
    config: { access: { needs: 'customers:approve', of: 'path', stepUp: true } },
    schema: {
      operationId: 'proceedTermination',
      summary: 'Deactivate or remove a customer before its day',
      params: customerPath,
      body: z.strictObject({ to: z.enum(['deactivated', 'removed']), reason: reasonText }),
      response: { 200: terminationSchema },
    },
    handler: ({ params: { customer }, body: { to, reason }, principal }) =>
      services.termination.proceed(actorOf(principal, reason), customer, to, reason),
  });
}
