import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerPath } from '../customers/shapes.ts';
import { terminationSchema } from './shapes.ts';

/** How a customer's end stands. */
export function getTermination(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/termination',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'getTermination',
      summary: 'The end of a customer: its days, who was told, what is still in DNS',
      params: customerPath,
      response: { 200: terminationSchema },
    },
    handler: async ({ params: { customer } }) => {
      const view = await services.termination.view(customer);
      if (view === undefined) throw problem('service-not-ending');
      return view;
    },
  });
}
