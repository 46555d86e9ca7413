import { z } from 'zod';
import type { ApiContext, ApiServer } from '../../context.ts';
import { problem } from '../../problem.ts';
import { customerId } from '../../schemas.ts';
import { guideList, guideListSchema } from './guide-schemas.ts';

/** Kinds of servers that there are settings for. */
export function listGuides(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/customers/:customer/guides',
    config: { access: { needs: 'customers:read', of: 'path' } },
    schema: {
      operationId: 'listGuides',
      summary: "Kinds of mail servers that there are a customer's settings for",
      params: z.object({ customer: customerId }),
      response: { 200: guideListSchema },
    },
    handler: async ({ params: { customer } }) => {
      const known = context.control.directory.customer(customer) ?? (await context.services.customers.get(customer));
      if (known === undefined) throw problem('no-customer', { customer });
      return guideList;
    },
  });
}
