import type { ApiContext, ApiServer } from '../../context.ts';
import { customerPath } from '../customers/shapes.ts';
import { terminationSchema } from './shapes.ts';

/** Looks into DNS for the records of a customer that left. */
export function lookAtRecords(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'POST',
    url: '/api/v1/customers/:customer/termination/look',
    config: { access: { needs: 'domains:write', of: 'path' } },
    schema: {
      operationId: 'lookAtTerminationRecords',
      summary: 'Look now whether the records of a customer that left are gone from DNS',
      params: customerPath,
      response: { 200: terminationSchema },
    },
    handler: ({ params: { customer } }) => services.termination.lookAtRecords(customer),
  });
}
